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
    /// Entries of a step whose results are wanted, at most; 0 for all. Each needs memory for the whole vocabulary, and more of them than
    /// this end the process.
    package var outputs: UInt32 = 0
    /// Whether fewer threads may compute where fewer are of more use.
    package var pacesThreads = true
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
    /// Which processors compute; nil to leave that to the engine.
    package var placement: ThreadPlacement.Pair?
    /// Tokens that one sequence may hold at most, however large the cache is; nil without limit.
    package var sequenceLimit: Int?
    /// Keeps the engine's own times.
    package var countsTime = false
    /// One cache for all sequences, of which each may use as much as is free, instead of equal shares.
    package var unified = true
    /// The KV cache on the GPU.
    package var offloadsCache = true
    /// Computes with the GPU what lies in the main memory.
    package var offloadsOperations = true
    /// The whole cache where the model attends to a sliding window.
    package var keepsWholeWindow = false
    /// How positions are stretched; nil for what the model says.
    package var ropeScaling: RopeScaling?
    /// Base frequency of the positions; 0 for what the model says.
    package var ropeFrequencyBase: Float = 0
    /// How much slower positions advance; 0 for what the model says.
    package var ropeFrequencyScale: Float = 0
    /// YaRN's tokens of context that the model was first trained on; 0 for what it says.
    package var yarnOriginalContext: UInt32 = 0
    /// YaRN's mix of extrapolation; negative, as all of these, for what the model says.
    package var yarnExtrapolation: Float = -1
    package var yarnAttention: Float = -1
    package var yarnBetaFast: Float = -1
    package var yarnBetaSlow: Float = -1

    /// Tokens that a recurrent state can step back, for models that know how; each costs the memory of one more state.
    package var rollback: UInt32 = 0

    /// Whether embeddings are wanted of it.
    package var givesEmbeddings = false
    /// How those of a text become one; nil for what the model says.
    package var pooling: Pooling?

    /// How positions are stretched; the numbers are llama.cpp's.
    package enum RopeScaling: Int32, Sendable {
        case none
        case linear
        case yarn
    }

    package init(threads: Int32) {
        self.threads = threads
        threadsBatch = threads
    }
}
