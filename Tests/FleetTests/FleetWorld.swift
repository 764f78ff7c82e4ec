// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import TestKit
import Wire

/// The world outside of a `FleetState`: clients, workers and a timer. It does what the actions say, remembers what is
/// out there, and notes everything that must never happen.
struct FleetWorld {
    enum Memory { case awake, asleep, waking }

    struct Process {
        let model: String
        var isReady = false
        var memory = Memory.awake
        var wasAsked = false
        var leases = 0
        /// What it takes of each device, from launch to exit.
        var bytes: [String: Int64] = [:]
        /// The threads that it was told; nil for all that it may have.
        var share: CoreDivision.Share?
    }

    enum Answer: Equatable {
        case granted(WorkerID)
        case rejected(FleetError)
    }

    var state: FleetState
    let settings: FleetSettings
    private(set) var now: Duration = .zero
    private(set) var processes: [WorkerID: Process] = [:]
    /// Unanswered requests and their models.
    private(set) var waiting: [Ticket: String] = [:]
    private(set) var answers: [Ticket: Answer] = [:]
    private(set) var wakeAt: Duration?
    private(set) var launches: [WorkerID] = []
    private(set) var examined: [WorkerID] = []
    /// The models whose files were asked for.
    private(set) var downloads: [String] = []
    /// Everything that was done, for the assertions of directed tests.
    private(set) var actions: [FleetAction] = []
    private(set) var violations: [String] = []
    /// The devices' memory; nil for a world in which bytes don't matter.
    var machine: MachineModel?
    /// Models that are being measured, and whether the devices are being looked at.
    private(set) var measuring: [String] = []
    private(set) var isLooking = false
    /// What each worker was told to keep at most.
    private(set) var caches: [WorkerID: Int64] = [:]
    /// The models whose files were read ahead, in order.
    private(set) var readAhead: [String] = []

    init(models: [String: FleetState.Model], settings: FleetSettings) {
        state = FleetState(models: models, settings: settings)
        self.settings = settings
    }

    /// A world of models that can all be loaded.
    init(_ models: [String], modelsMax: Int, requestsPerWorker: Int? = nil) {
        var settings = FleetSettings()
        settings.modelsMax = modelsMax
        settings.requestsPerWorker = requestsPerWorker
        self.init(models: Dictionary(uniqueKeysWithValues: models.map { ($0, .init()) }), settings: settings)
    }

    // MARK: Events

    @discardableResult
    mutating func request(_ model: String, autoload: Bool = true, isUse: Bool = true) -> Ticket {
        let (ticket, actions) = state.request(model, autoload: autoload, isUse: isUse, now: now)
        waiting[ticket] = model
        apply(actions)
        return ticket
    }

    mutating func cancel(_ ticket: Ticket) {
        apply(state.cancel(ticket, now: now))
    }

    mutating func endLease(_ worker: WorkerID, isUse: Bool = true) {
        guard let leases = processes[worker]?.leases, leases > 0 else { return }
        processes[worker]?.leases -= 1
        apply(state.leaseEnded(worker, isUse: isUse, now: now))
    }

    /// News of any worker, dead ones too.
    mutating func progress(_ worker: WorkerID, _ progress: Double) {
        if processes[worker]?.memory == .asleep { processes[worker]?.memory = .waking }
        apply(state.workerLoading(worker, progress: progress, now: now))
    }

    mutating func ready(_ worker: WorkerID) {
        processes[worker]?.isReady = true
        processes[worker]?.memory = .awake
        let bytes = processes[worker]?.bytes ?? [:]
        let measured = WorkerMeasurements(
            memory: machine?.memory(bytes, of: processes[worker]?.model ?? "") ?? [],
            isFitted: bytes != machine?.models[processes[worker]?.model ?? ""] ?? [:]
        )
        apply(
            state.workerReady(worker, endpoint: Self.endpoint(worker), measured: measured, info: .null, now: now)
        )
    }

    /// The devices were looked at, or that failed.
    mutating func look(succeeds: Bool = true) {
        isLooking = false
        apply(state.looked(succeeds ? machine?.devices(processes.values) : nil, now: now))
    }

    /// A model was measured, or can't be.
    mutating func measure(_ model: String, succeeds: Bool = true) {
        measuring.removeAll { $0 == model }
        apply(
            state.measured(
                model,
                succeeds ? machine.map { $0.memory($0.models[model] ?? [:], of: model) } : nil,
                now: now
            )
        )
    }

    /// A worker has freed its model, perhaps just when it got a request.
    mutating func sleep(_ worker: WorkerID) {
        if processes[worker]?.isReady == true { processes[worker]?.memory = .asleep }
        apply(state.workerSleeping(worker, now: now))
    }

    mutating func fail(_ worker: WorkerID, _ reason: String = "it can't", lacksMemory: Bool = false) {
        apply(state.workerFailed(worker, reason: reason, lacksMemory: lacksMemory, now: now))
    }

