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
        guard let model = workers[worker], case .loading(let loading) = phase(of: model) else { return [] }
        models[model]?.loadTime = now - loading.since
        models[model]?.backoff.reset()
        models[model]?.counters.loads += 1
        models[model]?.counters.loading += now - loading.since
        let ready = ModelPhase.Ready(
            worker: worker,
            endpoint: endpoint,
            inFlight: 0,
            since: now,
            lastUse: now,
            measured: measured,
            info: info,
            loadedFor: youngestTicket
        )
        enter(.ready(ready), model)
        // Those for whom it was loaded come first; only then can it be anybody's victim (rule 7).
        grantWaiting(for: model, now: now)
        schedule(now: now)
        return takeActions()
    }

    /// A worker can't serve its model, and is about to exit.
    package mutating func workerFailed(_ worker: WorkerID, reason: String, now: Duration) -> [FleetAction] {
        guard let model = workers[worker], case .loading = phase(of: model) else { return [] }
        let failure = ModelFailure(reason: reason)
        stop(model, cause: .failed(failure), now: now)
        failLoad(model, failure, now: now)
        schedule(now: now)
        return takeActions()
    }

    /// A worker that was examined has answered something of late, or answers a probe.
    package mutating func workerAnswered(_ worker: WorkerID, now: Duration) -> [FleetAction] {
        guard let model = workers[worker], let stallTimeout else { return [] }
        watch(model, at: now + stallTimeout)
        return takeActions()
    }

    /// A worker that was examined has work and answers nothing, not even a probe: it is killed.
    /// - Parameter reason: What it did, as a sentence.
    package mutating func workerStalled(_ worker: WorkerID, reason: String, now: Duration) -> [FleetAction] {
        guard let model = workers[worker], let serving = phase(of: model).serving, serving.inFlight > 0 else {
            return []
        }
        models[model]?.counters.failures += 1
        kill(model, cause: .failed(.init(reason: reason)))
        // Those who wait had no part in it: they get another worker, unless they may not cause a load.
        reject(queue.removeAll(for: model) { !$0.wantsLoad }, .notRunning(model, reason))
        schedule(now: now)
        return takeActions()
    }

    /// Sets when it is looked whether a worker with requests in flight still answers.
    mutating func watch(_ model: String, at time: Duration?) {
        switch phase(of: model) {
        case .ready(var ready) where ready.inFlight > 0:
            ready.watchAt = time
            models[model]?.phase = .ready(ready)
        case .draining(var draining):
            draining.ready.watchAt = time
            models[model]?.phase = .draining(draining)
        case .absent, .loading, .ready, .stopping:
            return
        }
        noteDeadline()
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
            failLoad(model, failure, now: now)
        case .ready, .draining:
            models[model]?.counters.failures += 1
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
