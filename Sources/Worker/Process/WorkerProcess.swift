// SPDX-License-Identifier: MIT

import Engine
package import Logging
import NIOCore
package import Wire

/// A worker's life: it listens while it loads, says that it is ready, serves, and ends when it is told to or its parent is
/// gone.
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

    /// Runs until the end.
    /// - Parameter exit: ends the process at once, with a status.
    /// - Returns: the exit status.
    package func run(exit: @escaping @Sendable (CInt) -> Void) async -> CInt {
        let events = EventWriter()
        let started = ContinuousClock.now
        let log = logger
        EngineRuntime.reportEnd(to: EventWriter.descriptor)
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
        let isListening = ParentWatch.start(
            onCommand: { command in
                switch command {
                case .stop: shutdown.trigger()
                case .memory: events.send(.memory(MemoryLook.devices))
                case .threads(let generating, let prompt):
                    log.debug("Threads", metadata: ["generating": "\(generating)", "prompt": "\(prompt)"])
                    state.limitThreads(ThreadCounts(single: generating, several: prompt))
                }
            },
            onUnknown: { line in
                log.warning("Not a command", metadata: ["line": "\(String(line.prefix(200)).printable)"])
            },
            onGone: { exit(0) }
        )
        guard isListening else {
            events.send(.failed(reason: "the system gives the worker no thread"))
            return 1
        }
        return await withTaskGroup(of: CInt?.self) { group in
            let (addresses, found) = AsyncStream<WorkerEndpoint>.makeStream()
            group.addTask {
                do {
                    try await server.run(shutdown: shutdown) { found.yield($0) }
                    return 0
                } catch is CancellationError {
                    return 0
                } catch {
                    events.send(
                        .failed(reason: "the worker cannot listen on \(settings.address): \(Self.reason(error))")
                    )
                    return 1
                }
            }
            // Beside the server's start: neither needs the other before the model is ready.
            group.addTask { await loader.run(addresses) }
            var status: CInt = 0
            for await result in group {
                guard let result else { continue }
                status = result
                break
            }
            // Once somebody has an end to report, nothing else matters: the server has drained, or never listened.
            exit(status)
            group.cancelAll()
            return status
        }
    }

    /// Why an address can't be had, in the system's words where it has some.
    private static func reason(_ error: any Error) -> String {
        (error as? IOError)?.words ?? "\(error)"
    }
}
