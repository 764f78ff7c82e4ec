// SPDX-License-Identifier: MIT

import Catalogue
import Wire

/// What the fleet's lock guards: the state, and whom its tickets and worker ids stand for.
struct FleetTables {
    /// The completions of requests that wait for an answer.
    struct Request {
        let completion: Fleet.Completion
        /// Whether it counts as a use of the model.
        let isUse: Bool
    }

    /// An answer that has to be given to a request.
    struct Answer {
        enum Outcome {
            case granted(WorkerRecord, WorkerEndpoint)
            case rejected(FleetError)
        }
        let request: Request
        let outcome: Outcome
    }

    /// What has to be done outside the lock.
    struct Work {
        var answers: [Answer] = []
        /// Whether there are orders that no thread carries out yet.
        var hasOrders = false
        /// Whether the request that the actions are about waits for its answer.
        var waits = false
    }

    var state: FleetState
    var requests: [Ticket: Request] = [:]
    var catalogue: Catalogue
    var records: [WorkerID: WorkerRecord] = [:]
    /// The logs of the models that had a worker, or whose log was asked for.
    var logs: [String: ModelLog] = [:]
    /// Actions on workers and timers that wait to be carried out, oldest first.
    var orders: [FleetAction] = []
    var isCarryingOut = false
    /// Sleeps until the state wants to be woken.
    var waker: Task<Void, Never>?
    /// The continuations that wait until the last worker has exited.
    var mourners: [CheckedContinuation<Void, Never>] = []

    init(state: FleetState, catalogue: Catalogue) {
        self.state = state
        self.catalogue = catalogue
    }

    /// The log of a model, which outlives its workers.
    mutating func log(of model: String) -> ModelLog {
        if let log = logs[model] { return log }
        let log = ModelLog()
        logs[model] = log
        return log
    }

    /// Sorts actions into answers, which are given at once, and orders, which are carried out one after another.
    /// - Parameter asking: the request that caused them, if one did: most are answered at once, and never noted.
    mutating func absorb(_ actions: [FleetAction], of asking: (ticket: Ticket, request: Request)? = nil) -> Work {
        var work = Work()
        work.waits = asking != nil
        func take(_ ticket: Ticket) -> Request? {
            guard let asking, asking.ticket == ticket else { return requests.removeValue(forKey: ticket) }
            work.waits = false
            return asking.request
        }
        defer { if let asking, work.waits { requests[asking.ticket] = asking.request } }
        for action in actions {
            switch action {
            case .grant(let ticket, let worker, let endpoint):
                guard let request = take(ticket), let record = records[worker] else {
                    preconditionFailure("\(ticket) was granted \(worker), and one of them is unknown")
                }
                record.granted()
                work.answers.append(.init(request: request, outcome: .granted(record, endpoint)))
            case .reject(let ticket, let error):
                guard let request = take(ticket) else {
                    preconditionFailure("\(ticket) was rejected, and it is unknown")
                }
                work.answers.append(.init(request: request, outcome: .rejected(error)))
            case .launch(let worker, let model):
                guard let entry = catalogue.entry(named: model) else {
                    preconditionFailure("\(worker) of \(model) was launched, which is unknown")
                }
                let modelLog = log(of: model)
                records[worker] = WorkerRecord(id: worker, entry: entry, log: LogRing { modelLog.append($0) })
                orders.append(action)
            case .download, .readAhead, .measure, .look, .terminate, .kill, .threads, .cache, .stored,
                .examine, .wake, .publish:
                orders.append(action)
            }
        }
        work.hasOrders = !orders.isEmpty && !isCarryingOut
        return work
    }

    /// Takes the orders, unless another thread carries out earlier ones; that one will see these.
    mutating func takeOrders() -> [FleetAction]? {
        guard !isCarryingOut, !orders.isEmpty else { return nil }
        isCarryingOut = true
        defer { orders = [] }
        return orders
    }
}
