// SPDX-License-Identifier: MIT

package import Wire

/// What workers report. News of a worker that isn't the model's present one is late and changes nothing.
extension FleetState {
    /// A worker has read part of its model.
    /// - Parameter progress: From 0 to 1.
    package mutating func workerLoading(_ worker: WorkerID, progress: Double) -> [FleetAction] {
        guard let model = workers[worker], case .loading(var loading) = phase(of: model),
            progress > loading.progress
        else { return [] }
        loading.progress = progress
        models[model]?.phase = .loading(loading)
        emit(.publish(model: model, .loading(loading)))
        return takeActions()
    }

    /// A worker serves requests from now on.
    package mutating func workerReady(
        _ worker: WorkerID,
        endpoint: WorkerEndpoint,
        measured: WorkerMeasurements,
        info: JSONValue,
        now: Duration
    ) -> [FleetAction] {
        guard let model = workers[worker], case .loading = phase(of: model) else { return [] }
        let ready = ModelPhase.Ready(
            worker: worker,
            endpoint: endpoint,
            inFlight: 0,
            since: now,
            lastUse: now,
            measured: measured,
            info: info
        )
        enter(.ready(ready), model)
        // Those for whom it was loaded come first; only then can it be anybody's victim (rule 7).
        grantWaiting(for: model)
        schedule(now: now)
        return takeActions()
    }

    /// A worker can't serve its model, and is about to exit.
    package mutating func workerFailed(_ worker: WorkerID, reason: String, now: Duration) -> [FleetAction] {
        guard let model = workers[worker], case .loading = phase(of: model) else { return [] }
        let failure = ModelFailure(reason: reason)
        stop(model, cause: .failed(failure), now: now)
        reject(queue.removeAll(for: model), .loadFailed(model, failure))
        schedule(now: now)
        return takeActions()
    }

    /// A worker's process is gone, and what it took is free.
    ///
    /// - Parameters:
    ///   - exit: How it ended.
    ///   - logTail: Its last log lines, oldest first.
    package mutating func workerExited(
        _ worker: WorkerID,
        _ exit: WorkerExit,
        logTail: [String],
        now: Duration
    ) -> [FleetAction] {
        guard let model = workers.removeValue(forKey: worker) else { return [] }
        switch phase(of: model) {
        case .loading:
            let failure = ModelFailure(reason: "the worker \(exit)", exit: exit, logTail: logTail)
            enter(.absent(failure: failure), model)
            reject(queue.removeAll(for: model), .loadFailed(model, failure))
        case .ready, .draining:
            enter(.absent(failure: .init(reason: "the worker \(exit)", exit: exit, logTail: logTail)), model)
            // Those who wait had no part in it: they get another worker, unless they may not cause a load.
            reject(queue.removeAll(for: model) { !$0.wantsLoad }, .notRunning(model, "its worker \(exit)"))
        case .stopping(let stopping):
            var failure: ModelFailure?
            if case .failed(var known) = stopping.cause {
                known.exit = exit
                known.logTail = logTail
                failure = known
            }
            enter(.absent(failure: failure), model)
        case .absent:
            preconditionFailure("\(model) had a worker while it was absent")
        }
        forgetIfGone(model)
        schedule(now: now)
        return takeActions()
    }
}
