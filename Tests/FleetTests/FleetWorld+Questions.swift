// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Wire

extension FleetWorld {
    /// A request says how long its model is to stay.
    mutating func keep(_ model: String, _ time: KeepAlive, isStandard: Bool = false) {
        apply(state.keep(model, time, isStandard: isStandard, now: now))
    }

    /// The live worker of a model.
    func worker(of model: String) -> WorkerID? { processes.first { $0.value.model == model }?.key }

    func isStopping(_ model: String) -> Bool { worker(of: model).flatMap { processes[$0]?.wasAsked } ?? false }

    static func endpoint(_ worker: WorkerID) -> WorkerEndpoint { .unix(path: "/run/\(worker).sock") }

    /// Why a request was rejected; nil if it wasn't.
    func rejection(of ticket: Ticket) -> FleetError? {
        if case .rejected(let error) = answers[ticket] { error } else { nil }
    }

    func isDraining(_ model: String) -> Bool {
        if case .draining = state.phase(of: model) { true } else { false }
    }

    /// What is known of a model's last worker that ended otherwise than asked.
    func failure(of model: String) -> ModelFailure? {
        if case .absent(let failure) = state.phase(of: model) { failure } else { nil }
    }

    /// Loads models one after another and leaves them idle, a second apart.
    mutating func makeIdle(_ models: String...) {
        for model in models {
            request(model)
            if let worker = worker(of: model) {
                ready(worker)
                endLease(worker)
            }
            pass(.seconds(1))
        }
    }

    /// Rules 6 to 8: a drain that can be called off has an older entry that needs it.
    mutating func checkDrains(needing: [String], free: Int) {
        let callable = processes.values.map(\.model).filter { model in
            if case .draining(let draining) = state.phase(of: model) { draining.beneficiary != nil } else { false }
        }
        let goneForSure = processes.values.count { state.phase(of: $0.model).isLeaving } - callable.count
        check(callable.count <= max(needing.count - free - goneForSure, 0), "more models drain than are waited for")
        for model in callable {
            check(state.models[model]?.policy.pin == false, "\(model) drains though it is pinned")
            check(state.phase(of: model).inFlightCount ?? 0 > 0, "\(model) drains though it is idle")
            let own = state.queue.oldestRequest(for: model)?.since
            let hasOlder = needing.contains { other in
                guard other != model, let waiter = state.queue.oldestRequest(for: other) else { return false }
                return waiter.since <= own ?? waiter.since
            }
            check(hasOlder, "\(model) drains for nobody older")
        }
    }
}

extension ModelPhase {
    var inFlightCount: Int? {
        switch self {
        case .ready(let ready): ready.inFlight
        case .draining(let draining): draining.ready.inFlight
        case .absent, .loading, .stopping: nil
        }
    }
}
