// SPDX-License-Identifier: MIT

package import Wire

/// What workers report. News of a worker that isn't the model's present one is late and changes nothing.
extension FleetState {
    /// A worker has read part of its model, at first or after it slept.
    /// - Parameter progress: From 0 to 1.
    package mutating func workerLoading(_ worker: WorkerID, progress: Double, now: Duration) -> [FleetAction] {
        guard let model = workers[worker] else { return [] }
        if case .loading(var loading) = phase(of: model) {
            guard progress > loading.progress else { return [] }
            loading.progress = progress
            models[model]?.phase = .loading(loading)
            emit(.publish(model: model, .loading(loading)))
            return takeActions()
        }
        switch phase(of: model).serving?.memory {
        case .asleep:
            remember(.waking(progress: progress, deadline: now + loadTimeout(of: model)), of: model)
        case .waking(let before, let deadline) where progress > before:
            remember(.waking(progress: progress, deadline: deadline), of: model)
        case nil, .awake, .waking:
            return []
        }
        return takeActions()
    }

    /// A worker was idle and has freed its model. It still holds its place, and loads the model again by itself for the
    /// next request.
    package mutating func workerSleeping(_ worker: WorkerID, now: Duration) -> [FleetAction] {
        guard let model = workers[worker], phase(of: model).serving != nil else { return [] }
        remember(.asleep, of: model)
        schedule(now: now)
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
        guard let model = workers[worker] else { return [] }
        guard case .loading(let loading) = phase(of: model) else { return woke(model, measured, now: now) }
        models[model]?.loadTime = now - loading.since
        note(measured, of: model)
        models[model]?.backoff.reset()
        models[model]?.isSecondLoad = false
        models[model]?.needsDeviceAlone = false
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
        // The requests for which it was loaded come first; only then can it be a victim (rule 7).
        grantWaiting(for: model, now: now)
        schedule(now: now)
        return takeActions()
    }

    /// A worker that slept has its model in memory again.
    private mutating func woke(_ model: String, _ measured: WorkerMeasurements, now: Duration) -> [FleetAction] {
        guard let memory = phase(of: model).serving?.memory, memory != .awake else { return [] }
        models[model]?.counters.wakes += 1
        note(measured, of: model)
        remember(.awake, of: model, measured)
        // What it did until now was to load.
        if phase(of: model).serving?.watchAt != nil, let timeout = stallTimeout(of: model) {
            watch(model, at: now + timeout)
        }
        return takeActions()
    }

    /// Takes over what a worker that has loaded its model says of it.
    private mutating func note(_ measured: WorkerMeasurements, of model: String) {
        models[model]?.lastMeasured = measured
        cachesMayChange = true
        if let footprint = Footprint(loaded: measured) { models[model]?.footprint = footprint }
    }

    /// Notes whether a worker that serves has its model in memory.
    private mutating func remember(
        _ memory: ModelPhase.Memory,
        of model: String,
        _ measured: WorkerMeasurements? = nil
    ) {
        func noted(_ ready: ModelPhase.Ready) -> ModelPhase.Ready {
            var ready = ready
            ready.memory = memory
            if let measured { ready.measured = measured }
            return ready
        }
        switch phase(of: model) {
        case .ready(let ready):
            enter(.ready(noted(ready)), model)
        case .draining(var draining):
            draining.ready = noted(draining.ready)
            enter(.draining(draining), model)
        case .absent, .loading, .stopping:
            break
        }
    }

    /// A worker can't load its model, at first or after it slept, and is about to exit.
    /// - Parameter lacksMemory: whether it lacked memory.
    package mutating func workerFailed(
        _ worker: WorkerID,
        reason: String,
        lacksMemory: Bool = false,
        now: Duration
    ) -> [FleetAction] {
        guard let model = workers[worker] else { return [] }
        switch phase(of: model) {
        case .loading: break
        case .ready(let ready) where ready.memory != .awake: break
        case .draining(let draining) where draining.ready.memory != .awake: break
        case .absent, .ready, .draining, .stopping: return []
        }
        var failure = ModelFailure(reason: reason)
        let isTriedAgain = lacksMemory && loadsAlone(model)
        if lacksMemory, !isTriedAgain { failure.memoryTable = table(for: model) }
        stop(model, cause: .failed(failure), now: now)
        if isTriedAgain {
            reject(queue.removeAll(for: model) { !$0.wantsLoad }, .notRunning(model, reason))
        } else {
            failLoad(model, failure, now: now)
        }
        schedule(now: now)
        return takeActions()
    }

    /// A worker that was examined has answered something of late, or answers a probe.
    package mutating func workerAnswered(_ worker: WorkerID, now: Duration) -> [FleetAction] {
        guard let model = workers[worker], let timeout = stallTimeout(of: model) else { return [] }
        watch(model, at: now + timeout)
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
        // The waiting requests had no part in it: they get another worker, unless they may not cause a load.
        reject(queue.removeAll(for: model) { !$0.wantsLoad }, .notRunning(model, reason))
        schedule(now: now)
        return takeActions()
    }

    /// Whether a load that was cut short is begun once more for the waiting requests: once only (rule 9).
    func mayLoadAgain(_ model: String) -> Bool {
        models[model]?.isSecondLoad == false && models[model]?.isGone == false && queue.wantsLoad(model)
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
    ///   - how: The same with what the worker said about it; nil if it said nothing.
    ///   - logTail: Its last log lines, oldest first.
    ///   - lacksMemory: Whether the system killed it because memory ran out.
    package mutating func workerExited(
        _ worker: WorkerID,
        _ exit: WorkerExit,
        how: String? = nil,
        logTail: [String],
        lacksMemory: Bool = false,
        now: Duration
    ) -> [FleetAction] {
        guard let model = workers[worker] else { return [] }
        if held(by: model).bytes.keys.contains(where: { $0 != MemoryDevice.host }) {
            if exit == .released { books.keep(models[model]?.footprint?.overhead ?? [:], now: now) }
            books.expectReturn(now: now)
            noteDeadline()
        }
        workers[worker] = nil
        cores.remove(worker)
        if lacksMemory, books.isActive { models[model]?.needsDeviceAlone = true }
        let how = how ?? "\(exit)"
        switch phase(of: model) {
        case .loading:
            var failure = ModelFailure(reason: "the worker \(how)", exit: exit, logTail: logTail)
            if lacksMemory { failure.memoryTable = table(for: model) }
            enter(.absent(failure: failure), model)
            if case .signaled = exit, mayLoadAgain(model) {
                // It was killed from outside before any answer: the waiting requests need not hear of it (rule 9).
                models[model]?.counters.failures += 1
                models[model]?.isSecondLoad = true
                reject(queue.removeAll(for: model) { !$0.wantsLoad }, .notRunning(model, "its worker \(exit)"))
            } else {
                failLoad(model, failure, now: now)
            }
        case .ready, .draining:
            models[model]?.counters.failures += 1
            enter(.absent(failure: .init(reason: "the worker \(how)", exit: exit, logTail: logTail)), model)
            // The waiting requests had no part in it: they get another worker, unless they may not cause a load.
            reject(queue.removeAll(for: model) { !$0.wantsLoad }, .notRunning(model, "its worker \(how)"))
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
