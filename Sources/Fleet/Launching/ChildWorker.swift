// SPDX-License-Identifier: MIT

import Logging
import Platform
import Subprocess
import Synchronization
import Wire

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// One worker's process: its three streams, its signals, its exit, and the models that it serves one after another.
final class ChildWorker: Sendable {
    private enum Life {
        /// The process doesn't exist yet; the strongest thing that was asked of it.
        case starting(asked: Demand?)
        /// It runs or is a zombie, so its id can't belong to another process.
        case running(pid_t)
        case over
    }
    private enum Demand { case stop, kill }

    /// The longest line that may be an event; a model's info can be long.
    private static let eventLimit = 1 << 20
    /// Bytes that are read of a stream that another process holds open after the worker's end.
    private static let lastWords = 128 << 10

    private struct Tenants {
        /// The one whose model is in the process; nil for none.
        var current: ChildTenant?
        /// Whether the process was asked to free that model.
        var isReleasing = false
        /// Those whose log lines may still come: what is logged is the first one's, up to its mark.
        var logging: [ChildTenant] = []
    }

    private let logger: Logger
    private let onStandby: @Sendable (ChildWorker, Int64) -> Void
    private let tenants = Mutex(Tenants())
    private let life = Mutex(Life.starting(asked: nil))
    /// Whether the worker has reported anything: then it listens to commands, too.
    private let speaks = Atomic(false)
    private let commands: AsyncStream<WorkerCommand>
    private let commandInput: AsyncStream<WorkerCommand>.Continuation

    /// - Parameter onStandby: is told when the process has no model, before that model's tenant is; with the bytes of its own memory.
    init(logger: Logger, onStandby: @escaping @Sendable (ChildWorker, Int64) -> Void = { _, _ in }) {
        self.logger = logger
        self.onStandby = onStandby
        (commands, commandInput) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
    }

    // MARK: Tenants

    /// The next model is this one's.
    func admit(_ tenant: ChildTenant) {
        tenants.withLock { tenants in
            tenants.current = tenant
            tenants.logging.append(tenant)
        }
    }

    /// Has the process serve its tenant's model.
    /// - Parameter arguments: the command line without the program.
    func load(_ arguments: [String]) { commandInput.yield(.load(arguments: arguments)) }

    /// Asks the process to finish what it has and to free the model, and to wait for another.
    func release(_ tenant: ChildTenant) {
        let isCurrent = tenants.withLock { tenants in
            guard tenants.current === tenant else { return false }
            tenants.isReleasing = true
            return true
        }
        if isCurrent { commandInput.yield(.release(mark: tenant.mark)) }
    }

    /// The process has ended: so has its tenant.
    func end(_ exit: WorkerExit) {
        let tenant = tenants.withLock { tenants in
            defer { tenants = Tenants() }
            return tenants.current
        }
        tenant?.end(exit)
    }

    private func receive(_ line: LineSplitter.Line) {
        guard let news = WorkerNews(line) else { return log(line.text.printable) }
        speaks.store(true, ordering: .relaxed)
        let current = tenants.withLock { tenants in
            defer {
                if case .event(.standby) = news, tenants.isReleasing {
                    (tenants.current, tenants.isReleasing) = (nil, false)
                }
            }
            return (tenant: tenants.current, isReleasing: tenants.isReleasing)
        }
        guard case .event(.standby(let bytes)) = news, current.tenant == nil || current.isReleasing else {
            current.tenant?.report(news)
            return
        }
        // It can be had again before the fleet knows that it may start the next one.
        onStandby(self, bytes)
        current.tenant?.end(.released)
    }

    private func log(_ line: String) {
        let tenant = tenants.withLock { tenants -> ChildTenant? in
            guard line == tenants.logging.first?.mark else { return tenants.logging.first }
            tenants.logging.removeFirst()
            return nil
        }
        tenant?.log(line)
    }

    // MARK: What is asked of it

    /// The command to a worker that speaks, so that it finishes what it has; SIGTERM to one that doesn't (yet): it has
    /// nothing to finish, and may be no program of ours.
    func stop() {
        commandInput.yield(.stop)
        if !speaks.load(ordering: .relaxed) { demand(.stop) }
    }

    func use(_ share: CoreDivision.Share) {
        commandInput.yield(.threads(generating: share.generating, prompt: share.prompt))
    }

    func keep(_ bytes: Int64) { commandInput.yield(.cache(bytes: bytes)) }

