// SPDX-License-Identifier: MIT

/// What a context that was made for embeddings gives.
package struct EmbeddingFacts: Sendable, Equatable {
    package let pooling: Pooling
    /// Most tokens of one text.
    package let limit: Int
    /// Whether `limit` is what is computed at once, and not the context's size.
    package let isLimitedByBatch: Bool
}
