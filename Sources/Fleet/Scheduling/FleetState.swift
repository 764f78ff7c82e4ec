// SPDX-License-Identifier: MIT

/// Which models live, who waits, and who comes next: the whole decision, without doing any of it.
///
/// Each event is one mutating method that returns what has to be done. Times are durations since the start of the
/// fleet, passed in by the shell. Rules 1 to 5, 7 and 8 of the scheduling policy are kept here and in `schedule`;
/// the order of eviction (rule 9) is in `Eviction`.
package struct FleetState: Sendable {
    /// What the state needs to know of a model.
    package struct Model: Sendable {
        /// Why the model can't be loaded at all; nil if it can.
        package var problem: String?
        /// What a worker of the model takes, from launch to exit.
        package var places: Places
        /// How long a load may take.
        package var loadTimeout: Duration
        package internal(set) var phase: ModelPhase = .absent(failure: nil)
        /// Whether the catalogue doesn't have the model any more; its last worker is leaving.
        var isGone = false

        package init(
            problem: String? = nil,
            places: Places = Places(models: 1),
            loadTimeout: Duration = .seconds(60)
        ) {
            self.problem = problem
            self.places = places
            self.loadTimeout = loadTimeout
        }
    }

    let limit: Places
    let queueTimeout: Duration
    let stopTimeout: Duration
    /// The most requests that one worker gets at the same time.
    let slots: Int

    package internal(set) var models: [String: Model]
    package internal(set) var queue = WaitingQueue()
    /// The processes that live, from launch to exit, and whose they are.
    package internal(set) var workers: [WorkerID: String] = [:]
    package internal(set) var isShuttingDown = false

    private var lastTicket: UInt64 = 0
    private var lastWorker: UInt64 = 0
    private var pending: [FleetAction] = []
    /// Whether a deadline may have come nearer since the last `wake(at:)`.
    private var deadlinesChanged = false
    private var wakeAt: Duration?

    package init(models: [String: Model], settings: FleetSettings) {
        self.models = models
        limit = .limit(modelsMax: settings.modelsMax)
        queueTimeout = settings.queueTimeout
        stopTimeout = settings.stopTimeout
        slots = settings.requestsPerWorker.map { max($0, 1) } ?? .max
    }

    /// The phase of a model; absent if there is none of that id.
    package func phase(of model: String) -> ModelPhase { models[model]?.phase ?? .absent(failure: nil) }

    // MARK: Requests

    /// A request asks for a model.
    ///
    /// - Parameter autoload: Whether it may cause the model to be loaded.
    /// - Returns: The request's ticket; the answer is among the actions of this or a later event.
    package mutating func request(
        _ model: String,
        autoload: Bool,
        now: Duration
    ) -> (ticket: Ticket, actions: [FleetAction]) {
        let ticket = nextTicket()
        if let refusal = refusal(of: model, autoload: autoload) {
            emit(.reject(ticket, refusal))
        } else if case .ready(var ready) = phase(of: model), ready.inFlight < slots, !queue.has(model) {
            ready.inFlight += 1
            models[model]?.phase = .ready(ready)
            emit(.grant(ticket, ready.worker, ready.endpoint))
        } else {
            queue.append(.init(ticket: ticket, since: now, kind: .request(autoload: autoload)), for: model)
            noteDeadline()
            schedule(now: now)
        }
        return (ticket, takeActions())
    }

    /// The client of a waiting request has left. Late calls do nothing.
    package mutating func cancel(_ ticket: Ticket, now: Duration) -> [FleetAction] {
        guard let model = queue.model(of: ticket), queue.remove(ticket) != nil else { return [] }
        emit(.reject(ticket, .cancelled(model)))
        schedule(now: now)
        return takeActions()
    }

    /// A granted request is over.
    package mutating func leaseEnded(_ worker: WorkerID, now: Duration) -> [FleetAction] {
        guard let model = workers[worker] else { return [] }
        switch phase(of: model) {
        case .ready(var ready):
            precondition(ready.inFlight > 0, "a lease of \(model) ended twice")
            ready.inFlight -= 1
            ready.lastUse = now
            models[model]?.phase = .ready(ready)
            guard !queue.isEmpty else { break }
            grantWaiting(for: model)
            schedule(now: now)
        case .draining(var draining):
            precondition(draining.ready.inFlight > 0, "a lease of \(model) ended twice")
            draining.ready.inFlight -= 1
            models[model]?.phase = .draining(draining)
            if draining.ready.inFlight == 0 { stop(model, cause: draining.cause, now: now) }
        case .absent, .loading, .stopping:
            break
        }
        return takeActions()
    }

    private func refusal(of model: String, autoload: Bool) -> FleetError? {
        guard !isShuttingDown else { return .shuttingDown }
        guard let known = models[model], !known.isGone else { return .unknownModel(model) }
        if let problem = known.problem { return .unusable(model, problem: problem) }
        switch known.phase {
        case .absent, .draining, .stopping: return autoload ? nil : .notLoaded(model)
        case .loading, .ready: return nil
        }
    }

    // MARK: What the events share

    /// Gives leases to those who wait for a ready model, oldest first.
    mutating func grantWaiting(for model: String) {
        guard case .ready(var ready) = phase(of: model) else { return }
        while ready.inFlight < slots, let waiter = queue.popRequest(for: model) {
            ready.inFlight += 1
            emit(.grant(waiter.ticket, ready.worker, ready.endpoint))
        }
        models[model]?.phase = .ready(ready)
    }

    /// Rejects the requests among the waiters that were taken out of the queue.
    mutating func reject(_ waiters: [WaitingQueue.Waiter], _ error: FleetError) {
        for waiter in waiters where waiter.kind != .load { emit(.reject(waiter.ticket, error)) }
    }

    /// Asks a model's worker to exit, and sees to it that it is killed if it doesn't.
    mutating func stop(_ model: String, cause: LeaveCause, now: Duration) {
        leave(model, cause: cause, killAt: now + stopTimeout)
    }

    /// Kills a model's worker.
    mutating func kill(_ model: String, cause: LeaveCause) {
        leave(model, cause: cause, killAt: nil)
    }

    private mutating func leave(_ model: String, cause: LeaveCause, killAt: Duration?) {
        let phase = phase(of: model)
        guard let worker = phase.worker else { return }
        emit(killAt == nil ? .kill(worker) : .terminate(worker))
        enter(.stopping(.init(worker: worker, cause: cause, wasReady: phase.wasReady, killAt: killAt)), model)
    }

    /// The only way into another phase.
    mutating func enter(_ phase: ModelPhase, _ model: String) {
        models[model]?.phase = phase
        noteDeadline()
        emit(.publish(model: model, phase))
    }

    mutating func nextTicket() -> Ticket {
        lastTicket += 1
        return Ticket(lastTicket)
    }

    mutating func nextWorker() -> WorkerID {
        lastWorker += 1
        return WorkerID(lastWorker)
    }

    mutating func emit(_ action: FleetAction) { pending.append(action) }

    mutating func noteDeadline() { deadlinesChanged = true }

    /// The earlier `wake(at:)` was answered.
    mutating func forgetWake() {
        wakeAt = nil
        deadlinesChanged = true
    }

    /// Ends an event: what has to be done, and when the shell has to come back.
    mutating func takeActions() -> [FleetAction] {
        if deadlinesChanged {
            deadlinesChanged = false
            if let next = nextDeadline, next < wakeAt ?? .seconds(Int64.max / 4) {
                wakeAt = next
                pending.append(.wake(at: next))
            }
        }
        defer { pending = [] }
        return pending
    }
}
