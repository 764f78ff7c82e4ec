// SPDX-License-Identifier: MIT

/// Which worker computes with how many threads: `CoreDivision` decides, events of requests and workers feed it.
extension FleetState {
    /// A worker gets a request that makes it compute.
    mutating func beginComputing(_ worker: WorkerID, of model: String, now: Duration) {
        var bounds = models[model]?.cores ?? .init()
        // What lies on a GPU whole needs a thread to feed it.
        bounds.liesOnDevice = models[model]?.footprint?.liesOnDevices ?? false
        cores.begin(worker, bounds, now: now)
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
