// SPDX-License-Identifier: MIT

package import Wire

/// What the shell does after an event.
package enum FleetAction: Sendable, Equatable {
    /// Download the model's files: `downloadProgressed`, then `downloadEnded` or a `reload` that has them.
    case download(model: String)
    /// Start a worker for the model.
    case launch(WorkerID, model: String)
    /// Read the model's files into the page cache: it is launched once others have left.
    case readAhead(model: String)
    /// Find out what the model takes, without loading it: `measured`.
    case measure(model: String)
    /// Find out what the devices have: `looked`.
    case look
    /// Ask a worker to exit. The state says `kill` if it takes too long.
    case terminate(WorkerID)
    /// End a worker's process at once.
    case kill(WorkerID)
    /// Tell a worker how many threads it may compute with.
    case threads(WorkerID, CoreDivision.Share)
    /// Tell a worker how many bytes of main memory its kept conversations and checkpoints may have.
    case cache(WorkerID, bytes: Int64)
    /// Have conversations that outlived their workers take no more bytes of main memory than these.
    case stored(bytes: Int64)
    /// Find out whether a worker that has work has answered anything of late: `workerAnswered` or `workerStalled`.
    case examine(WorkerID, WorkerEndpoint)
    /// Answer a request: it has a lease, which counts until `leaseEnded`.
    case grant(Ticket, WorkerID, WorkerEndpoint)
    /// Answer a request: it can't be served.
    case reject(Ticket, FleetError)
    /// Call `wake` at that time, or earlier; replaces what was asked for before.
    case wake(at: Duration)
    /// Tell observers that a model changed.
    case publish(model: String, ModelPhase)
}
