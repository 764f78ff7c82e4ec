// SPDX-License-Identifier: MIT

package import Catalogue
package import Wire

/// What users and operators ask for.
extension FleetState {
    /// A request says how long its model is to stay once nothing is in flight. It holds until another one says so, or the worker
    /// has ended; a pinned model stays all the same.
    /// - Parameter isStandard: whether it is what holds where no request has said anything.
    package mutating func keep(
        _ model: String,
        _ time: KeepAlive,
        isStandard: Bool = false,
        now: Duration
    ) -> [FleetAction] {
        if case .absent = phase(of: model) { return [] }
        if isStandard, models[model]?.keepAlive != nil { return [] }
        models[model]?.keepAlive = time
        noteDeadline()
        meetDeadlines(now: now)
        schedule(now: now)
        return takeActions()
    }

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
        guard !queue.hasLoad(model), known.availability.download?.isLoadWanted != true else { throw .alreadyRunning }
        let before = self
        models[model]?.backoff.reset()
        let ticket = nextTicket()
        queue.append(.init(ticket: ticket, since: now, kind: .load), for: model)
        noteDeadline()
        guard !schedule(now: now).contains(model) else {
            self = before
            throw .limitReached
        }
        return takeActions()
    }

    /// The router starts: the models are loaded whose policy says so. One that can't be loaded is left out.
    /// - Throws: `limitReached` where more are pinned, or loaded at the start, than may live at once, or where those that are pinned are
    ///   known to take more memory together than there is.
    package mutating func start(now: Duration) throws(FleetError) -> [FleetAction] {
        try Self.checkLimits(of: models.values.map(\.policy), modelsMax: modelsMax)
        try checkMemory(of: models.keys.filter { models[$0]?.policy.pin == true })
        askToLook(now: now)
        var actions = takeActions()
        for (name, model) in models.sorted(by: { $0.key < $1.key }) {
            guard model.policy.loadOnStartup, model.problem == nil, case .absent = model.phase else { continue }
            actions += try load(name, now: now)
        }
        return actions
    }

    /// A user pins a model, or takes the pin away, until the router ends. An absent model isn't loaded by this.
    /// - Throws: `notFound`; `limitReached` where more would be pinned than may live at once, or than memory has room for.
    package mutating func pin(_ model: String, _ isPinned: Bool, now: Duration) throws(FleetError) -> [FleetAction] {
        guard let known = models[model], !known.isGone else { throw .notFound }
        guard known.isPinned != isPinned else { return [] }
        if isPinned {
            let pins = models.values.count { $0.isPinned } + 1
            guard modelsMax == 0 || pins <= modelsMax else { throw .tooManyPins(pins, limit: modelsMax) }
            try checkMemory(of: models.filter { $0.key == model || $0.value.isPinned }.map(\.key))
        }
        models[model]?.pinnedByHand = isPinned
        // Its time to live holds again, or no more.
        noteDeadline()
        schedule(now: now)
        return takeActions()
    }

    /// Checks that no more models are pinned, or loaded at the start, than may live at once.
    /// - Parameter modelsMax: The most models that may live at once; 0 stands for no limit.
    /// - Throws: `limitReached`.
    package static func checkLimits(of policies: [ModelPolicy], modelsMax: Int) throws(FleetError) {
        guard modelsMax > 0 else { return }
        let pins = policies.count { $0.pin }
        guard pins <= modelsMax else { throw .tooManyPins(pins, limit: modelsMax) }
        let first = policies.count { $0.loadOnStartup }
        guard first <= modelsMax else { throw .tooManyAtStart(first, limit: modelsMax) }
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
        case .absent, .stopping:
            break
        case .draining(let draining):
            // It was to make room for another, which might be called off; an unload isn't.
            guard draining.beneficiary != nil else { break }
            drain(draining.ready, of: model, cause: .unloaded, deadline: now + stopTimeout(of: model))
            reject(queue.removeAll(for: model) { !$0.wantsLoad }, .notRunning(model, "it was unloaded"))
        case .loading:
            kill(model, cause: .unloaded)
            reject(queue.removeAll(for: model), .notRunning(model, "it was unloaded while it was loading"))
        case .ready(let ready):
            if ready.inFlight == 0 {
                stop(model, cause: .unloaded, now: now)
            } else {
                drain(ready, of: model, cause: .unloaded, deadline: now + stopTimeout(of: model))
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
                drain(ready, of: model, cause: .shutdown, deadline: now + grace)
            case .draining(let draining):
                let deadline = min(draining.deadline ?? now + grace, now + grace)
                drain(draining.ready, of: model, cause: .shutdown, deadline: deadline)
            }
        }
        noteDrain(at: nil)
        meetDeadlines(now: now)
        return takeActions()
    }

    /// Lets a model finish what it has, and no more; whatever the cause, it isn't called off.
    mutating func drain(_ ready: ModelPhase.Ready, of model: String, cause: LeaveCause, deadline: Duration) {
        enter(.draining(.init(ready: ready, cause: cause, deadline: deadline, beneficiary: nil)), model)
    }
}
