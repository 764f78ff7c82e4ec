// SPDX-License-Identifier: MIT

/// What a loaded model is.
package struct ModelFacts: Sendable, Equatable {
    /// Bytes of all weights.
    package let bytes: UInt64
    /// Count of weights.
    package let parameters: UInt64
    /// The tokenizer's kind, as llama.cpp numbers them.
    package let vocabularyType: Int32
    package let vocabularySize: Int32
    /// Tokens of context that the model was trained on.
    package let trainedContext: Int32
    package let embeddingLength: Int32
    package let layers: Int32
    /// Tokens that layers with a sliding window look back, 0 for none.
    package let slidingWindow: Int32
    /// Whether prompts begin with a special token.
    package let addsBOS: Bool
    package let hasDecoder: Bool
    /// For people, such as `llama 7B Q4_K - Medium`.
    package let description: String
}
