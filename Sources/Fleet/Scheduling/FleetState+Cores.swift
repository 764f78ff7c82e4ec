// SPDX-License-Identifier: MIT

/// Which worker computes with how many threads: `CoreDivision` decides, events of requests and workers feed it.
extension FleetState {
    /// A worker gets a request that makes it compute.
    mutating func beginComputing(_ worker: WorkerID, of model: String, now: Duration) {
        if cores.knows(worker) {
            cores.begin(worker, .init(), now: now)
        } else {
            cores.begin(worker, models[model]?.coreBounds() ?? .init(), now: now)
        }
        // Another may be in a pause, which counts since there is a neighbour.
        if cores.deadline != nil { noteDeadline() }
    }

    /// Such a request is over.
    mutating func endComputing(_ worker: WorkerID, now: Duration) {
        cores.end(worker, now: now)
        if cores.deadline != nil { noteDeadline() }
    }

    /// Tells the workers whose share has changed.
    mutating func divideCores() {
        for change in cores.takeChanges() { emit(.threads(change.worker, change.share)) }
    }

    /// The threads of a model's worker; nil for one that has not computed.
    package func threads(of model: String) -> CoreDivision.Share? {
        phase(of: model).worker.flatMap { cores.share(of: $0) }
    }
}
