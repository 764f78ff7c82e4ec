// SPDX-License-Identifier: MIT

/// Why a model's last worker didn't end as it was asked to.
package struct ModelFailure: Sendable, Equatable {
    /// One sentence: what the worker said, or how it ended.
    package var reason: String
    /// How the process ended; nil while it is still ending.
    package var exit: WorkerExit?
    /// The last lines that the worker wrote, oldest first.
    package var logTail: [String]

    package init(reason: String, exit: WorkerExit? = nil, logTail: [String] = []) {
        self.reason = reason
        self.exit = exit
        self.logTail = logTail
    }
}
