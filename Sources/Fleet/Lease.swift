// SPDX-License-Identifier: MIT

import Synchronization
package import Wire

/// The right to send one request to a model's worker. The model isn't evicted before the lease has ended.
package final class Lease: Sendable {
    /// The model's canonical id.
    package var model: String { record.model }
    package var worker: WorkerID { record.id }
    /// Where the worker listens.
    package let endpoint: WorkerEndpoint

    private let record: WorkerRecord
    let fleet: Fleet
    private let isUse: Bool
    private let ended = Atomic(false)

    init(endpoint: WorkerEndpoint, record: WorkerRecord, isUse: Bool, fleet: Fleet) {
        self.isUse = isUse
        self.endpoint = endpoint
        self.record = record
        self.fleet = fleet
    }

    deinit { end() }

    /// Gives the lease back. Only the first call counts; the end of the object's life is the safety net.
    package func end() {
        guard !ended.exchange(true, ordering: .acquiringAndReleasing) else { return }
        fleet.leaseEnded(record.id, isUse: isUse)
    }

    /// Bytes of the worker's answer came. A worker of which none come for long is taken for stalled. Cheap enough to be
    /// called for each chunk.
    package func progress() { record.progress() }

    /// Says how long the model stays after its last request.
    /// - Parameter isStandard: whether that is what holds where no request has said anything.
    package func keep(_ time: KeepAlive, isStandard: Bool) {
        fleet.handle { state, now in state.keep(record.model, time, isStandard: isStandard, now: now) }
    }

    /// No connection to the worker could be made: looks whether its socket is gone. If so, the worker gets no more
    /// requests and the model is loaded again, so that another lease is for another worker.
    package func isCutOff() -> Bool {
        guard !fleet.launcher.isReachable(worker) else { return false }
        fleet.cutOff(worker, model: model)
        return true
    }

    /// Says why the connection to the worker broke.
    ///
    /// A broken connection is often seen before the exit that broke it, so this waits for news of the exit.
    /// - Parameters:
    ///   - limit: How long to wait.
    ///   - completion: Is called exactly once, from any thread, possibly before this returns, with an error for the
    ///     client: `workerLost`.
    package func reasonForLoss(within limit: Duration, completion: @escaping @Sendable (FleetError) -> Void) {
        let model = model
        record.whenExited(within: limit, time: fleet.time) { completion(.workerLost(model, $0)) }
    }
}
