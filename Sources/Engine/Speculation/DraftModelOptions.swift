// SPDX-License-Identifier: MIT

/// The smaller model that proposes, and what its context has of its own.
package struct DraftModelOptions: Sendable, Equatable {
    package var model: ModelOptions
    package var cacheTypeK = "f16"
    package var cacheTypeV = "f16"
    /// Threads for single tokens; nil for as many as the model that checks.
    package var threads: Int32?
    /// Threads for prompts; nil for ``threads``, or else as the model that checks.
    package var threadsBatch: Int32?

    /// Which processors compute it; nil to leave that to the engine.
    package var placement: ThreadPlacement.Pair?

    package init(model: ModelOptions) {
        self.model = model
    }

    /// A context that holds as much as the one of the model that checks.
    func context(beside options: ContextOptions, size: Int) -> ContextOptions {
        var context = options
        context.size = UInt32(clamping: size)
        context.cacheTypeK = cacheTypeK
        context.cacheTypeV = cacheTypeV
        context.threads = threads ?? options.threads
        context.threadsBatch = threadsBatch ?? threads ?? options.threadsBatch
        context.placement = placement
        context.sequenceLimit = nil
        context.givesEmbeddings = false
        context.pooling = nil
        return context
    }
}
