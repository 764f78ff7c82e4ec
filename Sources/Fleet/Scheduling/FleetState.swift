// SPDX-License-Identifier: MIT

package import Catalogue
package import Wire

/// Which models live, which requests wait, and which is served next: the whole decision, without doing any of it.
///
/// Each event is one mutating method that returns what has to be done. Times are durations since the start of the
/// fleet, passed in by the shell. docs/design/scheduler.md has the states, and the numbered rules that comments here
/// name: `Eviction` chooses the victims (rules 4 to 6 and 11), `schedule` and the events keep the other rules.
package struct FleetState: Sendable {
    /// What the state needs to know of a model.
    package struct Model: Sendable {
        /// Whether the model could be loaded at all.
        package internal(set) var availability: ModelAvailability
        /// What its files' headers let expect of weights and context, in bytes; 0 where that isn't known.
        package var guessBytes: Int64
        /// The file that other models have as well, with its bytes: what workers map of it, the machine has once.
        package var sharedFile: SharedFile?
        /// What a worker of the model takes of each device; nil until one has said so.
        package internal(set) var footprint: Footprint? {
            didSet {
                // Each request asks for these.
                footprintBytes = footprint?.bytes.values.reduce(0) { $0.addingSaturating($1) }
                liesOnDevices = footprint?.liesOnDevices ?? false
            }
        }
        /// The footprint's bytes over all devices; nil where there is none.
        private(set) var footprintBytes: Int64?
        /// Whether it was seen that all layers lie on GPUs.
        private(set) var liesOnDevices = false
        package internal(set) var measuring = Measuring.notYet
        /// Whether its last load lacked memory, so that the next one gets its devices to itself.
        var needsDeviceAlone = false
        /// What it is worth to keep it.
        package internal(set) var popularity = Popularity()
        /// How long a load may take.
        package var loadTimeout: Duration
        package var policy: ModelPolicy
        /// How many cores its worker can make use of.
        package var cores = CoreDivision.Bounds()
        package internal(set) var phase: ModelPhase = .absent(failure: nil)
        /// How long it stays after its last request, as the last request that said so had it; nil: as its policy says.
        var keepAlive: KeepAlive?
        /// How long the last successful load took, from launch to ready; nil before the first.
        package internal(set) var loadTime: Duration?
        /// What the last load measured; nil before the first.
        package internal(set) var lastMeasured: WorkerMeasurements?
        /// When it was last used; nil before the first time.
        package internal(set) var lastUse: Duration?
        /// Whether a user pinned it or took the pin away; nil: as its policy says.
        var pinnedByHand: Bool?
        package internal(set) var backoff = Backoff()
        package internal(set) var counters = ModelCounters()
        /// Whether its last load was killed and the one at hand, or the next, is the second try for the same requests.
        package internal(set) var isSecondLoad = false
        /// Whether its files were read ahead since it was loaded last.
        var isReadAhead = false
        /// Whether the catalogue doesn't have the model any more; its last worker is leaving.
        var isGone = false

        /// Whether the model, once it lives, never has to make room for another.
        package var isPinned: Bool { pinnedByHand ?? policy.pin }

        /// Why the model can't be loaded at all; nil if it can, or could after a download.
        package var problem: String? {
            if case .unusable(let reason) = availability { reason } else { nil }
        }

        package init(
            _ availability: ModelAvailability = .present,
            guessBytes: Int64 = 0,
            loadTimeout: Duration = .seconds(60),
            policy: ModelPolicy = ModelPolicy()
        ) {
            self.availability = availability
            self.guessBytes = guessBytes
            self.loadTimeout = loadTimeout
            self.policy = policy
        }
    }

    /// The most models that may live at once; 0 stands for no limit.
    let modelsMax: Int
    let queueTimeout: Duration
    let queueMax: Int
    let modelsQuantum: Duration?
    let queueFairness: Duration
    let stopTimeout: Duration
    let stallTimeout: Duration
    /// The most requests that one worker gets at the same time.
    let slots: Int

    package internal(set) var models: [String: Model]
    package internal(set) var queue = WaitingQueue()
    /// The processes that live, from launch to exit, and whose they are.
    package internal(set) var workers: [WorkerID: String] = [:]
    package internal(set) var isShuttingDown = false
    package internal(set) var books: MemoryBooks
    /// The worth of the model that was evicted last for its bytes.
    var evictionClock = 0.0
    /// Which worker has how many cores.
    var cores: CoreDivision
    /// What each worker was told to keep of conversations at most, in bytes.
    var caches: [WorkerID: Int64] = [:]
    /// The most bytes of conversations that outlive their workers, as was said last.
    var stored: Int64?
    /// Whether something has happened that may change those: each request would be too often to count.
    var cachesMayChange = false

    /// When a busy model may have to drain for a request that waits; nil while none will.
    private(set) var drainAt: Duration?

    /// How long requests that are answered now have waited, on average, with more weight on the later ones.
    private var usualWait: Duration = .seconds(1)
    private var lastTicket: UInt64 = 0
    private var lastWorker: UInt64 = 0
    private var pending: [FleetAction] = []
    /// Whether a deadline may have come nearer since the last `wake(at:)`.
    private var deadlinesChanged = false
    private var wakeAt: Duration?

    package init(models: [String: Model], settings: FleetSettings) {
        self.models = models
        modelsMax = settings.modelsMax
        books = MemoryBooks(settings.memory)
        queueTimeout = settings.queueTimeout
        queueMax = settings.queueMax > 0 ? settings.queueMax : .max
        modelsQuantum = settings.modelsQuantum
        queueFairness = settings.queueFairness
        stopTimeout = settings.stopTimeout
        stallTimeout = settings.stallTimeout
        slots = settings.requestsPerWorker.map { max($0, 1) } ?? .max
        cores = CoreDivision(cores: settings.cores)
    }

    /// The phase of a model; absent if there is none of that id.
    package func phase(of model: String) -> ModelPhase { models[model]?.phase ?? .absent(failure: nil) }

    // MARK: Requests

    /// A request asks for a model.
    ///
    /// - Parameters:
    ///   - autoload: Whether it may cause the model to be loaded.
    ///   - isUse: Whether the worker computes for it: a look wakes no model; the same is said when its lease ends.
    /// - Returns: The request's ticket; the answer is among the actions of this or a later event.
    package mutating func request(
        _ model: String,
        autoload: Bool,
        isUse: Bool = true,
        now: Duration
    ) -> (ticket: Ticket, actions: [FleetAction]) {
        let ticket = nextTicket()
        let waiter = WaitingQueue.Waiter(ticket: ticket, since: now, kind: .request(autoload: autoload), isUse: isUse)
        if let refusal = refusal(of: model, autoload: autoload, now: now) {
            emit(.reject(ticket, refusal))
        } else if !queue.has(model), let inFlight = grant(waiter, model, wakes: !isUse || !books.isActive, now: now) {
            // It was idle, and may have been counted on.
            if inFlight == 1, !queue.isEmpty { schedule(now: now) }
        } else if queue.requestCount >= queueMax {
            emit(
                .reject(
                    ticket,
                    .queueFull(model, limit: queueMax, retryAfter: min(max(usualWait, .seconds(1)), .seconds(30)))
                )
            )
        } else {
            queue.append(waiter, for: model)
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
    /// - Parameter isUse: Whether it counts as a use of the model, for the order of eviction and for its `ttl`.
    package mutating func leaseEnded(_ worker: WorkerID, isUse: Bool = true, now: Duration) -> [FleetAction] {
        guard let model = workers[worker] else { return [] }
        if isUse { endComputing(worker, now: now) }
        let served = change(model) { known -> (isIdle: Bool, expires: Bool)? in
            if isUse { known.lastUse = now }
            guard case .ready(var ready) = known.phase else { return nil }
            precondition(ready.inFlight > 0, "a lease of \(model) ended twice")
            ready.inFlight -= 1
            if isUse { ready.lastUse = now }
            if ready.inFlight == 0 { ready.watchAt = nil }
            known.phase = .ready(ready)
            return (ready.inFlight == 0, known.idleLimit != nil)
        }
        if case (let isIdle, let expires)?? = served {
            if isIdle, expires { noteDeadline() }
            guard !queue.isEmpty else { return takeActions() }
            grantWaiting(for: model, now: now)
            schedule(now: now)
            return takeActions()
        }
        switch phase(of: model) {
        case .draining(var draining):
            precondition(draining.ready.inFlight > 0, "a lease of \(model) ended twice")
            draining.ready.inFlight -= 1
            models[model]?.phase = .draining(draining)
            guard draining.ready.inFlight == 0 else { break }
            stop(model, cause: draining.cause, now: now)
            // It can't be called off any more, so another drain may be.
            schedule(now: now)
        case .absent, .loading, .ready, .stopping:
            break
        }
        return takeActions()
    }

    /// Counts a request.
    /// - Returns: why it doesn't get the model; nil if it does, or may wait.
    private mutating func refusal(of model: String, autoload: Bool, now: Duration) -> FleetError? {
        guard !isShuttingDown else { return .shuttingDown }
        let refusal = change(model) { known -> FleetError? in
            known.counters.requests += 1
            return known.refusal(model, autoload: autoload, now: now)
        }
        return refusal ?? .unknownModel(model)
    }

    // MARK: What the events share

    /// Grants the requests that wait for a ready model, oldest first.
    mutating func grantWaiting(for model: String, now: Duration) {
        // One that sleeps is woken where there is room for it.
        if !sleeps(model) { wake(model, now: now) }
    }

    /// Grants the requests that wait for a model that may wake, oldest first.
    mutating func wake(_ model: String, now: Duration) {
        while case .ready(let ready) = phase(of: model), ready.inFlight < slots,
            let waiter = queue.popRequest(for: model)
        {
            usualWait += (now - waiter.since - usualWait) / 16
            _ = grant(waiter, model, wakes: true, now: now)
        }
    }

    /// Gives a request its lease.
    /// - Parameter wakes: Whether it may have a model that sleeps.
    /// - Returns: How many are in flight then; nil if the model isn't ready, or no slot is free.
    private mutating func grant(
        _ waiter: WaitingQueue.Waiter,
        _ model: String,
        wakes: Bool,
        now: Duration
    ) -> Int? {
        let (slots, clock, stallTimeout) = (slots, evictionClock, stallTimeout)
        let granted = change(model) { known -> ModelPhase.Ready? in
            guard case .ready(var ready) = known.phase, ready.inFlight < slots, wakes || !ready.sleeps else {
                return nil
            }
            ready.inFlight += 1
            if ready.inFlight == 1 { ready.watchAt = known.stallTimeout(stallTimeout).map { now + $0 } }
            known.phase = .ready(ready)
            known.noteGrant(waiter, clock: clock, now: now)
            return ready
        }
        guard let ready = granted ?? nil else { return nil }
        if ready.inFlight == 1, ready.watchAt != nil { noteDeadline() }
        if waiter.isUse { beginComputing(ready.worker, of: model, now: now) }
        emit(.grant(waiter.ticket, ready.worker, ready.endpoint))
        return ready.inFlight
    }

    /// Changes a model where it lies. The dictionary's own subscript moves it out and back, and a model is large.
    /// - Returns: what the change returns; nil if there is no such model.
    mutating func change<Result>(_ model: String, _ change: (inout Model) -> Result) -> Result? {
        guard let place = models.index(forKey: model) else { return nil }
        return change(&models.values[place])
    }

    /// A model's load has failed: it backs off, and its waiting requests are rejected.
    mutating func failLoad(_ model: String, _ failure: ModelFailure, now: Duration) {
        models[model]?.counters.failures += 1
        models[model]?.isSecondLoad = false
        models[model]?.backoff.fail(now: now)
        let wait = models[model]?.backoff.remaining(now: now)
        reject(queue.removeAll(for: model), .loadFailed(model, failure, retryAfter: wait))
    }

    /// Rejects the requests among the waiters that were taken out of the queue.
    mutating func reject(_ waiters: [WaitingQueue.Waiter], _ error: FleetError) {
        for waiter in waiters where waiter.kind != .load { emit(.reject(waiter.ticket, error)) }
    }

    /// Asks a model's worker to exit, and sees to it that it is killed if it doesn't.
    mutating func stop(_ model: String, cause: LeaveCause, now: Duration) {
        leave(model, cause: cause, killAt: now + stopTimeout(of: model))
    }

    /// How long a model may take to load.
    func loadTimeout(of model: String) -> Duration {
        models[model]?.policy.loadTimeout ?? models[model]?.loadTimeout ?? .zero
    }

    /// After how long without a byte a model's worker is examined while it has work; nil: never.
    package func stallTimeout(of model: String) -> Duration? {
        models[model]?.stallTimeout(stallTimeout)
    }

    /// How long a model's worker has to exit once it was asked to.
    func stopTimeout(of model: String) -> Duration { models[model]?.policy.stopTimeout ?? stopTimeout }

    /// Kills a model's worker.
    mutating func kill(_ model: String, cause: LeaveCause) {
        leave(model, cause: cause, killAt: nil)
    }

    private mutating func leave(_ model: String, cause: LeaveCause, killAt: Duration?) {
        let phase = phase(of: model)
        guard let worker = phase.worker else { return }
        emit(killAt == nil ? .kill(worker) : .terminate(worker))
        if case .stopping = phase {} else { models[model]?.counters.departures[cause.word, default: 0] += 1 }
        let word = if case .loading = phase { ModelWord.unloaded } else { phase.word }
        enter(.stopping(.init(worker: worker, cause: cause, word: word, killAt: killAt)), model)
    }

    /// The only way into another phase.
    mutating func enter(_ phase: ModelPhase, _ model: String) {
        models[model]?.phase = phase
        // What a request wanted of a worker ends with it.
        if case .absent = phase { models[model]?.keepAlive = nil }
        cachesMayChange = true
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

    /// How much this event has come to so far.
    var actionCount: Int { pending.count }

    /// The time has changed at which a busy model may have to drain.
    mutating func noteDrain(at time: Duration?) {
        guard time != drainAt else { return }
        drainAt = time
        noteDeadline()
    }

    /// The ticket that was given out last.
    var youngestTicket: Ticket { Ticket(lastTicket) }

    mutating func noteDeadline() { deadlinesChanged = true }

    /// The earlier `wake(at:)` was answered.
    mutating func forgetWake() {
        wakeAt = nil
        deadlinesChanged = true
    }

    /// Ends an event: what has to be done, and when the shell has to come back.
    mutating func takeActions() -> [FleetAction] {
        divideCores()
        divideCaches()
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
