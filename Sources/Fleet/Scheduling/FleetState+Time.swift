// SPDX-License-Identifier: MIT

/// What happens because time has passed. Every wait has a deadline.
extension FleetState {
    /// The time has come that `wake(at:)` named; too early a call does nothing but ask again.
    package mutating func wake(now: Duration) -> [FleetAction] {
        forgetWake()
        meetDeadlines(now: now)
        schedule(now: now)
        return takeActions()
    }

    /// When the next thing happens by itself.
    package var nextDeadline: Duration? {
        var next = queue.oldest.map { $0 + queueTimeout }
        if let drainAt { next = min(next ?? drainAt, drainAt) }
        for model in workers.values {
            guard let deadline = phase(of: model).deadline else { continue }
            next = min(next ?? deadline, deadline)
        }
        return next
    }

    /// Does what is due.
    mutating func meetDeadlines(now: Duration) {
        let patience = now - queueTimeout
        if let oldest = queue.oldest, oldest <= patience {
            for model in queue.modelsByAge {
                reject(queue.removeAll(for: model) { $0.since <= patience }, .queueTimeout(model, after: queueTimeout))
            }
        }
        for model in workers.sorted(by: { $0.key < $1.key }).map(\.value) {
            let phase = phase(of: model)
            guard let deadline = phase.deadline, deadline <= now else { continue }
            switch phase {
            case .loading:
                let failure = ModelFailure.tooSlow(limit: models[model]?.loadTimeout ?? .zero)
                kill(model, cause: .failed(failure))
                reject(queue.removeAll(for: model), .loadFailed(model, failure))
            case .draining(let draining):
                stop(model, cause: draining.cause, now: now)
            case .stopping(let stopping):
                kill(model, cause: stopping.cause)
            case .absent, .ready:
                break
            }
        }
    }
}
