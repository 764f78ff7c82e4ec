// SPDX-License-Identifier: MIT

/// Rule 6: a busy model drains for an older entry once a quantum has passed, so that no request waits for ever.
extension FleetState {
    /// The busy models that may be made to drain for a waiting one.
    /// - Parameter nextDrain: Is set to the time when another one may, if that comes earlier.
    func busyCandidates(for name: String, now: Duration, nextDrain: inout Duration?) -> [Eviction.Candidate] {
        // A user's wish to load a model isn't worth making requests wait; llama-server refuses it, too.
        guard let waiter = queue.oldestRequest(for: name) else { return [] }
        var candidates: [Eviction.Candidate] = []
        for (worker, other) in workers {
            guard let model = models[other], !model.isPinned, case .ready(let ready) = model.phase,
                ready.inFlight > 0, isOwedNothing(other, ready, before: waiter.ticket)
            else { continue }
            let time = drainTime(of: other, ready, for: name, since: waiter.since)
            if time <= now {
                let turn = Eviction.Turn.busy(readySince: ready.since)
                candidates.append(.init(model: other, worker: worker, turn: turn, holding: holding(of: other)))
            } else {
                nextDrain = min(nextDrain ?? time, time)
            }
        }
        return candidates
    }

    /// The draining models whose place a waiting one may claim: they drain for it already, or have had their quantum.
    func drainingCandidates(_ drains: [String], for name: String, now: Duration) -> [Eviction.Candidate] {
        guard let waiter = queue.oldestRequest(for: name) else { return [] }
        return drains.compactMap { other in
            guard let model = models[other], case .draining(let draining) = model.phase,
                isOwedNothing(other, draining.ready, before: waiter.ticket)
            else { return nil }
            let isOwn = draining.beneficiary == name
            guard isOwn || drainTime(of: other, draining.ready, for: name, since: waiter.since) <= now else {
                return nil
            }
            return .init(
                model: other,
                worker: draining.ready.worker,
                turn: .draining(forOthers: isOwn ? 0 : 1),
                holding: holding(of: other)
            )
        }
    }

    /// Makes a model's drain one for that waiting model.
    mutating func claimDrain(of model: String, for name: String) {
        guard case .draining(var draining) = phase(of: model) else { return }
        draining.beneficiary = name
        models[model]?.phase = .draining(draining)
    }

    /// When a busy model may be made to drain: it has been ready for a quantum, or the other has waited long enough.
    ///
    /// The quantum is four times the measured load time of the waiting model, so that at most a fifth of the time goes into
    /// loading. One that was never loaded is taken to need as long as the busy one did.
    private func drainTime(
        of model: String,
        _ ready: ModelPhase.Ready,
        for name: String,
        since: Duration
    ) -> Duration {
        let loadTime = models[name]?.loadTime ?? models[model]?.loadTime ?? .zero
        let quantum = modelsQuantum ?? min(max(loadTime * 4, .seconds(1)), queueFairness)
        return min(ready.since + quantum, since + queueFairness)
    }

    /// Whether no request of the model comes before a ticket: neither an older one, nor one that it was loaded for (rule 7).
    private func isOwedNothing(_ model: String, _ ready: ModelPhase.Ready, before ticket: Ticket) -> Bool {
        guard let own = queue.oldestRequest(for: model)?.ticket.number else { return true }
        return own > ticket.number && own > ready.loadedFor.number
    }

    /// Makes a busy model take no new requests, until it is idle and leaves.
    mutating func drain(_ model: String, for name: String) {
        guard case .ready(let ready) = phase(of: model) else { return }
        enter(.draining(.init(ready: ready, cause: .evicted, deadline: nil, beneficiary: name)), model)
        reject(
            queue.removeAll(for: model) { !$0.wantsLoad },
            .notRunning(model, "it makes room for model name=\(name)")
        )
    }

    /// The place of a draining model isn't needed any more: it serves again (rule 8).
    mutating func callOffDrain(of model: String, now: Duration) {
        guard case .draining(let draining) = phase(of: model), draining.beneficiary != nil else { return }
        enter(.ready(draining.ready), model)
        // Who wished that it be loaded again has what they wished for.
        _ = queue.removeAll(for: model) { $0.kind == .load }
        grantWaiting(for: model, now: now)
    }
}
