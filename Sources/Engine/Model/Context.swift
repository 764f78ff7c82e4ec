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
    /// Whether the beginning of a sequence can be copied.
    let canShare: Bool
    private let slidingWindow: Int32
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
        canShare = eh_can_share(made)
        slidingWindow = model.facts.slidingWindow
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

    /// Bytes by purpose, over all devices.
    var memory: (weights: Int64, cache: Int64, compute: Int64) {
        var weights: UInt64 = 0
        var cache: UInt64 = 0
        var compute: UInt64 = 0
        eh_context_memory(handle, &weights, &cache, &compute)
        return (Int64(clamping: weights), Int64(clamping: cache), Int64(clamping: compute))
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

    /// Cuts a sequence's cache down to its first `length` positions, or to nothing where the cache can't be cut there.
    /// - Returns: how many positions are left.
    func truncate(_ sequence: Int32, to length: Int) -> Int {
        let kept = Int32(length)
        if length > 0, eh_sequence_remove(handle, sequence, kept, -1), holdsWindow(sequence, before: kept) {
            return length
        }
        _ = eh_sequence_remove(handle, sequence, 0, -1)
        return 0
    }

    /// A sliding window may have dropped what the next tokens would look at.
    private func holdsWindow(_ sequence: Int32, before position: Int32) -> Bool {
        guard slidingWindow > 0 else { return true }
        let first = eh_sequence_first(handle, sequence)
        // Nothing left of the window is no window: the engine says -1 then.
        return first >= 0 && first <= max(0, position - slidingWindow + 1)
    }

    /// The shortest length, apart from 0, that a sequence can be cut down to. Recurrent states can't be cut at all, and what
    /// has left a sliding window is needed again at an earlier place.
    /// - Parameter count: positions that it holds.
    func leastLength(of sequence: Int32, holding count: Int) -> Int {
        guard count > 0 else { return 0 }
        guard canShare else { return count }
        guard slidingWindow > 0 else { return 0 }
        let first = Int(eh_sequence_first(handle, sequence))
        guard first >= 0 else { return count }
        return first == 0 ? 0 : min(count, first + Int(slidingWindow) - 1)
    }

    /// Whether computing can go on behind the first `length` positions of a sequence, or of a copy of it.
    /// - Parameter count: positions that it holds.
    func canStop(_ sequence: Int32, at length: Int, of count: Int) -> Bool {
        length == 0 || length >= leastLength(of: sequence, holding: count)
    }

    /// Whether cells of a sequence are dropped once a sliding window has passed them.
    var hasWindow: Bool { slidingWindow > 0 }

    /// Whether the last tokens of a sequence can be taken back. Empties the context.
    func rewinds() -> Bool { eh_context_rewinds(handle) }

    /// Takes back what a sequence holds behind its first `length` positions, which were computed in the last step.
    /// - Returns: false if computing can't go on there; the sequence is to be emptied then.
    func rewind(_ sequence: Int32, to length: Int) -> Bool {
        eh_sequence_remove(handle, sequence, Int32(length), -1) && holdsWindow(sequence, before: Int32(length))
    }

    /// Makes `decode` choose for a sequence as well, until the sampler is detached.
    /// - Returns: false if the model is computed in a way that doesn't allow it.
    func attach(_ sampler: Sampler, to sequence: Int32) -> Bool { eh_sampler_attach(sampler.handle, handle, sequence) }

    /// The end of that; the sampler goes on by itself.
    func detach(_ sampler: Sampler, from sequence: Int32) { eh_sampler_detach(sampler.handle, handle, sequence) }

    /// Chooses the token that follows the batch's entry `index`; the sampler is to be told which one it becomes.
    /// - Throws: `invalidRequest` where that is the grammar's fault, `decodeFailed` otherwise.
    func choose(_ sampler: Sampler, at index: Int) throws(EngineError) -> Int32 {
        let token = eh_sampler_choose(sampler.handle, handle, Int32(index))
        guard token < 0 else { return token }
        guard sampler.hasGrammar else { throw .last(.decodeFailed, "no token could be chosen") }
        throw .last(.invalidRequest, "the grammar cannot be followed")
    }

    /// How likely a token was behind the batch's entry `index`, beside the `count` likeliest.
    /// - Throws: `decodeFailed`.
    func logProbabilities(of token: Int32, at index: Int, count: Int) throws(EngineError) -> LogProbabilities {
        var chosen: Float = 0
        var tokens = [Int32](repeating: 0, count: count)
        var values = [Float](repeating: 0, count: count)
        let written = eh_log_probabilities(handle, Int32(index), token, &chosen, Int32(count), &tokens, &values)
        guard written >= 0 else { throw .last(.decodeFailed, "no probabilities") }
        let top = (0..<Int(written)).map { LogProbabilities.Candidate(token: tokens[$0], value: values[$0]) }
        return LogProbabilities(chosen: chosen, top: top)
    }

    /// How likely the chosen token at the batch's entry `index` was, beside the `count` likeliest: after the samplers if
    /// the sampler was made for that, else before.
    /// - Throws: `decodeFailed`.
    func probabilities(
        of token: Int32,
        sampler: Sampler,
        at index: Int,
        count: Int
    ) throws(EngineError) -> LogProbabilities {
        var chosen: Float = 0
        var tokens = [Int32](repeating: 0, count: count)
        var values = [Float](repeating: 0, count: count)
        let areSampled = sampler.reportsSampledProbabilities
        let written =
            areSampled
            ? eh_sampler_probabilities(sampler.handle, token, &chosen, Int32(count), &tokens, &values)
            : eh_log_probabilities(handle, Int32(index), token, &chosen, Int32(count), &tokens, &values)
        guard written >= 0 else { throw .last(.decodeFailed, "no probabilities") }
        let top = (0..<Int(written)).map { LogProbabilities.Candidate(token: tokens[$0], value: values[$0]) }
        return LogProbabilities(chosen: chosen, top: top, areSampled: areSampled)
    }
}