    mutating func exit(_ worker: WorkerID, _ exit: WorkerExit = .exited(code: 0), log: [String] = []) {
        let process = processes[worker]
        let model = process?.model ?? ""
        let before = waiting.filter { $0.value == model }.keys
        let isFirst = state.queue.wantsLoad(model) && state.models[model]?.isSecondLoad == false
        processes[worker] = nil
        apply(state.workerExited(worker, exit, logTail: log, now: now))
        // Rule 9: who waits for a load that is killed is told at the second time, and not before.
        guard let process, !process.isReady, !process.wasAsked, case .signaled = exit else { return }
        if isFirst {
            check(
                !before.contains { rejection(of: $0)?.code == .loadFailed },
                "a load of \(model) was given up at once"
            )
        } else {
            check(before.allSatisfy { waiting[$0] == nil }, "a load of \(model) was killed twice, and nobody told")
        }
    }

    /// A worker says what no worker of ours would say.
    mutating func offend(_ worker: WorkerID) {
        apply(state.workerOffended(worker, reason: "its worker lies", now: now))
        check(
            processes[worker].map { $0.wasAsked } ?? true,
            "a worker that broke the rules is neither killed nor about to leave"
        )
    }

    /// A worker can't be reached any more; what is in flight goes on.
    mutating func cutOff(_ worker: WorkerID) {
        apply(state.workerCutOff(worker, now: now))
        if let process = processes[worker] {
            check(!state.phase(of: process.model).serves || !process.isReady, "a worker that is cut off still serves")
        }
    }

    /// An examined worker has answered something.
    mutating func answered(_ worker: WorkerID) { apply(state.workerAnswered(worker, now: now)) }

    /// An examined worker answers nothing.
    mutating func stalled(_ worker: WorkerID) { apply(state.workerStalled(worker, reason: "it hangs", now: now)) }

    mutating func start() throws(FleetError) { apply(try state.start(now: now)) }

    mutating func pin(_ model: String, _ isPinned: Bool) throws(FleetError) {
        apply(try state.pin(model, isPinned, now: now))
    }

    mutating func load(_ model: String) throws(FleetError) {
        apply(try state.load(model, now: now))
    }

    mutating func unload(_ model: String) throws(FleetError) {
        apply(try state.unload(model, now: now))
    }

    mutating func reload(_ models: [String: FleetState.Model], changed: Set<String>) {
        apply(state.reload(models, changed: changed, now: now))
    }

    mutating func downloadProgressed(_ model: String, _ progress: Double) {
        apply(state.downloadProgressed(model, progress: progress))
    }

    mutating func downloadEnded(_ model: String, _ reason: String) {
        apply(state.downloadEnded(model, reason: reason, now: now))
    }

    mutating func downloadAbandoned(_ model: String) {
        apply(state.downloadAbandoned(model, now: now))
    }

    mutating func shutdown(grace: Duration) {
        apply(state.shutdown(grace: grace, now: now))
    }

    /// Lets time pass; wakes the state at the times that it asked for.
    mutating func pass(_ duration: Duration) {
        let end = now + duration
        while let time = wakeAt, time <= end {
            now = max(now, time)
            wakeAt = nil
            apply(state.wake(now: now))
        }
        now = end
    }

    /// A wake-up that nobody asked for.
    mutating func wakeEarly() {
        wakeAt = nil
        apply(state.wake(now: now))
    }

    // MARK: What must hold

    mutating func apply(_ actions: [FleetAction]) {
        self.actions += actions
        var evicted = false
        for action in actions {
            switch action {
            case .download(let model): downloads.append(model)
            case .launch(let worker, let model): launch(worker, model)
            case .terminate(let worker): evicted = askToExit(worker, isKill: false) || evicted
            case .kill(let worker): evicted = askToExit(worker, isKill: true) || evicted
            case .grant(let ticket, let worker, let endpoint): grant(ticket, worker, endpoint)
            case .reject(let ticket, let error): answer(ticket, .rejected(error))
            case .examine(let worker, _):
                check((processes[worker]?.leases ?? 0) > 0, "\(worker) was examined without work")
                examined.append(worker)
            case .threads(let worker, let share): tell(worker, share)
            case .wake(let time): wakeAt = time
            case .measure(let model): measuring.append(model)
            case .readAhead(let model): readAhead.append(model)
            case .cache(let worker, let bytes): caches[worker] = bytes
            case .stored: break
            case .look: isLooking = true
            case .publish: break
            }
        }
        guard machine != nil else {
            if isLooking { return look(succeeds: false) }
            checkBalance(evicted: evicted)
            return checkCores()
        }
        checkBalance(evicted: evicted)
        checkCores()
    }

    private mutating func launch(_ worker: WorkerID, _ model: String) {
        check(!processes.values.contains { $0.model == model }, "\(model) was launched twice")
        check(!launches.contains(worker), "\(worker) was used twice")
        check(state.models[model]?.backoff.remaining(now: now) == nil, "\(model) was launched while it backs off")
        check(state.models[model]?.availability == .present, "\(model) was launched though its files can't be")
        processes[worker] = Process(model: model)
        launches.append(worker)
        checkBytes(of: worker, model)
        if settings.modelsMax > 0 {
            check(
                processes.count <= settings.modelsMax,
                "\(processes.count) workers at a limit of \(settings.modelsMax)"
            )
        }
    }

