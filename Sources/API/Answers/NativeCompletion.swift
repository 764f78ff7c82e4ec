// SPDX-License-Identifier: MIT

package import Wire

/// llama-server's own completion, or a part of one that is streamed: `POST /completion`. What has no value yet is left out of a part.
package struct NativeCompletion: APIResource {
    package static let component: String? = "NativeCompletion"

    /// The place of the prompt in the request.
    package var index = 0
    package var content = ""
    package var tokens: [Int] = []
    package var slot = -1
    /// Whether it is the last part.
    package var isLast = false
    package var model: String?
    /// Tokens that were generated so far.
    package var generated = 0
    /// Tokens of the prompt.
    package var promptTokens = 0
    package var settings: GenerationSettings?
    package var prompt: String?
    /// Whether a line has ended in all that was generated.
    package var hasNewLine: Bool?
    /// Whether the context was full, or a part of it was forgotten.
    package var isTruncated: Bool?
    /// What ended it.
    package var stopType: StopType?
    package var stopWord: String?
    /// Tokens that the next request may find.
    package var cached: Int?
    package var timings: TimingsResource?
    package var probabilities: [JSONValue]?
    package var progress: PromptProgressResource?

    package init() {}

    package enum StopType: String, APIWord {
        case endOfGeneration = "eos"
        case word
        case limit
    }

    package static let fields: [APIField<Self>] = [
        .usual("index", \.index, .count), .always("content", \.content), .always("tokens", \.tokens),
        .usual("id_slot", \.slot), .always("stop", \.isLast), .maybe("model", \.model),
        .usual("tokens_predicted", \.generated, .count), .usual("tokens_evaluated", \.promptTokens, .count),
        .maybe("generation_settings", \.settings), .maybe("prompt", \.prompt), .maybe("has_new_line", \.hasNewLine),
        .maybe("truncated", \.isTruncated), .maybe("stop_type", \.stopType), .maybe("stopping_word", \.stopWord),
        .maybe("tokens_cached", \.cached, .count), .maybe("timings", \.timings),
        .maybe("completion_probabilities", \.probabilities, .list(.document)), .maybe("prompt_progress", \.progress),
    ]
}
