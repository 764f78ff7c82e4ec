// SPDX-License-Identifier: MIT

/// A worker that was started. Every method returns at once; after the process has exited they do nothing.
package protocol WorkerProcess: Sendable {
    /// Asks the worker to finish what it has and to exit.
    func stop()
    /// Tells the worker how many threads it may compute with.
    func use(_ share: CoreDivision.Share)
    /// Tells the worker how many bytes of main memory its kept conversations and checkpoints may have.
    func keep(_ bytes: Int64)
    /// Asks the worker what there is of each device's memory: `WorkerEvent.memory`.
    func look()
    /// Ends the process and those that it started, at once.
    func kill()
}
