// SPDX-License-Identifier: MIT

import Catalogue
import Logging
import Synchronization

extension Fleet {
    /// Stops everything: refuses new requests, lets those in flight finish, and returns when every worker has exited.
    ///
    /// A second call may hurry the first. A worker that outlives its kill by the stop timeout is given up, with a line
    /// in the log.
    /// - Parameter grace: How long the requests in flight may take.
    package func shutdown(grace: Duration) async {
        launcher.retire()
        handle { state, now in state.shutdown(grace: grace, now: now) }
        let stopTimeout = catalogue.entries.compactMap(\.policy.stopTimeout).reduce(settings.stopTimeout, max)
        let patience = grace + stopTimeout + settings.stopTimeout
        let deadline = time.now() + patience
        // Unstructured: it must not hold up the return when the workers leave in time.
        let giveUp = Task {
            do { try await self.time.sleep(deadline) } catch { return }
            let (mourners, left) = self.guarded.withLock { tables in
                defer { tables.mourners = [] }
                return (tables.mourners, tables.state.workers.count)
            }
            self.logger.error("Workers outlived their kill", metadata: ["workers": "\(left)"])
            for mourner in mourners { mourner.resume() }
        }
        await withCheckedContinuation { continuation in
            let mourners = guarded.withLock { tables in
                tables.mourners.append(continuation)
                return tables.takeMourners()
            }
            for mourner in mourners { mourner.resume() }
        }
        giveUp.cancel()
        guarded.withLock { tables in
            tables.waker?.cancel()
            tables.waker = nil
        }
        events.finish()
        for log in guarded.withLock({ Array($0.logs.values) }) { log.finish() }
        await launcher.shutdown()
    }
}

extension FleetTables {
    /// The continuations that wait for the end of the last worker, if it has come.
    mutating func takeMourners() -> [CheckedContinuation<Void, Never>] {
        guard state.workers.isEmpty, records.isEmpty else { return [] }
        defer { mourners = [] }
        return mourners
    }
}
