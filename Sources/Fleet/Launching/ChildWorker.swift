// SPDX-License-Identifier: MIT

import Logging
import Subprocess
import Synchronization
import Wire

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One worker as a child process: its three streams, its signals and its exit.
final class ChildWorker: WorkerProcess {
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
    /// How much is read of a stream that somebody holds open after the worker's end.
    private static let lastWords = 128 << 10

    private let id: WorkerID
    private let logger: Logger
    private let log: @Sendable (String) -> Void
    private let life = Mutex(Life.starting(asked: nil))
    /// Whether the worker has reported anything: then it listens to commands, too.
    private let speaks = Atomic(false)
    private let commands: AsyncStream<WorkerCommand>
    private let commandInput: AsyncStream<WorkerCommand>.Continuation

    init(id: WorkerID, logger: Logger, log: @escaping @Sendable (String) -> Void) {
        self.id = id
        self.logger = logger
        self.log = log
        (commands, commandInput) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(16))
    }

    // MARK: WorkerProcess

    /// The command to a worker that speaks, so that it finishes what it has; SIGTERM to one that doesn't (yet): it has
    /// nothing to finish, and may be no program of ours.
    func stop() {
        commandInput.yield(.stop)
        if !speaks.load(ordering: .relaxed) { demand(.stop) }
    }

    func use(_ share: CoreDivision.Share) {
        commandInput.yield(.threads(generating: share.generating, prompt: share.prompt))
    }

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
        logger.error("Worker not signalled", metadata: ["worker": "\(id)", "reason": "\(reason)"])
    }

    // MARK: The process

    /// Runs the process to its end.
    ///
    /// - Parameters:
    ///   - command: The program's path and its arguments.
    ///   - report: Is told the worker's events and offences, one after another.
    /// - Returns: How it ended. The process is reaped then, and nothing that it started holds its place any more.
    func run(
        _ command: [String],
        environment: [String: String],
        report: @escaping @Sendable (WorkerNews) -> Void
    ) async -> WorkerExit {
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
                await self.attend(execution, report: report)
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

    private func attend(
        _ execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>,
        report: @escaping @Sendable (WorkerNews) -> Void
    ) async {
        let pid = execution.processIdentifier.value
        life.withLock { life in
            if case .starting(let asked?) = life { signal(pid, asked) }
            life = .running(pid)
        }
        await withTaskGroup { group in
            group.addTask { await self.write(to: execution.standardInputWriter) }
            await withTaskGroup { streams in
                streams.addTask {
                    await self.read(execution.standardOutput, of: pid) { line in
                        guard let news = WorkerNews(line) else { return self.log(line.text.printable) }
                        self.speaks.store(true, ordering: .relaxed)
                        report(news)
                    }
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
            logger.error("Worker's output not read", metadata: ["worker": "\(id)", "reason": "\(error)"])
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
                logger.debug("Command not written", metadata: ["worker": "\(id)", "reason": "\(error)"])
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
