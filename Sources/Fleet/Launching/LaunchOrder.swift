// SPDX-License-Identifier: MIT

package import Catalogue

/// What a launcher needs to know about one worker.
package struct LaunchOrder: Sendable {
    package let worker: WorkerID
    package let entry: ModelEntry
    /// Arguments behind those that name the model.
    package let arguments: [String]
    /// Where the worker's log lines go.
    package let log: LogRing

    package init(worker: WorkerID, entry: ModelEntry, arguments: [String], log: LogRing) {
        self.worker = worker
        self.entry = entry
        self.arguments = arguments
        self.log = log
    }
}
