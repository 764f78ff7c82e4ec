// SPDX-License-Identifier: MIT

/// What users and operators ask for.
extension FleetState {
    /// A user loads a model. It may have to wait for the place of another that leaves.
    /// - Throws: `notFound`, `unusable`, `alreadyRunning`, `limitReached`, `shuttingDown`; nothing is changed then.
    package mutating func load(_ model: String, now: Duration) throws(FleetError) -> [FleetAction] {
        guard !isShuttingDown else { throw .shuttingDown }
        guard let known = models[model], !known.isGone else { throw .notFound }
        if let problem = known.problem { throw .unusable(model, problem: problem) }
        switch known.phase {
        case .loading, .ready: throw .alreadyRunning
        case .absent, .draining, .stopping: break
        }
        guard !queue.hasLoad(model) else { throw .alreadyRunning }
        let ticket = nextTicket()
        queue.append(.init(ticket: ticket, since: now, kind: .load), for: model)
        noteDeadline()
        guard !schedule(now: now).contains(model) else {
            _ = queue.remove(ticket)
            throw .limitReached
        }
        return takeActions()
    }

    /// A user unloads a model: it takes no new requests, those in flight may finish within the stop timeout. A model
    /// that is loading is killed.
    /// - Throws: `unknownModel`, `notRunning`; nothing is changed then.
    package mutating func unload(_ model: String, now: Duration) throws(FleetError) -> [FleetAction] {
        guard let known = models[model] else { throw .unloadUnknown }
        let wishes = queue.removeAll(for: model) { $0.kind == .load }
        switch known.phase {
        case .absent where wishes.isEmpty:
            throw .unloadAbsent
        case .absent, .draining, .stopping:
            break
        case .loading:
            kill(model, cause: .unloaded)
            reject(queue.removeAll(for: model), .notRunning(model, "it was unloaded while it was loading"))
        case .ready(let ready):
            if ready.inFlight == 0 {
                stop(model, cause: .unloaded, now: now)
            } else {
                enter(.draining(.init(ready: ready, cause: .unloaded, deadline: now + stopTimeout)), model)
            }
            reject(queue.removeAll(for: model) { !$0.wantsLoad }, .notRunning(model, "it was unloaded"))
        }
        schedule(now: now)
        return takeActions()
    }

    /// The router shuts down: no request is taken any more, those in flight may finish. May be called again to hurry.
    /// - Parameter grace: How long those in flight may take.
    package mutating func shutdown(grace: Duration, now: Duration) -> [FleetAction] {
        isShuttingDown = true
        for model in queue.modelsByAge { reject(queue.removeAll(for: model), .shuttingDown) }
        for model in workers.sorted(by: { $0.key < $1.key }).map(\.value) {
            switch phase(of: model) {
            case .absent, .stopping:
                break
            case .loading:
                kill(model, cause: .shutdown)
            case .ready(let ready) where ready.inFlight == 0:
                stop(model, cause: .shutdown, now: now)
            case .ready(let ready):
                enter(.draining(.init(ready: ready, cause: .shutdown, deadline: now + grace)), model)
            case .draining(var draining):
                draining.deadline = min(draining.deadline, now + grace)
                enter(.draining(draining), model)
            }
        }
        meetDeadlines(now: now)
        return takeActions()
    }
}
