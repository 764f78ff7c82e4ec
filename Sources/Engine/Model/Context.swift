// SPDX-License-Identifier: MIT

import CLlama

/// The engine's state for a model's sequences: KV cache and compute buffers. Used by one thread.
struct Context: ~Copyable {
    /// How a step ended.
    enum Outcome {
        case computed
        /// The cache has no room; nothing was changed.
        case noRoom
    }

    let handle: OpaquePointer
    /// Tokens that one sequence can hold.
    let sizePerSequence: Int
    /// Tokens in all sequences together.
    let size: Int
    /// What it does without, though it was asked for.
    let warnings: [String]
    /// Tokens that one step can hold.
    let batchSize: Int
    /// Whether all sequences are in one buffer, so that they can have cells in common.
    let isUnified: Bool
    /// Whether positions can be changed.
    let canShift: Bool
    /// Where sequences can be cut.
    let kind: MemoryKind
    /// Whether nothing of it lies on a device, so that a step is over when `decode` returns.
    let isOnProcessor: Bool
    /// The threads that the options say.
    let mostThreads: ThreadCounts
    /// Those that the next step has.
    private var threads: ThreadCounts
    // The context uses the model's weights, so it keeps the model.
    private let model: Model

    /// - Throws: `loadFailed`, for example when memory doesn't suffice.
    init(_ model: Model, _ options: ContextOptions) throws(EngineError) {
        let made = options.lend { raw in withUnsafePointer(to: raw) { eh_context_create(model.handle, $0) } }
        guard let made else { throw .last(.loadFailed, "the context could not be made") }
        do {
            let counts = (single: options.threads, batch: options.threadsBatch)
            warnings =
                try options.placement.flatMap { pair throws(EngineError) in
                    try Self.place(made, pair, counts: counts)
                }.map { [$0] } ?? []
        } catch {
            eh_context_free(made)
            throw error
        }
        handle = made
        let own = Int(eh_context_size_per_sequence(made))
        sizePerSequence = min(own, options.limit(of: model.facts.trainedContext), options.sequenceLimit ?? .max)
        batchSize = Int(eh_context_batch_size(made))
        isUnified = options.unified || options.sequences == 1
        size = isUnified ? own : own * Int(options.sequences)
        canShift = eh_can_shift(made)
        kind = Self.kind(of: made)
        isOnProcessor = eh_context_is_on_processor(made)
        mostThreads = ThreadCounts(single: Int(options.threads), several: Int(options.threadsBatch))
        threads = mostThreads
        self.model = model
    }

    deinit {
        eh_context_free(handle)
    }

    /// Computes once, so that the first request doesn't wait for what is set up on first use.
    /// - Throws: `loadFailed`.
    func warmUp() throws(EngineError) {
        guard eh_context_warm_up(handle) else { throw .last(.loadFailed, "the model cannot be computed") }
    }

    /// Computes with so many threads from the next step on, or with as many as the options say where that is less.
    mutating func use(_ counts: ThreadCounts) {
        let wanted = ThreadCounts(
            single: min(counts.single, mostThreads.single),
            several: min(counts.several, mostThreads.several)
        )
        guard wanted != threads else { return }
        threads = wanted
        eh_context_use_threads(handle, Int32(wanted.single), Int32(wanted.several))
    }

    /// Computes a batch.
    /// - Throws: `decodeFailed`.
    func decode(_ batch: Batch) throws(EngineError) -> Outcome {
        let status = eh_decode(
            handle,
            Int32(batch.count),
            batch.tokens,
            batch.positions,
            batch.sequences,
            batch.outputs
        )
        switch status {
        case Int32(EH_DECODE_OK): return .computed
        case Int32(EH_DECODE_NO_ROOM): return .noRoom
        default: throw .last(.decodeFailed, "the computation failed")
        }
    }

    /// Waits until all that `decode` began has been computed.
    func synchronize() {
        eh_synchronize(handle)
    }
}
