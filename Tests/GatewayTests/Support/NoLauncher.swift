// SPDX-License-Identifier: MIT

import Catalogue
import Fleet

/// For a fleet that starts no worker.
struct NoLauncher: WorkerLauncher {
    private struct Nothing: WorkerProcess {
        func stop() {}
        func look() {}
        func use(_ share: CoreDivision.Share) {}
        func keep(_ bytes: Int64) {}
        func kill() {}
    }

    func launch(_ order: LaunchOrder, report: @escaping @Sendable (WorkerNews) -> Void) -> any WorkerProcess {
        report(.exited(.notStarted("this test starts no worker")))
        return Nothing()
    }

    func commandLine(for entry: ModelEntry, arguments: [String], worker: WorkerID?) -> [String] {
        [entry.path] + arguments
    }

    func shutdown() {}
}
