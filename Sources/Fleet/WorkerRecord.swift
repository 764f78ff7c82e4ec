// SPDX-License-Identifier: MIT

import Synchronization

/// What the shell holds of one worker, from launch until the last lease on it is gone.
final class WorkerRecord: Sendable {
    let id: WorkerID
    /// The model as it was when the worker was launched.
    let entry: ModelEntry
    let log = LogRing()

    private typealias Watcher = @Sendable (ModelFailure?) -> Void

    private struct State {
        var process: (any WorkerProcess)?
        var end: ModelFailure?
        var watchers: [UInt64: (tell: Watcher, timer: Task<Void, Never>)] = [:]
        var lastWatcher: UInt64 = 0
    }
    private let state = Mutex(State())

    init(id: WorkerID, entry: ModelEntry) {
        self.id = id
        self.entry = entry
    }

    /// The model's id.
    var model: String { entry.id }

    /// The process, once it was launched.
    var process: (any WorkerProcess)? { state.withLock { $0.process } }

    /// The process was launched.
    func launched(_ process: any WorkerProcess) {
        state.withLock { $0.process = process }
    }

    /// The process is gone.
    func exited(_ exit: WorkerExit, logTail: [String]) {
        let end = ModelFailure(reason: "its worker \(exit)", exit: exit, logTail: logTail)
        let watchers = state.withLock { state in
            state.end = end
            state.process = nil
            return state.watchers.keys.sorted().compactMap { state.watchers.removeValue(forKey: $0) }
        }
        for watcher in watchers {
            watcher.timer.cancel()
            watcher.tell(end)
        }
    }

    /// Calls back once: with how the worker ended as soon as that is known, or with nil after `limit`.
    func whenExited(within limit: Duration, time: FleetTime, tell: @escaping @Sendable (ModelFailure?) -> Void) {
        let end = state.withLock { state -> ModelFailure? in
            if let end = state.end { return end }
            state.lastWatcher += 1
            let watcher = state.lastWatcher
            let deadline = time.now() + limit
            // Unstructured: the caller has no task of its own. It ends with the wait, whichever way that ends.
            let timer = Task {
                do { try await time.sleep(deadline) } catch { return }
                self.giveUp(watcher)
            }
            state.watchers[watcher] = (tell, timer)
            return nil
        }
        if let end { tell(end) }
    }

    private func giveUp(_ watcher: UInt64) {
        state.withLock { $0.watchers.removeValue(forKey: watcher) }?.tell(nil)
    }
}
