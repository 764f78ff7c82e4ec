// SPDX-License-Identifier: MIT

import Catalogue
import Synchronization

/// What the shell holds of one worker, from launch until the last lease on it is gone.
final class WorkerRecord: Sendable {
    let id: WorkerID
    /// The model as it was when the worker was launched.
    let entry: ModelEntry
    let log: LogRing

    private typealias Watcher = @Sendable (ModelFailure?) -> Void

    private struct State {
        var process: (any WorkerProcess)?
        /// Why it was killed, where its exit alone would not tell.
        var doom: String?
        /// What it said last of why it ends.
        var words: String?
        var end: ModelFailure?
        var watchers: [UInt64: (tell: Watcher, timer: Task<Void, Never>)] = [:]
        var lastWatcher: UInt64 = 0
    }
    private let state = Mutex(State())
    /// How often bytes of an answer came.
    private let progressCount = Atomic<UInt64>(0)
    /// How often that was when it was looked at last.
    private let seenProgress = Atomic<UInt64>(0)

    init(id: WorkerID, entry: ModelEntry, log: LogRing) {
        self.id = id
        self.entry = entry
        self.log = log
    }

    /// Bytes of an answer came. Cheap: called for each chunk.
    func progress() { progressCount.wrappingAdd(1, ordering: .relaxed) }

    /// A request is about to be sent: what came before says nothing of it.
    func granted() { seenProgress.store(progressCount.load(ordering: .relaxed), ordering: .relaxed) }

    /// Whether bytes of an answer came since this was called last, or since the last request.
    func hasProgressed() -> Bool {
        let count = progressCount.load(ordering: .relaxed)
        return seenProgress.exchange(count, ordering: .relaxed) != count
    }

    /// The process is about to be killed for that reason.
    func doom(_ reason: String) { state.withLock { $0.doom = reason } }

    /// The process says why it is about to end.
    func says(_ words: String) { state.withLock { $0.words = words } }

    /// How the process ended, with what it said about that: the end of a sentence.
    func end(_ exit: WorkerExit) -> String {
        state.withLock { $0.words }.map { "\(exit): \($0)" } ?? "\(exit)"
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
        let how = end(exit)
        let (end, watchers) = state.withLock { state in
            let end = ModelFailure(reason: state.doom ?? "its worker \(how)", exit: exit, logTail: logTail)
            state.end = end
            state.process = nil
            return (end, state.watchers.keys.sorted().compactMap { state.watchers.removeValue(forKey: $0) })
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
