// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// The figures of an answer in the shapes of OpenAI and llama-server.
enum AnswerFigures {
    /// OpenAI's `usage` of all choices together.
    static func usage(_ choices: [(place: ChoicePlace, summary: GenerationSummary)]) -> UsageResource {
        let prompts = choices.filter(\.place.isFirstOfPrompt).map(\.summary)
        var usage = UsageResource()
        usage.generated = choices.reduce(0) { $0 + $1.summary.generatedTokens }
        usage.prompt = prompts.reduce(0) { $0 + $1.promptTokens }
        usage.promptDetails.cached = prompts.reduce(0) { $0 + $1.cachedTokens }
        usage.total = usage.prompt + usage.generated
        return usage
    }

    /// llama-server's `timings`: milliseconds and tokens per second.
    static func timings(_ summary: GenerationSummary) -> TimingsResource { timings(summary.timings) }

    /// The same of a generation that goes on.
    static func timings(_ timings: GenerationTimings) -> TimingsResource {
        let prompt = Double(timings.promptTokens)
        let steps = Double(timings.generationSteps)
        var result = TimingsResource()
        result.cached = timings.cachedTokens
        result.prompt = timings.promptTokens
        result.promptMs = timings.promptDuration / .milliseconds(1)
        result.promptTokenMs = ratio(result.promptMs, prompt)
        result.promptPerSecond = ratio(prompt * 1_000, result.promptMs)
        result.generated = timings.generatedTokens
        result.generatedMs = timings.generationDuration / .milliseconds(1)
        result.generatedTokenMs = ratio(result.generatedMs, steps)
        result.generatedPerSecond = ratio(steps * 1_000, result.generatedMs)
        if timings.proposedTokens > 0 {
            result.proposed = timings.proposedTokens
            result.accepted = timings.acceptedTokens
        }
        return result
    }

    /// What a chunk says that tells of the prompt's progress.
    static func progress(_ progress: PromptProgress) -> CompletionFigures {
        var part = PromptProgressResource()
        part.total = progress.total
        part.cached = progress.timings.cachedTokens
        part.processed = progress.processed
        part.elapsedMs = Int(progress.elapsed / .milliseconds(1))
        var figures = CompletionFigures()
        figures.progress = part
        if progress.showsTimings { figures.timings = timings(progress.timings) }
        return figures
    }

    /// OpenAI's word for why an answer ended.
    static func finishReason(_ reason: GenerationSummary.Reason) -> String {
        switch reason {
        case .endOfGeneration, .stopWord: "stop"
        case .limit, .contextFull: "length"
        }
    }

    /// A token's probabilities in llama-server's shape.
    static func probabilities(_ token: GeneratedToken, _ model: Model) -> JSONValue? {
        guard let probabilities = token.logProbabilities else { return nil }
        let kind = probabilities.areSampled ? "prob" : "logprob"
        var members = candidate(token.id, probabilities.chosen, kind, model)
        let top = probabilities.top.map { JSONValue.object(candidate($0.token, $0.value, kind, model)) }
        members.append(.init("top_\(kind)s", .array(top)))
        return .object(members)
    }

    /// A token without a probability, such as the first of a text, in the same shape.
    static func unknownProbability(_ token: Int32, _ model: Model) -> JSONValue {
        let bytes = model.piece(token, special: true)
        return [
            "id": .integer(Int64(token)),
            "token": .string(String(decoding: bytes, as: UTF8.self)),
            "bytes": .array(bytes.map { .integer(Int64($0)) }),
            "logprob": .null,
            "top_logprobs": [],
        ]
    }

    private static func candidate(
        _ token: Int32,
        _ value: Float,
        _ kind: String,
        _ model: Model
    ) -> [JSONValue.Member] {
        let bytes = model.piece(token, special: true)
        return [
            .init("id", .integer(Int64(token))),
            .init("token", .string(String(decoding: bytes, as: UTF8.self))),
            .init("bytes", .array(bytes.map { .integer(Int64($0)) })),
            .init(kind, .number(Double(max(value, -Float.greatestFiniteMagnitude)))),
        ]
    }

    private static func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
}
