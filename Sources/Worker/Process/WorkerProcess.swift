// SPDX-License-Identifier: MIT

import Engine
package import Logging
import NIOCore
import Synchronization
package import Wire

/// A worker's life with one model: it listens while it loads, says that it is ready, serves, and ends when it is told to or its
/// parent is gone.
package struct WorkerProcess: Sendable {
    private let settings: WorkerSettings
    private let logger: Logger
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - readFile: gives a file's text.
    ///   - now: seconds since 1970.
    /// - Throws: `OptionError`.
    package init(
        _ options: OptionValues,
        logger: Logger,
        readFile: (String) throws -> String,
        now: @escaping @Sendable () -> Int64
    ) throws(OptionError) {
        settings = try WorkerSettings(options, readFile: readFile)
        self.logger = logger
        self.now = now
    }

    /// How long a process that ends may write down what its model holds.
    private static let keepPatience: Duration = .seconds(5)

    /// How it ends.
    enum End: Equatable {
        /// The process has to end, with that status.
        case over(CInt)
        /// Nothing of the model is left; the line marks the end of what was logged for it.
        case released(mark: String)
    }

    /// Runs until the end.
    /// - Parameters:
    ///   - desk: gives the parent's commands.
    ///   - pool: prepares requests.
    ///   - exit: ends the process at once, with a status.
    func run(
        desk: CommandDesk,
        pool: PreparationPool,
        events: EventWriter,
        exit: @escaping @Sendable (CInt) -> Void
    ) async -> End {
        let started = ContinuousClock.now
        let log = logger
        // The engine calls much of what only its developers want "info".
        EngineRuntime.start(leastLevel: settings.logVerbosity >= 4 ? 0 : 3) { line in
            let level: Logger.Level =
                line.level >= 4 ? .error : line.level == 3 ? .warning : line.level == 2 ? .debug : .trace
            log.log(level: level, "\(line.text)")
        }
        if let nodes = settings.nodes { EngineRuntime.use(nodes) }
        let state = ModelState(sleepAfter: settings.sleepAfter, time: { ContinuousClock.now - started })
        let metrics = EngineMetrics()
        let server = WorkerServer(
            state: state,
            endpoints: settings.endpoints,
            metrics: metrics,
            address: settings.address,
            logger: logger,
            pool: pool,
            now: now
        )
        let loader = ModelLoader(
            settings: settings,
            state: state,
            metrics: metrics,
            events: events,
            logger: logger,
            started: started,
            exit: exit
        )
        let shutdown = ShutdownSwitch()
        let release = Mutex<String?>(nil)
        desk.handle { command in
            switch command {
            case .stop: shutdown.trigger()
            case .release(let mark):
                release.withLock { $0 = mark }
                shutdown.trigger()
            case .threads(let generating, let prompt):
                log.debug("Threads", metadata: ["generating": "\(generating)", "prompt": "\(prompt)"])
                state.limitThreads(ThreadCounts(single: generating, several: prompt))
            case .cache(let bytes): state.limitStates(Int(clamping: bytes))
            case .load, .memory:
                log.warning(
                    "Not a command for a worker with a model",
                    metadata: ["line": "\(command.line.prefix(200))"]
                )
            }
        }
        let mark = await withTaskGroup(of: Outcome?.self) { group -> String? in
            let (addresses, found) = AsyncStream<WorkerEndpoint>.makeStream()
            group.addTask {
                do {
                    return .served(toTheEnd: try await server.run(shutdown: shutdown) { found.yield($0) })
                } catch is CancellationError {
                    return .ended(0)
                } catch {
                    events.send(
                        .failed(reason: "the worker cannot listen on \(settings.address): \(Self.reason(error))")
                    )
                    return .ended(1)
                }
            }
            // Beside the server's start: neither needs the other before the model is ready.
            group.addTask { await loader.run(addresses).map { .ended($0) } }
            var mark: String?
            for await result in group {
                switch result {
                case nil: continue
                case .served(toTheEnd: true)?: mark = release.withLock(\.self)
                case .served, .ended: break
                }
                // Once there is an end to report, nothing else matters: the server has drained, or never listened.
                if mark == nil {
                    if case .served? = result { await keepConversations(of: state) { exit(result?.status ?? 0) } }
                    exit(result?.status ?? 0)
                }
                break
            }
            group.cancelAll()
            return mark
        }
        guard let mark else { return .over(0) }
        await ModelLoader.end(state.take())
        EngineRuntime.trimMemory()
        logger.info("the model is gone")
        desk.handle(nil)
        return .released(mark: mark)
    }

    /// Has the engine write down what it holds, if that outlives the process.
    /// - Parameter exit: ends the process where that takes too long.
    private func keepConversations(of state: ModelState, exit: @escaping @Sendable () -> Void) async {
        guard settings.engine.store != nil else { return }
        // Unstructured: it ends the process, whatever hangs.
        Task {
            try? await Task.sleep(for: Self.keepPatience)
            exit()
        }
        await ModelLoader.end(state.take())
    }

    /// What comes to an end first: the service, or the process for another reason.
    private enum Outcome {
        /// - Parameter toTheEnd: whether no request was cut off.
        case served(toTheEnd: Bool)
        case ended(CInt)

        var status: CInt {
            switch self {
            case .served: 0
            case .ended(let status): status
            }
        }
    }

    /// Why an address can't be had, in the system's words where it has some.
    private static func reason(_ error: any Error) -> String {
        (error as? IOError)?.words ?? "\(error)"
    }
}
