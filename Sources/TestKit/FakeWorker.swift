// SPDX-License-Identifier: MIT

import Catalogue
package import Fleet
import Synchronization
package import Wire

/// A worker without a process: a test says what it reports, and sees what it is asked.
package final class FakeWorker: WorkerProcess {
    package let order: LaunchOrder
    /// Opens when the worker is asked to exit.
    package let stopped = Gate<Void>()
    /// Opens when the worker is killed.
    package let killed = Gate<Void>()

    private let report: @Sendable (WorkerNews) -> Void
    private let exitsWhenAsked: Bool
    private struct State {
        var serving = 0
        var wasStoppedWhileServing = false
        var hasExited = false
        var shares: [CoreDivision.Share] = []
    }
    private let state = Mutex(State())

    init(order: LaunchOrder, exitsWhenAsked: Bool, report: @escaping @Sendable (WorkerNews) -> Void) {
        self.order = order
        self.exitsWhenAsked = exitsWhenAsked
        self.report = report
    }

    package var model: String { order.entry.id }
    package var id: WorkerID { order.worker }

    // MARK: What it reports

    package func load(progress: Double) {
        report(.event(.loading(progress: progress)))
    }

    /// Becomes ready.
    /// - Parameter endpoint: Where it listens; by default a socket without a listener.
    package func ready(
        at endpoint: WorkerEndpoint? = nil,
        measured: WorkerMeasurements = .init(loadSeconds: 1, weightBytes: 1_000_000),
        info: JSONValue = ["meta": ["n_ctx": 512]]
    ) {
        let address = endpoint ?? .unix(path: "/nonexistent/\(order.worker).sock")
        report(.event(.ready(address: address, measured: measured, model: info)))
    }

    package func sleep() {
        report(.event(.sleeping))
    }

    package func fail(_ reason: String) {
        report(.event(.failed(reason: reason)))
    }

    /// Writes bytes to its standard output, whatever they are.
    package func write(_ bytes: [UInt8]) {
        var splitter = LineSplitter(limit: 1 << 20)
        var lines = bytes.withUnsafeBytes { splitter.feed($0) }
        if let last = splitter.finish() { lines.append(last) }
        for line in lines {
            if let news = WorkerNews(line) { report(news) } else { order.log.append(line.text.printable) }
        }
    }

    /// Says what no worker of ours would say.
    package func offend(_ offence: String) {
        report(.offence(WorkerOffence(offence)))
    }

    /// Its socket is removed.
    package func loseSocket() {
        report(.cutOff)
    }

    /// Ends, as if the process had ended in that way. Only the first call counts.
    package func exit(_ exit: WorkerExit = .exited(code: 0)) {
        let isFirst = state.withLock { state in
            defer { state.hasExited = true }
            return !state.hasExited
        }
        if isFirst { report(.exited(exit)) }
    }

    // MARK: What it is asked

    package func stop() {
        noteEnd()
        stopped.open()
        if exitsWhenAsked { exit() }
    }

    package func keep(_ bytes: Int64) {}

    package func use(_ share: CoreDivision.Share) { state.withLock { $0.shares.append(share) } }

    /// The numbers of threads that it was told, oldest first.
    package var shares: [CoreDivision.Share] { state.withLock { $0.shares } }

    package func look() {}

    package func kill() {
        noteEnd()
        killed.open()
        if exitsWhenAsked { exit(.signaled(9)) }
    }

    // MARK: The invariant

    /// A request begins on this worker.
    package func beginServing() { state.withLock { $0.serving += 1 } }

    /// A request on this worker has ended.
    package func endServing() { state.withLock { $0.serving -= 1 } }

    /// Whether the worker was ever stopped or killed while it served.
    package var wasStoppedWhileServing: Bool { state.withLock { $0.wasStoppedWhileServing } }

    private func noteEnd() {
        state.withLock { state in
            if state.serving > 0, !state.hasExited { state.wasStoppedWhileServing = true }
        }
    }
}
