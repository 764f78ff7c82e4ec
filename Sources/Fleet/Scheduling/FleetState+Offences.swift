// SPDX-License-Identifier: MIT

package import Wire

/// Workers that aren't what they should be. The router trusts none: what can't come from one of ours ends it.
extension FleetState {
    /// How an event breaks the rules where it comes in the worker's life; nil if it may come, or is late.
    package func offence(of worker: WorkerID, _ event: WorkerEvent) -> WorkerOffence? {
        guard let model = workers[worker] else { return nil }
        switch event {
        case .memory: return nil
        case .measured: return WorkerOffence("it measures a model that it is to serve")
        case .standby: return WorkerOffence("it gives its model up without having been asked to")
        case .loading, .ready, .sleeping, .failed: break
        }
        let phase = phase(of: model)
        if case .loading = phase {
            return event == .sleeping ? WorkerOffence("it sleeps before it was ready") : nil
        }
        switch (phase.serving?.memory, event) {
        case (nil, _), (_, .failed): return nil
        case (.awake, .loading): return WorkerOffence("it loads a model that it has")
        case (.awake, .ready): return WorkerOffence("it is ready twice")
        case (.asleep, .sleeping), (.waking, .sleeping): return WorkerOffence("it falls asleep while it sleeps")
        case (.awake, _), (.asleep, _), (.waking, _): return nil
        }
    }

    /// A worker breaks the rules: it is killed, whatever it does.
    /// - Parameter reason: What it did, as a sentence.
    package mutating func workerOffended(_ worker: WorkerID, reason: String, now: Duration) -> [FleetAction] {
        guard let model = workers[worker] else { return [] }
        let failure = ModelFailure(reason: reason)
        switch phase(of: model) {
        case .loading:
            kill(model, cause: .failed(failure))
            failLoad(model, failure, now: now)
        case .ready, .draining:
            models[model]?.counters.failures += 1
            kill(model, cause: .failed(failure))
            // The waiting requests had no part in it: they get another worker, unless they may not cause a load.
            reject(queue.removeAll(for: model) { !$0.wantsLoad }, .notRunning(model, reason))
        case .absent, .stopping:
            return []
        }
        schedule(now: now)
        return takeActions()
    }

    /// A worker can't be reached any more: its socket was removed. Requests in flight have their connections and may
    /// finish, for as long as others would wait for a busy model. Then the model is loaded again.
    package mutating func workerCutOff(_ worker: WorkerID, now: Duration) -> [FleetAction] {
        guard let model = workers[worker], let serving = phase(of: model).serving else { return [] }
        if case .draining(let draining) = phase(of: model), draining.beneficiary == nil { return [] }
        if case .ready = phase(of: model), serving.memory == .awake || serving.inFlight > 0, !queue.hasLoad(model) {
            // It comes back by itself, whether or not anybody asks for it, unless it was about to leave anyway.
            queue.append(.init(ticket: nextTicket(), since: now, kind: .load), for: model)
        }
        if serving.inFlight == 0 {
            stop(model, cause: .cutOff, now: now)
        } else {
            drain(serving, of: model, cause: .cutOff, deadline: now + max(queueFairness, stopTimeout(of: model)))
        }
        schedule(now: now)
        return takeActions()
    }
}
