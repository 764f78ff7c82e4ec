// SPDX-License-Identifier: MIT

package import Logging
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Starts workers as child processes on this machine, each in a session of its own.
package final class ChildLauncher: WorkerLauncher {
    /// Is told each log line of each worker.
    package typealias LogSink = @Sendable (LaunchOrder, String) -> Void

    /// The worker's program.
    package let program: String
    /// What workers see of the environment.
    package let environment: [String: String]
    package let runtimeDirectory: RuntimeDirectory
    private let logger: Logger
    private let sink: LogSink
    private let delay: Duration

    /// - Parameters:
    ///   - program: The path of `enginehouse-worker`.
    ///   - environment: The router's environment; workers get the harmless part of it.
    ///   - runtimeDirectory: Where the workers' sockets are.
    ///   - delay: How long each start waits before it begins; for debugging.
    ///   - sink: Gets the workers' logs, beside the ring that the fleet keeps.
    package init(
        program: String,
        environment: [String: String],
        runtimeDirectory: RuntimeDirectory,
        logger: Logger,
        delay: Duration = .zero,
        sink: @escaping LogSink = { _, _ in }
    ) {
        self.program = program
        self.environment = WorkerEnvironment.filtered(environment)
        self.runtimeDirectory = runtimeDirectory
        self.logger = logger
        self.delay = delay
        self.sink = sink
        // A command may be written to a worker that has just died; that is an error to handle, not a reason to die.
        signal(SIGPIPE, SIG_IGN)
    }

    package func launch(
        _ order: LaunchOrder,
        report: @escaping @Sendable (WorkerNews) -> Void
    ) -> any WorkerProcess {
        let command = commandLine(for: order.entry, arguments: order.arguments, worker: order.worker)
        let child = ChildWorker(id: order.worker, logger: logger) { [sink] line in
            order.log.append(line)
            sink(order, line)
        }
        // Unstructured: the process belongs to the fleet, not to the request that happened to need it. Ends with the
        // process, which the fleet ends at its shutdown.
        Task { [environment, runtimeDirectory, delay] in
            if delay > .zero { try? await Task.sleep(for: delay) }
            let exit = await child.run(command, environment: environment) { report(.event($0)) }
            runtimeDirectory.removeSocket(order.worker)
            report(.exited(exit))
        }
        return child
    }

    package func commandLine(for entry: ModelEntry, arguments: [String], worker: WorkerID?) -> [String] {
        var line = [program] + entry.fileArguments + ["--alias", entry.id]
        if let worker { line += ["--host", runtimeDirectory.socketPath(worker)] }
        if let projector = entry.projectorPath { line += ["--mmproj", projector] }
        // The entry's draft, a head that reads the model's hidden states, follows once the worker can use it.
        return line + arguments
    }

    package func shutdown() {
        if let reason = runtimeDirectory.remove() {
            logger.warning(
                "Runtime directory not removed",
                metadata: ["path": "\(runtimeDirectory.path)", "reason": "\(reason)"]
            )
        }
    }
}
