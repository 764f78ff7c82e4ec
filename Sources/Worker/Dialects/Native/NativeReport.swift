// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// What llama-server says at the end of a generation, in its own words.
package struct NativeReport: Sendable {
    let model: ServedModel
    let prompt: [Int32]
    /// `generation_settings`.
    let settings: JSONValue

    /// - Parameters:
    ///   - index: the place of the prompt in the request.
    ///   - content: the text to report, UTF-8.
    ///   - tokens: the tokens to report.
    ///   - hasNewLine: whether a line has ended in all that was generated.
    func members(
        _ summary: GenerationSummary,
        index: Int,
        content: [UInt8],
        tokens: [JSONValue],
        hasNewLine: Bool
    ) -> [JSONValue.Member] {
        [
            .init("index", .integer(Int64(index))),
            .init("content", .string(String(decoding: content, as: UTF8.self))),
            .init("tokens", .array(tokens)),
            .init("id_slot", .integer(Int64(summary.slot))),
            .init("stop", true),
            .init("model", .string(model.name)),
            .init("tokens_predicted", .integer(Int64(summary.generatedTokens))),
            .init("tokens_evaluated", .integer(Int64(summary.promptTokens))),
            .init("generation_settings", settings),
            .init("prompt", .string(model.engine.model.detokenize(prompt))),
            .init("has_new_line", .bool(hasNewLine)),
            .init("truncated", .bool(summary.reason == .contextFull || summary.hasForgotten)),
            .init("stop_type", .string(Self.stopType(summary.reason))),
            .init("stopping_word", .string(summary.stopWord ?? "")),
            .init("tokens_cached", .integer(Int64(summary.promptTokens + max(summary.generatedTokens - 1, 0)))),
            .init("timings", AnswerFigures.timings(summary).json),
        ]
    }

    private static func stopType(_ reason: GenerationSummary.Reason) -> String {
        switch reason {
        case .endOfGeneration: "eos"
        case .stopWord: "word"
        case .limit, .contextFull: "limit"
        }
    }
}

extension GenerationSummary {
    /// The stop string that ended the text; nil if something else did.
    var stopWord: String? {
        if case .stopWord(let word) = reason { word } else { nil }
    }
}
