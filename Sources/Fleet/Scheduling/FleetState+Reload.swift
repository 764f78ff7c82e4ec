// SPDX-License-Identifier: MIT

/// What happens when the models themselves change.
extension FleetState {
    /// Takes over another catalogue.
    ///
    /// A model that runs and whose files or options changed, or that is gone, is unloaded: those in flight may finish
    /// within the stop timeout. Requests that wait for a changed model get a new worker; requests for one that is gone
    /// are rejected. Failures are forgotten. No other model is touched.
    /// - Parameters:
    ///   - catalogue: the models that there are from now on; their phases don't matter.
    ///   - changed: those of them whose workers would be started otherwise than before.
    package mutating func reload(
        _ catalogue: [String: Model],
        changed: Set<String>,
        now: Duration
    ) -> [FleetAction] {
        for (name, model) in catalogue.sorted(by: { $0.key < $1.key }) {
            guard var known = models[name] else {
                models[name] = model
                continue
            }
            known.loadTimeout = model.loadTimeout
            known.policy = model.policy
            known.cores = model.cores
            if changed.contains(name) {
                known.lastMeasured = nil
                // What its worker takes that lives is what it was launched with.
                if known.phase.worker == nil { known.footprint = nil }
                if known.measuring == .failed { known.measuring = .notYet }
                known.needsDeviceAlone = false
            }
            known.backoff.reset()
            known.isGone = false
            known.guessBytes = model.guessBytes
            known.sharedFile = model.sharedFile
            models[name] = known
            update(name, to: model.availability, isOther: changed.contains(name), now: now)
            if changed.contains(name) { retire(name, now: now) }
            if case .absent(.some) = phase(of: name) { enter(.absent(failure: nil), name) }
            if let problem = model.problem {
                reject(queue.removeAll(for: name), .unusable(name, problem: problem))
            }
        }
        for name in models.keys.sorted() where catalogue[name] == nil {
            reject(queue.removeAll(for: name), .unknownModel(name))
            retire(name, now: now)
            if phase(of: name).worker == nil {
                models[name] = nil
            } else {
                models[name]?.isGone = true
            }
        }
        // A time to live may be another one now.
        noteDeadline()
        schedule(now: now)
        return takeActions()
    }

    /// Lets a model's worker go, if it has one that isn't leaving yet.
    private mutating func retire(_ name: String, now: Duration) {
        switch phase(of: name) {
        case .absent, .stopping:
            break
        case .draining(let draining):
            // It was to make room for another, which might be called off; this isn't.
            guard draining.beneficiary != nil else { break }
            drain(draining.ready, of: name, cause: .reloaded, deadline: now + stopTimeout(of: name))
        case .loading:
            kill(name, cause: .reloaded)
            reject(queue.removeAll(for: name) { !$0.wantsLoad }, .notRunning(name, "its files or options have changed"))
        case .ready(let ready):
            if ready.inFlight == 0 {
                stop(name, cause: .reloaded, now: now)
            } else {
                drain(ready, of: name, cause: .reloaded, deadline: now + stopTimeout(of: name))
            }
            reject(queue.removeAll(for: name) { !$0.wantsLoad }, .notRunning(name, "its files or options have changed"))
        }
    }

    /// Forgets a model that is gone, now that its worker is gone too.
    mutating func forgetIfGone(_ name: String) {
        guard models[name]?.isGone == true, phase(of: name).worker == nil else { return }
        models[name] = nil
    }
}
