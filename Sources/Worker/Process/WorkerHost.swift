// SPDX-License-Identifier: MIT

import Engine
import Essentials
package import Logging
import Synchronization
package import Wire

/// What is there once in a worker's process, whichever models it serves one after another: the engine's runtime, the parent's
/// commands, its events, and threads.
package struct WorkerHost: Sendable {
    private let logger: Logger
    private let readFile: @Sendable (String) throws -> String
    private let now: @Sendable () -> Int64
    private let mark: @Sendable (String) -> Void
    private let exit: @Sendable (CInt) -> Void
    private let events = EventWriter()
    private let desk = CommandDesk()
    private let pool = PreparationPool()

    /// - Parameters:
    ///   - logger: gets the log; its level is each model's own.
    ///   - readFile: gives a file's text.
    ///   - now: seconds since 1970.
    ///   - mark: writes a line behind everything that was logged before, and returns once it is written.
    ///   - exit: ends the process at once, with a status.
    package init(
        logger: Logger,
        readFile: @escaping @Sendable (String) throws -> String,
        now: @escaping @Sendable () -> Int64,
        mark: @escaping @Sendable (String) -> Void,
        exit: @escaping @Sendable (CInt) -> Void
    ) {
        self.logger = logger
        self.readFile = readFile
        self.now = now
        self.mark = mark
        self.exit = exit
    }

    /// Serves the model of the options, or with `--standby` those that the parent names, until the end.
    /// - Parameter parse: reads the arguments of a later model.
    /// - Returns: the exit status.
    /// - Throws: `OptionError`, or what `parse` throws.
    package func run(
        _ options: OptionValues,
        parse: ([String]) throws -> OptionValues
    ) async throws -> CInt {
        EngineRuntime.reportEnd(to: EventWriter.descriptor)
        var next: WorkerProcess? = options.standby ? nil : try process(options)
        let (events, desk, logger) = (events, desk, logger)
        let isListening = ParentWatch.start(
            onCommand: { command in
                if command == .memory { events.send(.memory(MemoryLook.devices)) } else { desk.take(command) }
            },
            onUnknown: { line in
                logger.warning("Not a command", metadata: ["line": "\(String(line.prefix(200)).printable)"])
            },
            onGone: { [exit] in exit(0) }
        )
        guard isListening else {
            events.send(.failed(reason: "the system gives the worker no thread"))
            return 1
        }
        while true {
            if next == nil {
                EngineRuntime.start(leastLevel: 3) { _ in }
                ProcessName.set(ProcessName.standby)
                ProcessTitle.show(nil)
                events.send(.standby(bytes: ProcessMemory.ownBytes))
                guard let arguments = await desk.load() else { return 0 }
                ProcessName.set(ProcessName.worker)
                let options = try parse(arguments)
                ProcessTitle.show(options.alias ?? options.model)
                next = try process(options)
            }
            guard let process = next.take() else { continue }
            switch await process.run(desk: desk, pool: pool, events: events, exit: exit) {
            case .over(let status): return status
            case .released(let line): mark(line)
            }
        }
    }

    private func process(_ options: OptionValues) throws(OptionError) -> WorkerProcess {
        var logger = logger
        logger.logLevel = Logger.Level(verbosity: options.verbosity)
        return try WorkerProcess(options, logger: logger, readFile: readFile, now: now)
    }
}

/// Where the parent's commands go: to the model that is served, or, without one, to `load`.
final class CommandDesk: Sendable {
    private struct State {
        var handler: (@Sendable (WorkerCommand) -> Void)?
    }
    private let state = Mutex(State())
    /// The commands that came while no model was there.
    private let commands: AsyncStream<WorkerCommand>
    private let input: AsyncStream<WorkerCommand>.Continuation

    init() {
        (commands, input) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(16))
    }

    func take(_ command: WorkerCommand) {
        if let handler = state.withLock({ $0.handler }) { handler(command) } else { input.yield(command) }
    }

    /// Has commands go to a model; nil: to `load`.
    func handle(_ handler: (@Sendable (WorkerCommand) -> Void)?) {
        state.withLock { $0.handler = handler }
    }

    /// Waits for a model.
    /// - Returns: its arguments; nil if there comes none any more.
    func load() async -> [String]? {
        for await command in commands {
            switch command {
            case .load(let arguments): return arguments
            case .stop, .release: return nil
            case .threads, .cache, .memory: continue
            }
        }
        return nil
    }
}
