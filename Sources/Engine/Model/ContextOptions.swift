// SPDX-License-Identifier: MIT

/// How much a context can hold and how it computes.
package struct ContextOptions: Sendable, Equatable {
    /// Tokens in all sequences together; 0 for what the model was trained on.
    package var size: UInt32 = 0
    /// Sequences that are computed at the same time.
    package var sequences: UInt32 = 4
    /// Tokens in one step.
    package var batch: UInt32 = 2048
    /// Tokens that are computed at once; a long prompt never holds up generation for longer than one of these.
    package var microBatch: UInt32 = 512
    /// Threads for single tokens.
    package var threads: Int32
    /// Threads for prompts.
    package var threadsBatch: Int32
    /// Flash attention; nil lets the engine choose.
    package var flashAttention: Bool?
    /// Element type of the cached keys, as ggml names it.
    package var cacheTypeK = "f16"
    /// Element type of the cached values.
    package var cacheTypeV = "f16"
    /// One cache for all sequences, of which each may use as much as is free, instead of equal shares.
    package var unified = true

    package init(threads: Int32) {
        self.threads = threads
        threadsBatch = threads
    }
}
