// SPDX-License-Identifier: MIT

import Synchronization

/// The events of one generation, on their way from the engine's thread to one reader.
///
/// Bounded: when `limit` tokens wait, the engine leaves the sequence out of its steps until some were read. A slow reader
/// pauses its own sequence only.
///
/// Where steps are short the engine lets a few tokens gather: waking the reader and writing to a socket would cost more
/// than computing them.
package final class GenerationStream: Sendable {
    /// Tokens that may wait before the sequence pauses.
    package static let limit = 128
    /// How long tokens gather: half a frame of a usual display.
    package static let gatherTime: Duration = .milliseconds(8)
    /// How many.
    package static let gatherLimit = 32

    private struct State {
        var waiting: [GenerationEvent] = []
        /// Since when `limit` tokens wait, so that the sequence pauses; nil while it doesn't.
        var fullSince: ContinuousClock.Instant?
        var reader: CheckedContinuation<[GenerationEvent], Never>?
        var isCancelled = false
        var isOver = false
        var endsReasoning = false
        /// Whether what waits may be kept from the reader: the engine will soon bring more, or release it.
        var gathers = false
        /// When the reader was last given something.
        var handedOver: ContinuousClock.Instant?

        /// The reader that is to be woken, and the events that it gets; nil for none.
        mutating func handOver() -> (CheckedContinuation<[GenerationEvent], Never>, [GenerationEvent])? {
            gathers = false
            guard let reader, !waiting.isEmpty else { return nil }
            defer { (self.reader, waiting, fullSince) = (nil, [], nil) }
            return (reader, waiting)
        }
    }

    private let state = Mutex(State())
    /// Wakes the engine after the reader made room or left.
    private let wakeEngine: @Sendable () -> Void

    package init(wakeEngine: @escaping @Sendable () -> Void) {
        self.wakeEngine = wakeEngine
    }

    /// Waits for events.
    /// - Returns: all that are there, at least one; none after the last one, or after the task was cancelled.
    package func next() async -> [GenerationEvent] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (events, hadPaused) = state.withLock { state -> ([GenerationEvent]?, Bool) in
                    if state.isCancelled { return ([], false) }
                    guard state.waiting.isEmpty || state.gathers else {
                        let events = state.waiting
                        state.waiting = []
                        state.fullSince = nil
                        return (events, events.count >= Self.limit)
                    }
                    if state.isOver { return ([], false) }
                    precondition(state.reader == nil, "a generation has one reader")
                    state.reader = continuation
                    return (nil, false)
                }
                if hadPaused { wakeEngine() }
                if let events { continuation.resume(returning: events) }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Cancels the generation: its reader is gone. The engine frees the slot before its next token.
    package func cancel() {
        let reader = state.withLock { state in
            state.isCancelled = true
            state.waiting = []
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: [])
        wakeEngine()
    }

    /// Makes the model end its thoughts, if it thinks and its sampler was made with `controlsReasoning`.
    package func endReasoning() {
        state.withLock { $0.endsReasoning = true }
    }

    /// Whether the thoughts are to be ended since the last question.
    func takeEndOfReasoning() -> Bool {
        state.withLock { state in
            defer { state.endsReasoning = false }
            return state.endsReasoning
        }
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Whether the reader has fallen behind.
    var isFull: Bool { state.withLock { $0.waiting.count >= Self.limit } }

    /// Since when it has; nil if it hasn't.
    var fullSince: ContinuousClock.Instant? { state.withLock { $0.fullSince } }

    /// Hands an event to the reader.
    /// - Parameter now: given where the event may be kept for others, for `gatherTime` at most. The caller calls `send`
    ///   or `release` again soon.
    package func send(_ event: GenerationEvent, mayGatherAt now: ContinuousClock.Instant? = nil) {
        let wakes = state.withLock { state -> (CheckedContinuation<[GenerationEvent], Never>, [GenerationEvent])? in
            guard !state.isOver, !state.isCancelled else { return nil }
            switch event {
            case .progress, .token: break
            case .finished, .failed: state.isOver = true
            }
            state.waiting.append(event)
            if state.waiting.count >= Self.limit, state.fullSince == nil { state.fullSince = .now }
            if let now, let last = state.handedOver, now - last < Self.gatherTime,
                state.waiting.count < Self.gatherLimit,
                !state.isOver
            {
                state.gathers = true
                return nil
            }
            if let now { state.handedOver = now }
            return state.handOver()
        }
        if let (reader, events) = wakes { reader.resume(returning: events) }
    }

    /// Lets the reader have what has gathered.
    package func release() {
        if let (reader, events) = state.withLock({ $0.handOver() }) { reader.resume(returning: events) }
    }
}