    func look() { commandInput.yield(.memory) }

    func kill() { demand(.kill) }

    private func demand(_ demand: Demand) {
        life.withLock { life in
            switch life {
            case .starting(let asked): life = .starting(asked: asked == .kill ? .kill : demand)
            case .running(let pid): signal(pid, demand)
            case .over: break
            }
        }
    }

    /// Signals the worker and what it started: they are a session, and so a group, of their own.
    private func signal(_ pid: pid_t, _ demand: Demand) {
        let number = demand == .stop ? SIGTERM : SIGKILL
        guard sendSignal(-pid, number) != 0, errno != ESRCH else { return }
        let reason = String(cString: strerror(errno))
        logger.error("Worker not signalled", metadata: ["pid": "\(pid)", "reason": "\(reason)"])
    }

    // MARK: The process

    /// Runs the process to its end.
    ///
    /// - Parameter command: The program's path and its arguments.
    /// - Returns: How it ended. The process is reaped then, and nothing that it started holds its place any more.
    func run(_ command: [String], environment: [String: String]) async -> WorkerExit {
        defer {
            life.withLock { $0 = .over }
            commandInput.finish()
        }
        guard let program = command.first else { return .notStarted("there is no program to start") }
        var options = PlatformOptions()
        // Alone: with a user or a group beside it, the package forks by itself rather than with posix_spawn.
        options.createSession = true
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment { variables[.init(stringLiteral: name)] = value }
        do {
            let result = try await Subprocess.run(
                .path(FilePath(program)),
                arguments: Arguments(Array(command.dropFirst())),
                environment: .custom(variables),
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .sequence
            ) { execution in
                await self.attend(execution)
            }
            endGroup(of: result.processIdentifier.value)
            switch result.terminationStatus {
            case .exited(let code): return .exited(code: code)
            case .signaled(let number): return .signaled(number)
            }
        } catch {
            return .notStarted("\(error)")
        }
    }

    /// Ends what the worker left behind; that must not outlive it.
    ///
    /// The id was free for an instant. The system gives numbers out in turn and none that a group still bears, so it
    /// can't have become another group's.
    private func endGroup(of pid: pid_t) {
        life.withLock { $0 = .over }
        _ = sendSignal(-pid, SIGKILL)
    }

    private func attend(_ execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>) async {
        let pid = execution.processIdentifier.value
        life.withLock { life in
            if case .starting(let asked?) = life { signal(pid, asked) }
            life = .running(pid)
        }
        await withTaskGroup { group in
            group.addTask { await self.write(to: execution.standardInputWriter) }
            await withTaskGroup { streams in
                streams.addTask {
                    await self.read(execution.standardOutput, of: pid) { self.receive($0) }
                }
                streams.addTask {
                    await self.read(execution.standardError, of: pid) { self.log($0.text.printable) }
                }
            }
            // Both streams are over, and usually the worker is, too.
            commandInput.finish()
        }
    }

    /// Reads a stream's lines until its end or the worker's.
    private func read(_ stream: SubprocessOutputSequence, of pid: pid_t, each: (LineSplitter.Line) -> Void) async {
        var splitter = LineSplitter(limit: Self.eventLimit)
        var patience = Self.lastWords
        do {
            for try await buffer in stream {
                for line in buffer.withUnsafeBytes({ splitter.feed($0) }) { each(line) }
                // What the worker started may hold the stream, and write to it for ever.
                if hasExited(pid) { patience -= buffer.count }
                if patience <= 0 { break }
            }
        } catch {
            logger.error("Worker's output not read", metadata: ["pid": "\(pid)", "reason": "\(error)"])
        }
        if let line = splitter.finish() { each(line) }
    }

    /// Writes commands as they come, and holds the worker's input open meanwhile: its end would say that the router
    /// is gone.
    private func write(to input: StandardInputWriter) async {
        for await command in commands {
            do {
                _ = try await input.write(Array((command.line + "\n").utf8))
            } catch {
                // The worker is about to be gone, or closed its input; the signals remain.
                logger.debug("Command not written", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Whether the process has ended; it stays a zombie until `run` reaps it.
    private func hasExited(_ pid: pid_t) -> Bool {
        var info = siginfo_t()
        guard waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else { return errno == ECHILD }
        return info.si_signo == SIGCHLD
    }
}

/// The system's `kill`, apart from the method of that name.
private func sendSignal(_ target: pid_t, _ number: Int32) -> Int32 { kill(target, number) }
