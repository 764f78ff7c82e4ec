// SPDX-License-Identifier: MIT

/// What happens because time has passed. Every wait has a deadline.
extension FleetState {
    /// The time has come that `wake(at:)` named; too early a call does nothing but ask again.
    package mutating func wake(now: Duration) -> [FleetAction] {
        forgetWake()
        cores.settle(now: now)
        meetDeadlines(now: now)
        schedule(now: now)
        return takeActions()
    }

    /// When the next thing happens by itself.
    package var nextDeadline: Duration? {
        var next = queue.oldest.map { $0 + queueTimeout }
        for time in [drainAt, cores.deadline, isShuttingDown ? nil : books.deadline] {
            guard let time else { continue }
            next = min(next ?? time, time)
        }
        for model in workers.values {
            for deadline in [phase(of: model).deadline, expiry(of: model)] {
                guard let deadline else { continue }
                next = min(next ?? deadline, deadline)
            }
        }
        return next
    }

    /// Does what is due.
    mutating func meetDeadlines(now: Duration) {
        books.pass(now: now)
        if let time = books.nextLook, time <= now { askToLook(now: now) }
        if let since = books.lookingSince, since + MemoryBooks.patience <= now {
            books.look(nil, ours: [:], now: now)
        }
        let patience = now - queueTimeout
        if let oldest = queue.oldest, oldest <= patience {
            for model in queue.modelsByAge {
                let late = queue.removeAll(for: model) { $0.since <= patience }
                if let download = models[model]?.availability.download {
                    reject(late, .downloading(model, progress: download.progress, after: queueTimeout))
                } else {
                    reject(late, .queueTimeout(model, after: queueTimeout))
                }
            }
        }
        for model in workers.sorted(by: { $0.key < $1.key }).map(\.value) {
            let phase = phase(of: model)
            if let serving = phase.serving, let watchAt = serving.watchAt, watchAt <= now {
                emit(.examine(serving.worker, serving.endpoint))
                watch(model, at: nil)
            }
            if isOver(phase.serving?.wakeDeadline, now) {
                giveUpLoad(model, now: now)
                continue
            }
            switch phase {
            case .loading(let loading) where loading.deadline <= now:
                giveUpLoad(model, now: now)
            case .ready where isOver(expiry(of: model), now):
                stop(model, cause: .expired, now: now)
            case .draining(let draining) where isOver(draining.deadline, now):
                stop(model, cause: draining.cause, now: now)
            case .stopping(let stopping) where isOver(stopping.killAt, now):
                kill(model, cause: stopping.cause)
            case .absent, .loading, .ready, .draining, .stopping:
                break
            }
        }
    }

    /// A load takes too long, the first one or one after sleep.
    private mutating func giveUpLoad(_ model: String, now: Duration) {
        let failure = ModelFailure.tooSlow(limit: loadTimeout(of: model))
        kill(model, cause: .failed(failure))
        failLoad(model, failure, now: now)
    }

    /// When an idle model is unloaded by its policy. A pinned one isn't.
    func expiry(of name: String) -> Duration? {
        guard let model = models[name], let ttl = model.idleLimit, case .ready(let ready) = model.phase,
            let idleSince = ready.idleSince
        else { return nil }
        return idleSince + ttl
    }

    private func isOver(_ deadline: Duration?, _ now: Duration) -> Bool {
        deadline.map { $0 <= now } ?? false
    }
}
