// SPDX-License-Identifier: MIT

import API
import Engine

/// What llama-server says at the end of a generation, in its own words.
package struct NativeReport: Sendable {
    let model: ServedModel
    let prompt: [Int32]
    /// `generation_settings`.
    let settings: GenerationSettings

    /// - Parameters:
    ///   - index: the place of the prompt in the request.
    ///   - content: the text to report, UTF-8.
    ///   - tokens: the tokens to report.
    ///   - hasNewLine: whether a line has ended in all that was generated.
    func completion(
        _ summary: GenerationSummary,
        index: Int,
        content: [UInt8],
        tokens: [Int],
        hasNewLine: Bool
    ) -> NativeCompletion {
        var completion = NativeCompletion()
        completion.index = index
        completion.content = String(decoding: content, as: UTF8.self)
        completion.tokens = tokens
        completion.slot = summary.slot
        completion.isLast = true
        completion.model = model.name
        completion.generated = summary.generatedTokens
        completion.promptTokens = summary.promptTokens
        completion.settings = settings
        completion.prompt = model.engine.model.detokenize(prompt)
        completion.hasNewLine = hasNewLine
        completion.isTruncated = summary.reason == .contextFull || summary.hasForgotten
        completion.stopType = Self.stopType(summary.reason)
        completion.stopWord = summary.stopWord ?? ""
        completion.cached = summary.promptTokens + max(summary.generatedTokens - 1, 0)
        completion.timings = AnswerFigures.timings(summary)
        return completion
    }

    private static func stopType(_ reason: GenerationSummary.Reason) -> NativeCompletion.StopType {
        switch reason {
        case .endOfGeneration: .endOfGeneration
        case .stopWord: .word
        case .limit, .contextFull: .limit
        }
    }
}

extension GenerationSummary {
    /// The stop string that ended the text; nil if something else did.
    var stopWord: String? {
        if case .stopWord(let word) = reason { word } else { nil }
    }
}
