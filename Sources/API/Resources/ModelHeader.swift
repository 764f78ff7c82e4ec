// SPDX-License-Identifier: MIT

/// What a model's file says of itself: `gguf` of ``ModelResource``.
package struct ModelHeader: APIResource {
    package var architecture: String?
    package var parameters = 0
    package var quantization: String?
    /// Tokens of context that the model was trained on.
    package var trainedContext: Int?
    package var tokenizer: String?
    package var hasChatTemplate = false
    /// Bytes of its files.
    package var size = 0

    package init() {}

    package static let fields: [APIField<Self>] = [
        .nullable("architecture", \.architecture), .usual("n_params", \.parameters, .count),
        .nullable("quantization", \.quantization), .nullable("n_ctx_train", \.trainedContext, .count),
        .nullable("tokenizer", \.tokenizer), .usual("has_chat_template", \.hasChatTemplate),
        .usual("size", \.size, .count),
    ]
}
