// SPDX-License-Identifier: MIT

extension FleetState {
    /// Whom the places go to: the one decision about who loads, who waits and who leaves.
    ///
    /// Runs after every event that may have changed the answer; running it again changes nothing.
    /// - Returns: The models that somebody waits for and that nothing could be promised to.
    @discardableResult
    mutating func schedule(now: Duration) -> [String] {
        guard !queue.isEmpty, !isShuttingDown else { return [] }
        var free = limit
        var leaving = Places.none
        var idle: [Eviction.Candidate] = []
        for (worker, name) in workers {
            guard let model = models[name] else { continue }
            free -= model.places
            if model.phase.isLeaving {
                leaving += model.places
            } else if case .ready(let ready) = model.phase, let since = ready.idleSince, !queue.has(name) {
                idle.append(.init(model: name, worker: worker, idleSince: since, places: model.places))
            }
        }

        // What is free or being freed, less what was promised to older entries (rules 2 and 3).
        var room = free + leaving
        var unserved: [String] = []
        for name in queue.modelsByAge {
            guard let model = models[name] else { continue }
            var isAbsent = false
            switch model.phase {
            case .absent: isAbsent = true
            case .draining, .stopping: break
            case .loading, .ready: continue
            }
            if isAbsent, model.places.fits(free), model.places.fits(room) {
                free -= model.places
                launch(name, now: now)
            } else if !model.places.fits(room) {
                guard let victims = Eviction.victims(among: idle, need: model.places, room: room) else {
                    unserved.append(name)
                    continue
                }
                for victim in victims {
                    stop(victim.model, cause: .evicted, now: now)
                    room += victim.places
                    idle.removeAll { $0.worker == victim.worker }
                }
            }
            room -= model.places
        }
        return unserved
    }

    /// Starts a worker for an absent model. What it takes counts from here on.
    private mutating func launch(_ name: String, now: Duration) {
        guard let model = models[name] else { return }
        let worker = nextWorker()
        workers[worker] = name
        // A wish to load the model is fulfilled by this; requests keep waiting until it is ready.
        _ = queue.removeAll(for: name) { $0.kind == .load }
        emit(.launch(worker, model: name))
        enter(.loading(.init(worker: worker, progress: 0, deadline: now + model.loadTimeout)), name)
    }
}
