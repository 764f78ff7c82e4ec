// SPDX-License-Identifier: MIT

import Engine
import Wire

/// The figures of an answer in the shapes of OpenAI and llama-server.
enum AnswerFigures {
    /// OpenAI's `usage` of all choices together.
    static func usage(_ choices: [(place: ChoicePlace, summary: GenerationSummary)]) -> JSONValue {
        let prompts = choices.filter(\.place.isFirstOfPrompt).map(\.summary)
        let generated = choices.reduce(0) { $0 + $1.summary.generatedTokens }
        let prompt = prompts.reduce(0) { $0 + $1.promptTokens }
        let cached = prompts.reduce(0) { $0 + $1.cachedTokens }
        return [
            "completion_tokens": .integer(Int64(generated)),
            "prompt_tokens": .integer(Int64(prompt)),
            "total_tokens": .integer(Int64(prompt + generated)),
            "prompt_tokens_details": ["cached_tokens": .integer(Int64(cached))],
        ]
    }

    /// llama-server's `timings`: milliseconds and tokens per second.
    static func timings(_ summary: GenerationSummary) -> JSONValue { timings(summary.timings) }

    /// The same of a generation that goes on.
    static func timings(_ timings: GenerationTimings) -> JSONValue {
        let prompt = Double(timings.promptTokens)
        let promptMs = timings.promptDuration / .milliseconds(1)
        let steps = Double(timings.generationSteps)
        let generationMs = timings.generationDuration / .milliseconds(1)
        var members: [JSONValue.Member] = [
            .init("cache_n", .integer(Int64(timings.cachedTokens))),
            .init("prompt_n", .integer(Int64(timings.promptTokens))),
            .init("prompt_ms", .number(promptMs)),
            .init("prompt_per_token_ms", .number(ratio(promptMs, prompt))),
            .init("prompt_per_second", .number(ratio(prompt * 1_000, promptMs))),
            .init("predicted_n", .integer(Int64(timings.generatedTokens))),
            .init("predicted_ms", .number(generationMs)),
            .init("predicted_per_token_ms", .number(ratio(generationMs, steps))),
            .init("predicted_per_second", .number(ratio(steps * 1_000, generationMs))),
        ]
        if timings.proposedTokens > 0 {
            members.append(.init("draft_n", .integer(Int64(timings.proposedTokens))))
            members.append(.init("draft_n_accepted", .integer(Int64(timings.acceptedTokens))))
        }
        return .object(members)
    }

    /// llama-server's members of a chunk that tells of the prompt's progress.
    static func progress(_ progress: PromptProgress) -> [JSONValue.Member] {
        let part: JSONValue = [
            "total": .integer(Int64(progress.total)),
            "cache": .integer(Int64(progress.timings.cachedTokens)),
            "processed": .integer(Int64(progress.processed)),
            "time_ms": .integer(Int64(progress.elapsed / .milliseconds(1))),
        ]
        let timings = progress.showsTimings ? [JSONValue.Member("timings", timings(progress.timings))] : []
        return timings + [.init("prompt_progress", part)]
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
