// SPDX-License-Identifier: MIT

import Wire

/// What the fleet's lock guards: the state, and whom its tickets and worker ids stand for.
struct FleetTables {
    /// An answer that has to be given to a request.
    struct Answer {
        enum Outcome {
            case granted(WorkerRecord, WorkerEndpoint)
            case rejected(FleetError)
        }
        let completion: Fleet.Completion
        let outcome: Outcome
    }

    /// What has to be done outside the lock.
    struct Work {
        var answers: [Answer] = []
        /// Whether there are orders that nobody carries out yet.
        var hasOrders = false
    }

    var state: FleetState
    var catalogue: Catalogue
    var completions: [Ticket: Fleet.Completion] = [:]
    var records: [WorkerID: WorkerRecord] = [:]
    /// Actions on workers and timers that wait to be carried out, oldest first.
    var orders: [FleetAction] = []
    var isCarryingOut = false
    /// Sleeps until the state wants to be woken.
    var waker: Task<Void, Never>?
    /// Those who wait until the last worker has exited.
    var mourners: [CheckedContinuation<Void, Never>] = []

    init(state: FleetState, catalogue: Catalogue) {
        self.state = state
        self.catalogue = catalogue
    }

    /// Sorts actions into answers, which are given at once, and orders, which are carried out one after another.
    mutating func absorb(_ actions: [FleetAction]) -> Work {
        var work = Work()
        for action in actions {
            switch action {
            case .grant(let ticket, let worker, let endpoint):
                guard let completion = completions.removeValue(forKey: ticket), let record = records[worker] else {
                    preconditionFailure("\(ticket) was granted \(worker), and one of them is unknown")
                }
                work.answers.append(.init(completion: completion, outcome: .granted(record, endpoint)))
            case .reject(let ticket, let error):
                guard let completion = completions.removeValue(forKey: ticket) else {
                    preconditionFailure("\(ticket) was rejected, and it is unknown")
                }
                work.answers.append(.init(completion: completion, outcome: .rejected(error)))
            case .launch(let worker, let model):
                guard let entry = catalogue.entry(named: model) else {
                    preconditionFailure("\(worker) of \(model) was launched, which is unknown")
                }
                records[worker] = WorkerRecord(id: worker, entry: entry)
                orders.append(action)
            case .terminate, .kill, .wake, .publish:
                orders.append(action)
            }
        }
        work.hasOrders = !orders.isEmpty && !isCarryingOut
        return work
    }

    /// Takes the orders, unless somebody carries out earlier ones; that one will see these.
    mutating func takeOrders() -> [FleetAction]? {
        guard !isCarryingOut, !orders.isEmpty else { return nil }
        isCarryingOut = true
        defer { orders = [] }
        return orders
    }
}
