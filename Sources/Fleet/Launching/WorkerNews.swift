// SPDX-License-Identifier: MIT

package import Wire

/// What a launcher reports of a worker.
package enum WorkerNews: Sendable {
    /// The worker said something.
    case event(WorkerEvent)
    /// The process is gone and its memory is free. The last news of a worker.
    case exited(WorkerExit)
}
