// SPDX-License-Identifier: MIT

import Dispatch
import Synchronization

/// Carries requests to the engine's thread, wakes it, and shows outside what its slots do.
final class Mailbox: Sendable {
    private struct State {
        var arrived: [SubmittedGeneration] = []
        var actions: [QueuedAction] = []
        /// Generations that arrived and have no slot yet, those that the engine took over included.
        var waiting = 0
        var isStopped = false
        /// Whether the engine's thread is done, and what it had is freed.
        var hasEnded = false
        var mourners: [CheckedContinuation<Void, Never>] = []
        var slots: [SlotStatus] = []
        /// What came of the conversation that was written down last.
        var shelved: ShelfOutcome?
    }

    /// Shows what the engine's thread is at.
    let watch = StepWatch()
    private let state = Mutex(State())
    /// The threads that the parent allows: those for single tokens in the upper half, then those for several; 0: no limit.
    private let threads = Atomic<UInt64>(0)
    /// The bytes of kept states that the parent allows; negative: no limit.
    private let stateBytes = Atomic<Int>(-1)
    private let signal = DispatchSemaphore(value: 0)
    private let limit: Int

    /// - Parameter limit: generations that may wait.
    init(limit: Int) {
        self.limit = limit
    }

    /// Hands over a generation.
    /// - Throws: `queueFull` or `stopped`.
    func submit(_ generation: SubmittedGeneration) throws(EngineError) {
        let refusal = state.withLock { state -> EngineError? in
            if state.isStopped { return EngineError(.stopped, "the worker is shutting down") }
            if state.waiting >= limit {
                return EngineError(.queueFull, "\(limit) requests wait already; try again in a moment")
            }
            state.waiting += 1
            state.arrived.append(generation)
            return nil
        }
        if let refusal { throw refusal }
        wake()
    }

    /// Hands over something to do with a slot.
    /// - Throws: `queueFull` or `stopped`.
    func submit(_ action: QueuedAction) throws(EngineError) {
        let refusal = state.withLock { state -> EngineError? in
            if state.isStopped { return EngineError(.stopped, "the worker is shutting down") }
            if state.actions.count >= limit { return EngineError(.queueFull, "too many wait already; try again") }
            state.actions.append(action)
            return nil
        }
        if let refusal { throw refusal }
        wake()
    }

    /// Takes what is to be done with slots.
    func takeActions() -> [QueuedAction] {
        state.withLock { state in
            defer { state.actions = [] }
            return state.actions
        }
    }

    /// The most threads that the next step may have; nil for no limit.
    var threadLimit: ThreadCounts? {
        let value = threads.load(ordering: .relaxed)
        guard value != 0 else { return nil }
        return ThreadCounts(single: Int(value >> 32), several: Int(value & 0xFFFF_FFFF))
    }

    /// The parent allows other numbers. They hold from the next step on; the engine isn't woken for them.
    func limitThreads(_ limit: ThreadCounts) {
        let value = UInt64(UInt32(clamping: limit.single)) << 32 | UInt64(UInt32(clamping: limit.several))
        threads.store(value, ordering: .relaxed)
    }

    /// The most bytes that kept states may have; nil for no limit.
    var stateLimit: Int? {
        let bytes = stateBytes.load(ordering: .relaxed)
        return bytes < 0 ? nil : bytes
    }

    /// The parent allows other bytes. What is too much is dropped at once.
    func limitStates(_ bytes: Int) {
        stateBytes.store(max(bytes, 0), ordering: .relaxed)
        wake()
    }

    /// A conversation was written to the shelf, or couldn't be.
    func note(_ outcome: ShelfOutcome) {
        state.withLock { $0.shelved = outcome }
        wake()
    }

    /// Takes what came of the last one.
    func takeShelved() -> ShelfOutcome? {
        state.withLock { state in
            defer { state.shelved = nil }
            return state.shelved
        }
    }

    /// Makes the engine look.
    func wake() {
        signal.signal()
    }

    /// Waits until the engine is woken, which may have happened before.
    /// - Parameter limit: how long at most; nil for as long as it takes.
    func sleep(atMost limit: Duration?) {
        watch.begin(.rest)
        guard let limit else { return signal.wait() }
        let (seconds, attoseconds) = limit.components
        let wait = DispatchTimeInterval.nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
        _ = signal.wait(timeout: .now() + wait)
    }

    /// Takes what has arrived; nil after `stop`.
    func take() -> [SubmittedGeneration]? {
        state.withLock { state in
            if state.isStopped { return nil }
            defer { state.arrived = [] }
            return state.arrived
        }
    }

    /// Says what the slots do and how many generations wait for one.
    func publish(_ slots: [SlotStatus], waiting: Int) {
        state.withLock { state in
            state.slots = slots
            state.waiting = waiting + state.arrived.count
        }
    }

    /// What the slots did after the last step.
    var slots: [SlotStatus] { state.withLock { $0.slots } }

    /// Generations that wait for a slot.
    var waiting: Int { state.withLock { $0.waiting } }

    /// The engine's thread is done, and what it had is freed.
    func noteEnd() {
        let mourners = state.withLock { state in
            state.hasEnded = true
            defer { state.mourners = [] }
            return state.mourners
        }
        for mourner in mourners { mourner.resume() }
    }

    /// Waits for that.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = state.withLock { state in
                if !state.hasEnded { state.mourners.append(continuation) }
                return state.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Ends the engine's thread.
    /// - Returns: generations that it has not seen.
    func stop() -> [SubmittedGeneration] {
        defer { wake() }
        return state.withLock { state in
            state.isStopped = true
            defer { state.arrived = [] }
            return state.arrived
        }
    }
}
