// SPDX-License-Identifier: MIT

import Synchronization
import Wire

/// One model in a worker's process, from its launch until the process has ended or has freed it: what the fleet knows as a worker.
final class ChildTenant: WorkerProcess {
    private struct State {
        var child: ChildWorker?
        /// Whether the process is to live on when the fleet asks for the end.
        var mayRelease: @Sendable () -> Bool = { false }
        /// What watches over it.
        var watcher: Task<Void, Never>?
        var isOver = false
        /// Whether the process has said anything of this model.
        var isHeard = false
    }
    /// The line behind the last one that is logged for this model, where the process outlives it.
    let mark = "released \(UInt64.random(in: .min ... .max))"
    let log: @Sendable (String) -> Void
    private let tell: @Sendable (WorkerNews) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - log: gets the lines that the process logs for this model.
    ///   - report: is told what the worker says, and once how it ended.
    init(log: @escaping @Sendable (String) -> Void, report: @escaping @Sendable (WorkerNews) -> Void) {
        self.log = log
        tell = report
    }

    /// The process that it lives in.
    /// - Parameter mayRelease: whether that process is to live on when this one is stopped.
    func enter(_ child: ChildWorker, mayRelease: @escaping @Sendable () -> Bool) {
        state.withLock { state in
            state.child = child
            state.mayRelease = mayRelease
        }
    }

    /// Something that watches over it, and ends with it.
    func watch(_ task: Task<Void, Never>) {
        let isLate = state.withLock { state in
            state.watcher = task
            return state.isOver
        }
        if isLate { task.cancel() }
    }

    func report(_ news: WorkerNews) {
        state.withLock { $0.isHeard = true }
        tell(news)
    }

    /// Whether the process has neither said anything of this model nor ended.
    var isSilent: Bool { state.withLock { !$0.isHeard && !$0.isOver } }

    /// It is over. Told once.
    func end(_ exit: WorkerExit) {
        let (task, isFirst) = state.withLock { state in
            defer { (state.child, state.isOver) = (nil, true) }
            return (state.watcher, !state.isOver)
        }
        task?.cancel()
        if isFirst { tell(.exited(exit)) }
    }

    // MARK: WorkerProcess

    func stop() {
        let (child, mayRelease) = state.withLock { ($0.child, $0.mayRelease) }
        guard let child else { return }
        if mayRelease() { child.release(self) } else { child.stop() }
    }

    func use(_ share: CoreDivision.Share) { child?.use(share) }

    func keep(_ bytes: Int64) { child?.keep(bytes) }

    func look() { child?.look() }

    func kill() { child?.kill() }

    private var child: ChildWorker? { state.withLock { $0.child } }
}
