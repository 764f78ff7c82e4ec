// SPDX-License-Identifier: MIT

import API
import Engine
import HTTPServer
import Wire

/// The routes that go on with a text.
struct CompletionRoutes: Sendable {
    let state: ModelState
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// Generations that one request may ask for.
    private static let limit = 256
    /// Probabilities of a request's prompts.
    private static let echoLimit = 1_000_000

    func add(to routes: inout RouteTable) {
        routes.post("/v1/completions", use: complete)
        routes.post("/infill") { request in
            let fields = try request.fields()
            let model = try state.get()
            return try await native(fields, model, [Prompt(try InfillFields.prompt(fields, model: model))], request)
        }
        routes.post("/completion", "/completions") { request in
            let fields = try request.fields()
            let model = try state.get()
            let prompts = try await PromptFields.prompts(fields, model: model)
            return try await native(fields, model, prompts, request)
        }
    }

    private func complete(_ request: Request) async throws -> Response {
        let fields = try request.fields()
        let model = try state.get()
        var generation = try generation(fields, model)
        let prompts = try await prompts(fields, model)
        let identity = AnswerIdentity(model: model.name, created: now())
        let echoes = try fields[\CompletionMembers.echoes] ?? false
        if echoes, let count = generation.topLogProbabilities {
            try checkEcho(generation, prompts, count)
            generation.reportsPrompt = true
        }
        let asTokens = PromptFields.areTokens(fields[\CompletionMembers.prompt])
        let choices = try choices(generation, prompts, model) { [generation] place, prompt in
            CompletionAnswer(
                identity: identity,
                place: place,
                model: model.engine.model,
                prompt: prompt,
                echoes: echoes,
                showsBeginning: asTokens.indices.contains(place.index / generation.choices)
                    && asTokens[place.index / generation.choices],
                report: generation.isVerbose
                    ? NativeReport(model: model, prompt: prompt, settings: generation.settings) : nil
            )
        }
        return try await GenerationResponder(model: model, request: request)
            .respond(choices, streams: generation.streams)
    }

    /// Whether probabilities of the prompts' tokens can be given.
    private func checkEcho(_ generation: GenerationFields, _ prompts: [Prompt], _ count: Int) throws(APIError) {
        guard !generation.streams else {
            throw APIError(.invalidRequest, "'echo' with 'logprobs' cannot be streamed; leave one of them out")
        }
        guard !generation.sampling.reportsSampledProbabilities else {
            throw APIError(.invalidRequest, "'echo' with 'post_sampling_probs': nothing is sampled in a prompt")
        }
        guard prompts.allSatisfy(\.media.isEmpty) else {
            throw APIError(.invalidRequest, "'echo' with 'logprobs' needs prompts without media")
        }
        let values = prompts.reduce(0) { $0 + $1.tokens.count } * (count + 1) * generation.choices
        guard values <= Self.echoLimit else {
            throw APIError(
                .invalidRequest,
                "'echo' with 'logprobs' would give \(values) probabilities; \(Self.echoLimit) are allowed"
            )
        }
    }

    /// The prompts, or with a `suffix` the one that asks for what stands before it.
    private func prompts(_ fields: RequestFields, _ model: ServedModel) async throws -> [Prompt] {
        guard let suffix = try fields[\CompletionMembers.suffix], !suffix.isEmpty else {
            return try await PromptFields.prompts(fields, model: model)
        }
        guard let prefix = fields[\CompletionMembers.prompt]?.string else {
            throw APIError(.invalidRequest, "'suffix' needs a 'prompt' that is one string")
        }
        return [Prompt(try InfillFields.tokens(InfillPrompt(prefix: prefix, suffix: suffix), fields, model))]
    }

    private func native(
        _ fields: RequestFields,
        _ model: ServedModel,
        _ prompts: [Prompt],
        _ request: Request
    ) async throws -> Response {
        let generation = try generation(fields, model)
        let shown = try fields[\CompletionMembers.shownFields] ?? []
        let choices = try choices(generation, prompts, model) { place, prompt in
            NativeAnswer(
                report: NativeReport(model: model, prompt: prompt, settings: generation.settings),
                place: place,
                returnsTokens: generation.returnsTokens,
                shownFields: shown
            )
        }
        return try await GenerationResponder(model: model, request: request)
            .respond(choices, streams: generation.streams)
    }

    private func generation(_ fields: RequestFields, _ model: ServedModel) throws -> GenerationFields {
        var generation = try GenerationFields(fields, model: model, logprobsIsFlag: false)
        generation.sampling.grammar = try grammar(fields) ?? model.defaults.grammar
        return generation
    }

    /// What is to be generated: so many choices for each prompt.
    private func choices<Made: Answer>(
        _ generation: GenerationFields,
        _ prompts: [Prompt],
        _ model: ServedModel,
        answer: (ChoicePlace, [Int32]) -> Made
    ) throws(APIError) -> [Choice<Made>] {
        guard prompts.count * generation.choices <= Self.limit else {
            throw APIError(
                .invalidRequest,
                "\(prompts.count) prompts with \(generation.choices) choices each are too many; \(Self.limit) are allowed"
            )
        }
        var choices: [Choice<Made>] = []
        for prompt in prompts {
            for number in 0..<generation.choices {
                let place = ChoicePlace(index: choices.count, isFirstOfPrompt: number == 0)
                let request = try generation.request(
                    prompt: prompt,
                    model: model,
                    conversation: nil,
                    choice: number
                )
                choices.append(Choice(request: request, answer: answer(place, prompt.tokens)))
            }
        }
        return choices
    }

    /// What the text must follow: the request's grammar, or its schema wherever it stands.
    private func grammar(_ request: RequestFields) throws -> String? {
        let fields = try StructuredFields.standard(request)
        let schema = try SchemaFields.schema(fields)
        guard let grammar = try fields[\GenerationMembers.grammar], !grammar.isEmpty else {
            return try schema?.grammar()
        }
        guard schema == nil else {
            throw APIError(.invalidRequest, "'grammar' and a JSON schema cannot be used together; send one of them")
        }
        return grammar
    }
}
