// SPDX-License-Identifier: MIT

package import Catalogue
package import Logging
import Platform
import StateStore
import Synchronization
import Wire

/// Starts workers as child processes on this machine, each in a session of its own.
package final class ChildLauncher: WorkerLauncher {
    /// Is told each log line of each worker.
    package typealias LogSink = @Sendable (LaunchOrder, String) -> Void

    /// The worker's program.
    package let program: String
    /// What workers see of the environment.
    package let environment: [String: String]
    package let runtimeDirectory: RuntimeDirectory
    /// Where conversations outlive their workers; nil for nowhere in main memory.
    private let states: StateMemory?
    let logger: Logger
    private let sink: LogSink
    private let delay: Duration
    private let watchInterval: Duration
    let keepsStandby: Bool
    let standby = Mutex(StandbyRoom<ChildWorker>())
    private let ahead = ReadAhead()
    /// The processes that live, or are about to.
    let children = Mutex<[ObjectIdentifier: ChildWorker]>([:])
    /// The sockets of the workers that are ready.
    private let sockets = Mutex<[WorkerID: String]>([:])

    /// - Parameters:
    ///   - program: The path of `enginehouse-worker`.
    ///   - environment: The router's environment; workers get the harmless part of it.
    ///   - runtimeDirectory: Where the workers' sockets are.
    ///   - states: Where conversations outlive their workers.
    ///   - keepsStandby: Whether a process is kept ready, and processes are used again.
    ///   - delay: How long each start waits before it begins; for debugging.
    ///   - watchInterval: How often it is looked whether a worker's socket is still there.
    ///   - sink: Gets the workers' logs, beside the ring that the fleet keeps.
    package init(
        program: String,
        environment: [String: String],
        runtimeDirectory: RuntimeDirectory,
        logger: Logger,
        states: StateMemory? = nil,
        keepsStandby: Bool = false,
        delay: Duration = .zero,
        watchInterval: Duration = .seconds(2),
        sink: @escaping LogSink = { _, _ in }
    ) {
        self.program = program
        let told = states.map { [StorePlace.variable: $0.place.text] } ?? [:]
        self.environment = WorkerEnvironment.filtered(environment).merging(told) { _, new in new }
        self.states = states
        self.runtimeDirectory = runtimeDirectory
        self.logger = logger
        self.keepsStandby = keepsStandby
        self.delay = delay
        self.watchInterval = watchInterval
        self.sink = sink
        // A command may be written to a worker that has just died; that is an error to handle, not a reason to die.
        signal(SIGPIPE, SIG_IGN)
    }

    package func launch(
        _ order: LaunchOrder,
        report: @escaping @Sendable (WorkerNews) -> Void
    ) -> any WorkerProcess {
        let worker = order.worker
        ahead.end(order.entry.id)
        let tenant = ChildTenant { [sink] line in
            order.log.append(line)
            sink(order, line)
        } report: { [self] news in
            if case .exited = news { forgetSocket(of: worker) }
            report(checked(news, worker))
        }
        tenant.watch(Task { [self] in if await awaitLoss(of: worker) { report(.cutOff) } })
        let command = commandLine(for: order.entry, arguments: order.arguments, worker: worker)
        let isOrdinary = keepsStandby && !Self.changesProcess(command)
        let ready = isOrdinary ? standby.withLock { $0.take() } : nil
        let child = ready ?? newChild()
        child.admit(tenant)
        tenant.enter(child) { [self] in isOrdinary && standby.withLock(\.keeps) }
        // Unstructured: the process belongs to the fleet, not to the request that happened to need it. Ends with the
        // process, which the fleet ends at its shutdown.
        Task { [self] in
            if delay > .zero { try? await Task.sleep(for: delay) }
            if let reason = restoreDirectory() {
                child.kill()
                return tenant.end(.notStarted(reason))
            }
            guard ready == nil else { return await hand(tenant, Array(command.dropFirst()), to: child) }
            if isOrdinary { standby.withLock { $0.started(child) } }
            await live(child, command)
        }
        return tenant
    }

    package func readAhead(_ entry: ModelEntry) {
        ahead.begin(entry.id, entry.shardPaths + [entry.projectorPath].compactMap(\.self))
    }

    package func commandLine(for entry: ModelEntry, arguments: [String], worker: WorkerID?) -> [String] {
        var line = [program] + entry.fileArguments + ["--alias", entry.id]
        if let worker { line += ["--host", runtimeDirectory.socketPath(worker)] }
        if let projector = entry.projectorPath { line += ["--mmproj", projector] }
        // The entry's draft, a head that reads the model's hidden states, follows once the worker can use it.
        return line + arguments
    }

    package var storedBytes: Int64 { states?.bytes ?? 0 }

    package func limitStored(to bytes: Int64) { states?.limit(to: bytes) }

    package func shutdown() async {
        retire()
        // They have no model, so that they end at once, unless something is wrong with them.
        for round in 0..<60 {
            let left = children.withLock { Array($0.values) }
            guard !left.isEmpty else { break }
            if round == 40 { for child in left { child.kill() } }
            try? await Task.sleep(for: .milliseconds(50))
        }
        states?.remove()
        if let reason = runtimeDirectory.remove() {
            logger.warning(
                "Runtime directory not removed",
                metadata: ["path": "\(runtimeDirectory.path)", "reason": "\(reason)"]
            )
        }
    }

    // MARK: Sockets

    /// A worker may only name the socket that it was given, in the directory that is ours.
    private func checked(_ news: WorkerNews, _ worker: WorkerID) -> WorkerNews {
        guard case .event(.ready(let address, _, _)) = news else { return news }
        let socket = runtimeDirectory.socketPath(worker)
        guard address == .unix(path: socket) else {
            return .offence(
                WorkerOffence("it listens on \(address.description.printable) rather than on its own socket")
            )
        }
        var status = stat()
        if lstat(socket, &status) == 0, status.st_mode & S_IFMT != S_IFSOCK {
            return .offence(WorkerOffence("what it listens on is no socket: \(socket)"))
        }
        sockets.withLock { $0[worker] = socket }
        // While the model loads there are better things to do.
        prepare()
        return news
    }

    private func forgetSocket(of worker: WorkerID) {
        sockets.withLock { $0[worker] = nil }
        runtimeDirectory.removeSocket(at: runtimeDirectory.socketPath(worker))
    }

    /// Waits until a worker that is ready can't be reached any more, since its socket is gone.
    /// - Returns: False if the task was cancelled before.
    private func awaitLoss(of worker: WorkerID) async -> Bool {
        while true {
            do { try await Task.sleep(for: watchInterval) } catch { return false }
            if !isReachable(worker) { return true }
            // Others' cleaning comes again; a worker that still loads finds a directory to listen in.
            _ = restoreDirectory()
        }
    }

    package func isReachable(_ worker: WorkerID) -> Bool {
        guard let socket = sockets.withLock({ $0[worker] }) else { return true }
        return Self.exists(socket)
    }

    package var problem: String? {
        if let reason = runtimeDirectory.restore() { return reason }
        let lost = sockets.withLock { $0.values.count { !Self.exists($0) } }
        guard lost > 0 else { return nil }
        return "the sockets of \(lost) workers are gone from the runtime folder; these models are loaded again"
    }

    func restoreDirectory() -> String? {
        let before = runtimeDirectory.path
        guard !runtimeDirectory.isThere else { return nil }
        let reason = runtimeDirectory.restore()
        var facts: Logger.Metadata = ["path": "\(before)"]
        if let reason {
            facts["reason"] = "\(reason)"
            logger.error("Runtime directory was removed and could not be made again", metadata: facts)
        } else {
            facts["now"] = "\(runtimeDirectory.path)"
            logger.warning("Runtime directory was removed; it is made again", metadata: facts)
        }
        return reason
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
