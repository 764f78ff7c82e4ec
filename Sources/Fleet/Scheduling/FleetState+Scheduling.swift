// SPDX-License-Identifier: MIT

extension FleetState {
    /// Gives out the places: the one decision about which model loads, waits or leaves.
    ///
    /// Runs after every event that may have changed the answer; running it again changes nothing.
    /// - Returns: The models with waiting requests to which no place could be promised.
    @discardableResult
    mutating func schedule(now: Duration) -> [String] {
        var unserved: [String] = []
        // Bytes come in lumps: what one pass makes free for a small model may be what an older one needs no more. Two or three passes
        // settle that; with the number of models alone the first one does.
        for _ in 0..<4 {
            let before = actionCount
            unserved = schedulePass(now: now)
            guard actionCount > before, books.isActive else { break }
        }
        return unserved
    }

    private mutating func schedulePass(now: Duration) -> [String] {
        guard !isShuttingDown else { return [] }
        var round = SchedulingRound(self)
        var unserved: [String] = []
        for name in queue.modelsByAge {
            guard let model = models[name] else { continue }
            // What isn't there takes no place, and waits for none.
            guard isPresent(name) else { continue }
            switch model.phase {
            case .ready where sleeps(name):
                let need = wakeNeed(of: name)
                guard wake(name, need, &round, now: now) else {
                    waitForBytes(now: now)
                    unserved.append(name)
                    continue
                }
                round.room -= round.staying.add(need)
                continue
            case .loading, .ready:
                continue
            case .draining where round.drains.contains(name):
                // No older entry needs its place, so its own requests come first.
                round.drains.removeAll { $0 == name }
                callOffDrain(of: name, now: now)
                continue
            case .absent, .draining, .stopping:
                guard isDecidable(name, round.room, now: now) else {
                    if !hasPlace(for: name, round, now: now) { unserved.append(name) }
                    // What drains for it goes on to.
                    round.drains.removeAll { isDraining($0, for: name) }
                    continue
                }
                let need = needed(by: name)
                guard promise(&round, need, to: name, now: now) else {
                    if books.isActive, !round.staying.cost(of: need).fitsBytes(round.room) { waitForBytes(now: now) }
                    rejectIfPinsForbid(name)
                    unserved.append(name)
                    continue
                }
                round.room -= round.staying.add(need)
                if model.phase.worker == nil, round.mapped.cost(of: need).fits(round.free) {
                    round.free -= round.mapped.add(need)
                    launch(name, now: now)
                } else {
                    readAhead(name)
                }
            }
        }
        for name in round.drains { callOffDrain(of: name, now: now) }
        noteDrain(at: round.nextDrain)
        return unserved
    }

    /// Finds room for a model. Where what is being freed for sure isn't enough, idle models have to leave; only then busy
    /// ones drain, or go on to. So the place of an idle model ends a drain that isn't needed any more.
    /// - Returns: Whether there is enough.
    private mutating func promise(
        _ round: inout SchedulingRound,
        _ need: Holding,
        to name: String,
        now: Duration
    ) -> Bool {
        let cost = round.staying.cost(of: need)
        guard !cost.fits(round.room) else { return true }
        var victims = round.victims(among: round.idle, for: need)
        if victims == nil {
            let candidates =
                round.idle + drainingCandidates(round.drains, for: name, now: now)
                + busyCandidates(for: name, now: now, nextDrain: &round.nextDrain)
            victims = round.victims(among: candidates, for: need)
        }
        let before = round.room
        for victim in victims ?? [] {
            round.room += round.staying.remove(victim.holding)
            switch victim.turn {
            case .idle:
                round.idle.removeAll { $0.worker == victim.worker }
                if !cost.fitsBytes(before) { evictionClock = max(evictionClock, victim.worth) }
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

    /// Whether a model could have one of the places, bytes aside.
    private func hasPlace(for name: String, _ round: SchedulingRound, now: Duration) -> Bool {
        var nextDrain: Duration?
        let candidates =
            round.idle + drainingCandidates(round.drains, for: name, now: now)
            + busyCandidates(for: name, now: now, nextDrain: &nextDrain)
        return round.victims(among: candidates, for: Holding(Places(models: 1))) != nil
    }

    /// Wakes a sleeping model for its waiting requests, if it has room.
    /// - Returns: Whether it wakes, or will once others have left.
    private mutating func wake(
        _ name: String,
        _ need: Holding,
        _ round: inout SchedulingRound,
        now: Duration
    ) -> Bool {
        round.idle.removeAll { $0.model == name }
        guard promise(&round, need, to: name, now: now) else { return false }
        if round.mapped.cost(of: need).fits(round.free) {
            round.free -= round.mapped.add(need)
            wake(name, now: now)
        }
        return true
    }

    private func isDraining(_ model: String, for name: String) -> Bool {
        if case .draining(let draining) = phase(of: model) { draining.beneficiary == name } else { false }
    }

    /// The time until others have left is used to read the model's files; once, however often it is looked at.
    private mutating func readAhead(_ name: String) {
        guard case .absent = phase(of: name), models[name]?.isReadAhead == false else { return }
        models[name]?.isReadAhead = true
        emit(.readAhead(model: name))
    }

    /// Starts a worker for an absent model. What it takes counts from here on.
    private mutating func launch(_ name: String, now: Duration) {
        let worker = nextWorker()
        models[name]?.isReadAhead = false
        books.keptIsTaken()
        workers[worker] = name
        // A wish to load the model is fulfilled by this; requests keep waiting until it is ready.
        _ = queue.removeAll(for: name) { $0.kind == .load }
        emit(.launch(worker, model: name))
        enter(.loading(.init(worker: worker, progress: 0, deadline: now + loadTimeout(of: name), since: now)), name)
    }

    /// Rejects the requests for a model that could only live if a pinned one left (rule 7).
    private mutating func rejectIfPinsForbid(_ name: String) {
        var pins: [String] = []
        var room = limit
        var mapped = MappedFiles()
        for other in workers.values {
            guard let model = models[other], model.isPinned, !model.phase.isLeaving else { continue }
            pins.append(other)
            room -= mapped.add(holding(of: other))
        }
        guard !pins.isEmpty, !mapped.cost(of: needed(by: name)).fits(room) else { return }
        reject(queue.removeAll(for: name), .pinned(name, pins: pins.sorted()))
    }
}