    /// - Returns: Whether the worker was evicted.
    private mutating func askToExit(_ worker: WorkerID, isKill: Bool) -> Bool {
        guard let process = processes[worker] else {
            violations.append("\(worker) was asked to exit after its end")
            return false
        }
        check(isKill || !process.wasAsked, "\(worker) was asked to exit twice")
        processes[worker]?.wasAsked = true
        guard !isKill, case .stopping(let stopping) = state.phase(of: process.model),
            [.evicted, .expired].contains(stopping.cause)
        else { return false }
        check(process.leases == 0, "\(process.model) was evicted while it was busy")
        check(process.isReady, "\(process.model) was evicted while it was loading")
        check(state.models[process.model]?.policy.pin == false, "\(process.model) was evicted though it is pinned")
        return stopping.cause == .evicted
    }

    private mutating func grant(_ ticket: Ticket, _ worker: WorkerID, _ endpoint: WorkerEndpoint) {
        guard let process = processes[worker] else {
            violations.append("\(ticket) was granted \(worker), which is gone")
            return
        }
        check(process.isReady && !process.wasAsked, "\(ticket) was granted a worker that doesn't serve")
        check(process.model == waiting[ticket], "\(ticket) was granted another model")
        check(endpoint == Self.endpoint(worker), "\(ticket) was granted a wrong address")
        check(process.leases < settings.requestsPerWorker ?? .max, "\(worker) got too many requests")
        processes[worker]?.leases += 1
        answer(ticket, .granted(worker))
    }

    private mutating func answer(_ ticket: Ticket, _ answer: Answer) {
        check(waiting.removeValue(forKey: ticket) != nil, "\(ticket) was answered twice or never asked")
        answers[ticket] = answer
    }

    private mutating func checkBalance(evicted: Bool) {
        check(Set(state.workers.keys) == Set(processes.keys), "the state counts other workers than there are")
        for (worker, process) in processes {
            switch state.phase(of: process.model) {
            case .ready(let ready):
                check(ready.worker == worker && ready.inFlight == process.leases, "\(process.model) is miscounted")
                check(isAsTold(process, ready), "\(process.model) is remembered awake or asleep wrongly")
            case .draining(let draining):
                check(draining.ready.inFlight == process.leases, "\(process.model) is miscounted")
                check(isAsTold(process, draining.ready), "\(process.model) is remembered awake or asleep wrongly")
            case .absent:
                violations.append("\(process.model) is absent and has a process")
            case .loading, .stopping:
                break
            }
        }
        check(state.nextDeadline.map { wakeAt ?? .seconds(1 << 40) <= $0 } ?? true, "nobody wakes for a deadline")
        // Whoever has decided has nothing to add.
        if state.nextDeadline.map({ $0 > now }) ?? true {
            var again = state
            let more = again.wake(now: now).filter {
                switch $0 {
                case .wake: false
                // What was seen grows old by itself.
                case .look: machine == nil
                default: true
                }
            }
            check(more.isEmpty, "asked again, the state decides otherwise: \(more)")
        }
        check(
            settings.queueMax == 0 || state.queue.requestCount <= settings.queueMax,
            "\(state.queue.requestCount) requests wait at a limit of \(settings.queueMax)"
        )
        check(state.queue.requestCount == waiting.count, "the queue is miscounted")
        // Where bytes limit, places are compared in `checkBytes`.
        guard settings.modelsMax > 0, !state.isShuttingDown, machine == nil else { return }
        let needing = state.queue.modelsByAge.filter { model in
            guard state.models[model]?.availability == .present else { return false }
            return switch state.phase(of: model) {
            case .absent, .draining, .stopping: true
            case .loading, .ready: false
            }
        }
        let free = settings.modelsMax - processes.count
        let leaving = processes.values.count { state.phase(of: $0.model).isLeaving }
        checkDrains(needing: needing, free: free)
        check(
            free == 0 || !needing.contains { state.phase(of: $0).worker == nil },
            "a place is free and an absent model waits"
        )
        // Rule 3: a victim is taken only for an entry that what is free or leaving isn't enough for.
        if evicted { check(free + leaving <= needing.count, "more models leave than are waited for") }
        // And nobody waits behind an idle model.
        let idle = processes.values.contains { process in
            guard case .ready(let ready) = state.phase(of: process.model),
                state.models[process.model]?.policy.pin == false
            else { return false }
            return ready.inFlight == 0 && !state.queue.has(process.model)
        }
        check(!idle || needing.count <= free + leaving, "a model waits though an idle one could leave")
    }

    /// A worker has that share of the cores from now on.
    mutating func note(_ share: CoreDivision.Share, of worker: WorkerID) { processes[worker]?.share = share }

    /// What a worker takes from now on.
    mutating func take(_ bytes: [String: Int64], _ worker: WorkerID) { processes[worker]?.bytes = bytes }

    mutating func check(_ holds: Bool, _ violation: String) {
        if !holds { violations.append(violation) }
    }
}
