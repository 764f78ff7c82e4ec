// SPDX-License-Identifier: MIT

import Synchronization

/// A slot action that waits for its slot to be idle.
final class QueuedAction: Sendable {
    let slot: Int
    let action: SlotAction
    private let state = Mutex(State())

    private struct State {
        var result: Result<SlotAction.Outcome, EngineError>?
        /// Whether it is being done, so that it can't be given up any more.
        var hasBegun = false
        var waiter: CheckedContinuation<Result<SlotAction.Outcome, EngineError>, Never>?
    }

    init(slot: Int, action: SlotAction) {
        self.slot = slot
        self.action = action
    }

    /// Whether it has its result, or was given up.
    var isOver: Bool { state.withLock { $0.result != nil } }

    /// Marks it as begun, so that it can't be given up any more.
    /// - Returns: false if it was given up before.
    func begin() -> Bool {
        state.withLock { state in
            guard state.result == nil else { return false }
            state.hasBegun = true
            return true
        }
    }

    /// Ends it unless it is being done.
    func giveUp(_ error: EngineError) {
        guard !state.withLock({ $0.hasBegun }) else { return }
        finish(.failure(error))
    }

    /// Ends it; what comes later is ignored.
    func finish(_ result: Result<SlotAction.Outcome, EngineError>) {
        let waiter = state.withLock { state -> CheckedContinuation<Result<SlotAction.Outcome, EngineError>, Never>? in
            guard state.result == nil else { return nil }
            state.result = result
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: result)
    }

    /// Waits for the end; a task that is cancelled gives it up.
    func outcome() async throws(EngineError) -> SlotAction.Outcome {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let done = state.withLock { state in
                    if state.result == nil { state.waiter = continuation }
                    return state.result
                }
                if let done { continuation.resume(returning: done) }
            }
        } onCancel: {
            finish(.failure(EngineError(.stopped, "the client has stopped waiting for the slot")))
        }
        return try result.get()
    }
}
