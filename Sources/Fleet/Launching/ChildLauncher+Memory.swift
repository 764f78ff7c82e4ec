// SPDX-License-Identifier: MIT

package import Catalogue
import Logging
import Synchronization
package import Wire

/// Workers that are started for one answer only.
extension ChildLauncher {
    /// How long such an answer may take.
    private static let patience: Duration = .seconds(60)

    package func measure(
        _ entry: ModelEntry,
        arguments: [String],
        report: @escaping @Sendable ([MemoryUse]?) -> Void
    ) {
        ask(commandLine(for: entry, arguments: arguments, worker: nil) + ["--measure"]) { event in
            guard case .measured(let measured)? = event else { return report(nil) }
            report(measured.memory)
        }
    }

    package func devices(report: @escaping @Sendable ([MemoryDevice]?) -> Void) {
        ask([program, "--measure"]) { event in
            guard case .memory(let devices)? = event else { return report(nil) }
            report(devices)
        }
    }

    /// Runs a worker to its end, and tells the last thing that it said; nil for nothing.
    private func ask(_ command: [String], report: @escaping @Sendable (WorkerEvent?) -> Void) {
        // Unstructured: the answer is the fleet's, not that of the request that happened to need it. Ends with the process.
        Task { [self] in
            let said = Mutex<WorkerEvent?>(nil)
            let log = LogRing { _ in }
            let tenant = ChildTenant {
                log.append($0)
            } report: { news in
                if case .event(let event) = news { said.withLock { $0 = event } }
            }
            let child = ChildWorker(logger: logger)
            child.admit(tenant)
            let watchdog = Task {
                try await Task.sleep(for: Self.patience)
                child.kill()
            }
            let exit = await child.run(command, environment: environment)
            watchdog.cancel()
            let event = said.withLock(\.self)
            if event == nil {
                logger.warning(
                    "Memory not measured",
                    metadata: ["exit": "\(exit)", "log": "\(log.tail(1).first ?? "")"]
                )
            }
            report(event)
        }
    }
}
