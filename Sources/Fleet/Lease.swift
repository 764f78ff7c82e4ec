// SPDX-License-Identifier: MIT

import Synchronization
package import Wire

/// The right to send one request to a model's worker. The model isn't evicted before the lease has ended.
package final class Lease: Sendable {
    /// The model's canonical id.
    package let model: String
    package let worker: WorkerID
    /// Where the worker listens.
    package let endpoint: WorkerEndpoint

    private let fleet: Fleet
    private let ended = Atomic(false)

    init(model: String, worker: WorkerID, endpoint: WorkerEndpoint, fleet: Fleet) {
        self.model = model
        self.worker = worker
        self.endpoint = endpoint
        self.fleet = fleet
    }

    deinit { end() }

    /// Gives the lease back. Only the first call counts; the end of the object's life is the safety net.
    package func end() {}

    /// Says why the connection to the worker broke.
    ///
    /// - Parameters:
    ///   - limit: How long to wait for news of the worker's exit.
    ///   - completion: Is called exactly once, from any thread, with an error for the client.
    package func reasonForLoss(within limit: Duration, completion: @escaping @Sendable (FleetError) -> Void) {}
}
