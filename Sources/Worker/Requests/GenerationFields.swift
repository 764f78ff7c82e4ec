// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// What every generating route reads from its request beside the prompt.
struct GenerationFields: Sendable {
    let streams: Bool
    /// Whether a stream ends with a chunk of usage figures.
    let includesUsage: Bool
    let maxTokens: Int?
    var stops: [String]
    let topLogProbabilities: Int?
    let usesCache: Bool
    let returnsTokens: Bool
    let slot: Int?
    /// Whether a stream tells of the prompt's progress.
    let reportsProgress: Bool
    /// Whether each chunk of a stream tells how long it took.
    let reportsTimings: Bool
    /// Generations for each prompt.
    let choices: Int
    /// Whether answers of other dialects hold llama-server's own as well.
    let isVerbose: Bool
    /// What a full context keeps and forgets, and the smallest part to use again behind a difference.
    let keep: Int?
    let discard: Int
    let cacheReuse: Int?
    /// How strongly each adapter works; nil for what the model was told.
    let adapterScales: [Float]?
    /// The most tokens to propose in one step, and the fewest that are used.
    let proposalMax: Int?
    let proposalMin: Int?
    /// What proposes.
    let speculation: [SpeculationKind]
    /// Whitespace that each line but the first begins with at least, or it is the last; 0 for any.
    let indent: Int
    /// How long lines are generated; nil without limit.
    let timeLimit: Duration?
    /// Whether the prompt's tokens have their probabilities as well.
    var reportsPrompt = false
    var sampling: SamplingParameters
    /// How the text is read.
    var format: AnswerFormat

    /// - Parameter logprobsIsFlag: whether `logprobs` is chat's true or false, with the count in `top_logprobs`, or
    ///   the older count.
    /// - Throws: 400 naming the field.
    init(_ fields: RequestFields, model: ServedModel, logprobsIsFlag: Bool) throws(APIError) {
        streams = try fields[\GenerationMembers.streams] ?? false
        includesUsage = try fields[\GenerationMembers.streamOptions]?.bool("include_usage") ?? false
        let limit = try fields[\GenerationMembers.maxTokens]
        let wanted = limit ?? model.defaults.maxTokens
        maxTokens = wanted < 0 ? nil : wanted
        let stops = try fields[\GenerationMembers.stops] ?? []
        self.stops = stops.isEmpty ? model.defaults.stops : stops
        usesCache = try fields[\GenerationMembers.cachesPrompt] ?? model.defaults.usesCache
        returnsTokens = try fields[\GenerationMembers.returnsTokens] ?? false
        slot = try fields[\GenerationMembers.slot].flatMap { $0 < 0 ? nil : $0 }
        reportsProgress = try fields[\GenerationMembers.reportsProgress] ?? false
        reportsTimings = try fields[\GenerationMembers.reportsTimings] ?? false
        keep = try fields[\GenerationMembers.keep].map { $0 < 0 ? nil : $0 } ?? model.defaults.keep
        discard = try fields[\GenerationMembers.discard] ?? 0
        cacheReuse = try fields[\GenerationMembers.cacheReuse]
        adapterScales = try fields[\GenerationMembers.adapters].map { value throws(APIError) in
            try AdapterFields.scales(value, named: "lora", adapters: model.engine.adapters.count)
        }
        proposalMax = try fields[\GenerationMembers.proposalMax]
        proposalMin = try fields[\GenerationMembers.proposalMin]
        // What a draft model proposes can't be chosen by request; the number may stand there, as with llama-server.
        _ = try fields[\GenerationMembers.proposalProbability]
        speculation = model.engine.speculation
        topLogProbabilities =
            logprobsIsFlag
            ? try Self.chatProbabilities(fields) : try fields[\CompletionMembers.probabilities]
        sampling = try fields.sampling(over: model.defaults, model: model.engine.model)
        choices = try fields[\GenerationMembers.choices] ?? 1
        indent = try fields[\GenerationMembers.indent] ?? 0
        timeLimit = try fields[\GenerationMembers.timeLimit].flatMap {
            $0 > 0 ? .milliseconds($0) : nil
        }
        format = AnswerFormat(reasoning: model.defaults.reasoningFormat)
        isVerbose = try fields[\GenerationMembers.isVerbose] ?? model.defaults.isVerbose
    }

    /// Any whole number as the engine's seed, whose largest means any.
    static func seed(_ number: Int64) -> UInt32 {
        let folded = UInt32(truncatingIfNeeded: number)
        return folded == .max ? 0 : folded
    }

    private static func chatProbabilities(_ fields: RequestFields) throws(APIError) -> Int? {
        let top = try fields[\ChatMembers.topProbabilities]
        if try fields[\ChatMembers.hasProbabilities] == true { return top ?? 0 }
        // None of none is what was asked for.
        guard top == nil || top == 0 else {
            throw APIError(.invalidRequest, "'top_logprobs' needs 'logprobs' to be true")
        }
        return try fields[\ChatMembers.nativeProbabilities]
    }

    /// What was asked for, in llama-server's words.
    var settings: GenerationSettings {
        GenerationSettings(
            sampling,
            maxTokens: maxTokens,
            stops: stops,
            streams: streams,
            probabilities: topLogProbabilities,
            keep: keep ?? -1,
            discard: discard,
            adapterScales: adapterScales,
            speculation: speculation,
            format: format,
            reportsTimings: reportsTimings
        )
    }

    /// The request for the engine.
    /// - Parameter choice: the number of the choice; each is another text, also with a seed.
    /// - Throws: 400, for example for a grammar that cannot be read.
    func request(
        prompt: Prompt,
        model: ServedModel,
        conversation: Conversation?,
        choice: Int = 0
    ) throws(APIError) -> GenerationRequest {
        var sampling = sampling
        sampling.seed = sampling.seed.map { Self.seed(Int64($0) + Int64(choice)) }
        do {
            let sampler = try Sampler(sampling, for: model.engine.model, conversation: conversation)
            var request = GenerationRequest(prompt, sampler: sampler)
            request.maxTokens = maxTokens
            request.stops = stops
            request.showsSpecial = model.defaults.showsSpecial
            request.topLogProbabilities = topLogProbabilities
            request.usesCache = usesCache && !reportsPrompt
            request.reportsPrompt = reportsPrompt
            // They can't all have the slot that the request names.
            request.slot = choice == 0 ? slot : nil
            request.keep = keep
            request.discard = discard
            request.cacheReuse = cacheReuse
            request.adapterScales = adapterScales
            request.proposalMax = proposalMax
            request.proposalMin = proposalMin
            request.indent = indent
            request.timeLimit = timeLimit
            request.reportsProgress = streams && reportsProgress
            request.reportsTimings = streams && reportsTimings
            request.settings = settings.withoutTexts.json
            return request
        } catch {
            throw APIError(error)
        }
    }
}
