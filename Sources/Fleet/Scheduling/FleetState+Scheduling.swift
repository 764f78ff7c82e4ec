// SPDX-License-Identifier: MIT

extension FleetState {
    /// Whom the places go to: the one decision about who loads, who waits and who leaves.
    ///
    /// Runs after every event that may have changed the answer; running it again changes nothing.
    /// - Returns: The models that somebody waits for and that nothing could be promised to.
    @discardableResult
    mutating func schedule(now: Duration) -> [String] {
        guard !isShuttingDown else { return [] }
        var round = SchedulingRound(self)
        var unserved: [String] = []
        for name in queue.modelsByAge {
            guard let model = models[name] else { continue }
            // What isn't there takes no place, and waits for none.
            guard isPresent(name) else { continue }
            switch model.phase {
            case .loading, .ready:
                continue
            case .draining where round.drains.contains(name):
                // Nobody older needs its place, so its own requests come first.
                round.drains.removeAll { $0 == name }
                callOffDrain(of: name, now: now)
                continue
            case .absent where model.places.fits(round.free) && model.places.fits(round.room):
                round.free -= model.places
                launch(name, now: now)
            case .absent, .draining, .stopping:
                guard promise(&round, to: name, now: now) else {
                    rejectIfPinsForbid(name)
                    unserved.append(name)
                    continue
                }
            }
            round.room -= model.places
        }
        for name in round.drains { callOffDrain(of: name, now: now) }
        noteDrain(at: round.nextDrain)
        return unserved
    }

    /// Finds room for a model. Where what is being freed for sure isn't enough, idle models have to leave; only then busy
    /// ones drain, or go on to. So the place of an idle model ends a drain that isn't needed any more.
    /// - Returns: Whether there is enough.
    private mutating func promise(_ round: inout SchedulingRound, to name: String, now: Duration) -> Bool {
        guard let need = models[name]?.places else { return false }
        guard !need.fits(round.room) else { return true }
        var victims = Eviction.victims(among: round.idle, need: need, room: round.room)
        if victims == nil {
            let candidates =
                round.idle + drainingCandidates(round.drains, for: name, now: now)
                + busyCandidates(for: name, now: now, nextDrain: &round.nextDrain)
            victims = Eviction.victims(among: candidates, need: need, room: round.room)
        }
        for victim in victims ?? [] {
            round.room += victim.places
            switch victim.turn {
            case .idle:
                round.idle.removeAll { $0.worker == victim.worker }
                stop(victim.model, cause: .evicted, now: now)
            case .draining:
                round.drains.removeAll { $0 == victim.model }
                claimDrain(of: victim.model, for: name)
            case .busy:
                drain(victim.model, for: name)
            }
        }
        return victims != nil
    }

    /// Starts a worker for an absent model. What it takes counts from here on.
    private mutating func launch(_ name: String, now: Duration) {
        let worker = nextWorker()
        workers[worker] = name
        // A wish to load the model is fulfilled by this; requests keep waiting until it is ready.
        _ = queue.removeAll(for: name) { $0.kind == .load }
        emit(.launch(worker, model: name))
        enter(.loading(.init(worker: worker, progress: 0, deadline: now + loadTimeout(of: name), since: now)), name)
    }

    /// Rejects those who wait for a model that could only live if a pinned one left.
    private mutating func rejectIfPinsForbid(_ name: String) {
        guard let need = models[name]?.places else { return }
        var pins: [String] = []
        var room = limit
        for other in workers.values {
            guard let model = models[other], model.isPinned, !model.phase.isLeaving else { continue }
            pins.append(other)
            room -= model.places
        }
        guard !pins.isEmpty, !need.fits(room) else { return }
        reject(queue.removeAll(for: name), .pinned(name, pins: pins.sorted()))
    }
}
