// SPDX-License-Identifier: MIT

import Engine
import Wire

/// The figures of an answer in the shapes of OpenAI and llama-server.
enum AnswerFigures {
    /// OpenAI's `usage`.
    static func usage(_ summary: GenerationSummary) -> JSONValue {
        [
            "completion_tokens": .integer(Int64(summary.generatedTokens)),
            "prompt_tokens": .integer(Int64(summary.promptTokens)),
            "total_tokens": .integer(Int64(summary.promptTokens + summary.generatedTokens)),
            "prompt_tokens_details": ["cached_tokens": .integer(Int64(summary.cachedTokens))],
        ]
    }

    /// llama-server's `timings`: milliseconds and tokens per second.
    static func timings(_ summary: GenerationSummary) -> JSONValue {
        let promptCount = summary.promptTokens - summary.cachedTokens
        let promptMs = summary.promptDuration / .milliseconds(1)
        let generationMs = summary.generationDuration / .milliseconds(1)
        return [
            "cache_n": .integer(Int64(summary.cachedTokens)),
            "prompt_n": .integer(Int64(promptCount)),
            "prompt_ms": .number(promptMs),
            "prompt_per_token_ms": .number(ratio(promptMs, Double(promptCount))),
            "prompt_per_second": .number(ratio(Double(promptCount) * 1_000, promptMs)),
            "predicted_n": .integer(Int64(summary.generatedTokens)),
            "predicted_ms": .number(generationMs),
            // The first token comes out of the prompt's last step, so it isn't in this time.
            "predicted_per_token_ms": .number(ratio(generationMs, Double(max(summary.generatedTokens - 1, 1)))),
            "predicted_per_second": .number(ratio(Double(max(summary.generatedTokens - 1, 0)) * 1_000, generationMs)),
        ]
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
        var members = candidate(token.id, probabilities.chosen, model)
        members.append(
            .init("top_logprobs", .array(probabilities.top.map { .object(candidate($0.token, $0.value, model)) }))
        )
        return .object(members)
    }

    private static func candidate(_ token: Int32, _ value: Float, _ model: Model) -> [JSONValue.Member] {
        let bytes = model.piece(token, special: true)
        return [
            .init("id", .integer(Int64(token))),
            .init("token", .string(String(decoding: bytes, as: UTF8.self))),
            .init("bytes", .array(bytes.map { .integer(Int64($0)) })),
            .init("logprob", .number(Double(max(value, -Float.greatestFiniteMagnitude)))),
        ]
    }

    private static func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
}
