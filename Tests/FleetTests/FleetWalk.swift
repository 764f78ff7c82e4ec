// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import TestKit
import Wire

/// One random history, determined by its seed.
struct FleetWalk {
    private(set) var world: FleetWorld
    private var random: SeededGenerator
    private let names: [String]
    /// The models as the last reload had them.
    private var catalogue: [String: FleetState.Model]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var settings = FleetSettings()
        settings.modelsMax = Int.random(in: 0...4, using: &random)
        settings.requestsPerWorker = [nil, nil, 1, 2].randomElement(using: &random) ?? nil
        settings.queueTimeout = .seconds([20, 600].randomElement(using: &random) ?? 600)
        settings.queueMax = [512, 512, 3, 0].randomElement(using: &random) ?? 512
        settings.modelsQuantum = [nil, nil, .zero, .seconds(5)].randomElement(using: &random) ?? nil
        settings.queueFairness = .seconds([1, 10, 30].randomElement(using: &random) ?? 30)
        settings.cores = [nil, 1, 2, 8].randomElement(using: &random) ?? nil
        names = (0..<Int.random(in: 1...7, using: &random)).map { "m\($0)" }
        var models = Dictionary(uniqueKeysWithValues: names.map { ($0, FleetState.Model()) })
        if Int.random(in: 0..<4, using: &random) == 0 {
            models[names[0]] = .init(.unusable(reason: "it is a picture of a cat"))
        }
        for name in names where Int.random(in: 0..<5, using: &random) == 0 { models[name] = .init(.remote) }
        settings.stallTimeout = .seconds([0, 3, 120].randomElement(using: &random) ?? 120)
        for name in names where Int.random(in: 0..<4, using: &random) == 0 { models[name]?.policy.ttl = .seconds(6) }
        for name in names where Int.random(in: 0..<8, using: &random) == 0 { models[name]?.policy.pin = true }
        let machine = seed.isMultiple(of: 2) ? nil : Self.machine(&models, &settings, &random)
        catalogue = models
        world = FleetWorld(models: models, settings: settings)
        world.machine = machine
        if machine != nil { world.look() }
    }

    /// Devices, and what the models take of them; some models are larger than a device, and of some nothing is known.
    private static func machine(
        _ models: inout [String: FleetState.Model],
        _ settings: inout FleetSettings,
        _ random: inout SeededGenerator
    ) -> MachineModel {
        let gigabyte: Int64 = 1 << 30
        var machine = MachineModel(totals: [("gpu0", 14 * gigabyte), ("gpu1", 10 * gigabyte), ("host", 32 * gigabyte)])
        machine.totals.removeFirst(Int.random(in: 0..<3, using: &random))
        for name in models.keys.sorted() {
            let bytes = Int64.random(in: 1...16, using: &random) * gigabyte
            var taken: [String: Int64] = [:]
            for (index, device) in machine.totals.shuffled(using: &random).prefix(2).enumerated() {
                taken[device.id] = index == 0 ? bytes : bytes / 4
            }
            machine.models[name] = taken
            // A header lets expect nearly all, or says nothing.
            models[name]?.guessBytes = [0, bytes - bytes / 8, bytes, bytes * 2].randomElement(using: &random) ?? bytes
        }
        if Bool.random(using: &random) {
            // Models of one file, whose pages they have in common.
            let bytes = Int64.random(in: 1...8, using: &random) * gigabyte
            for name in models.keys.sorted() where Bool.random(using: &random) {
                guard let host = machine.models[name]?["host"] else { continue }
                models[name]?.sharedFile = SharedFile(path: "file", bytes: bytes)
                machine.mapped[name] = ("file", min(bytes, host))
            }
        }
        if Int.random(in: 0..<6, using: &random) == 0 { settings.memory.budgets["host"] = 12 * gigabyte }
        if Int.random(in: 0..<6, using: &random) == 0 { settings.memory.policy = .share }
        return machine
    }

    mutating func run(events: Int) {
        for _ in 0..<events where world.violations.isEmpty { step() }
    }

    /// Every worker does what it is asked, every request ends, nobody asks for more; no more time passes than memory needs.
    mutating func settle() {
        world.machine?.strangers = [:]
        world.machine?.lag = [:]
        for _ in 0..<2_000 where world.violations.isEmpty {
            if let worker = pick({ $0.wasAsked }) {
                world.exit(worker)
            } else if let worker = pick({ $0.leases > 0 }) {
                world.endLease(worker)
            } else if let worker = pick({ !$0.isReady }) {
                world.ready(worker)
            } else if let name = downloading() {
                arrive(name)
            } else if world.isLooking {
                world.look()
            } else if let name = world.measuring.first {
                world.measure(name)
            } else if let time = world.wakeAt, time <= world.now + .milliseconds(1_100), world.machine != nil {
                // A look that is due, but no time to live or to wait.
                world.pass(time - world.now)
            } else {
                return
            }
        }
    }

    private mutating func step() {
        if world.machine != nil, Int.random(in: 0..<3, using: &random) == 0 { return lookOrMeasure() }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<32: request()
        case 32..<38: cancel()
        case 38..<58: if let worker = pick({ $0.leases > 0 }) { world.endLease(worker) }
        case 58..<70: if let worker = pick({ !$0.isReady && !$0.wasAsked }) { world.ready(worker) }
        case 70..<80: if let worker = pick({ $0.wasAsked }) { world.exit(worker, exit()) }
        case 80..<81: if let worker = pick({ $0.isReady && $0.memory == .awake }) { world.sleep(worker) }
        case 81..<82: wake()
        case 82..<83: if let worker = pick({ _ in true }) { world.exit(worker, exit()) }
        case 83..<85: if let worker = pick({ !$0.isReady }) { world.fail(worker) }
        case 85..<87:
            if let worker = pick({ !$0.isReady }) { world.progress(worker, .random(in: 0...1, using: &random)) }
        case 87..<88: if let worker = world.examined.last { world.answered(worker) }
        case 88..<89: if let worker = world.examined.last, Bool.random(using: &random) { world.stalled(worker) }
        case 89..<90: staleNews()
        case 90..<93: command { world, name throws(FleetError) in try world.load(name) }
        case 93..<94: download()
        case 94..<95: command { world, name throws(FleetError) in try world.unload(name) }
        case 95..<96:
            if let worker = pick({ _ in true }) {
                if Bool.random(using: &random) { world.offend(worker) } else { world.cutOff(worker) }
            }
        case 96..<97 where world.machine != nil: lookOrMeasure()
        case 96..<97: keep()
        case 96..<99: world.pass(.milliseconds(.random(in: 0...15_000, using: &random)))
        default: rare()
        }
    }

    /// A request says how long its model is to stay.
    private mutating func keep() {
        let times: [KeepAlive] = [.forever, .after(.zero), .after(.seconds(.random(in: 1...20, using: &random)))]
        guard let name = world.state.models.keys.sorted().randomElement(using: &random),
            let time = times.randomElement(using: &random)
        else { return }
        world.keep(name, time)
    }

    /// Answers about memory come, or don't; other programs and drivers do as they like.
    private mutating func lookOrMeasure() {
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
            let device = world.machine?.totals.randomElement(using: &random)?.id ?? "host"
            world.machine?.strangers[device] = Int64.random(in: 0...6, using: &random) << 30
        case 1:
            let device = world.machine?.totals.randomElement(using: &random)?.id ?? "host"
            world.machine?.lag[device] = Int64.random(in: 0...6, using: &random) << 30
        case 2: world.machine?.lag = [:]
        case 3: if let worker = pick({ !$0.isReady }) { world.fail(worker, lacksMemory: true) }
        case 4: if world.isLooking { world.look(succeeds: false) }
        case 5: if let name = world.measuring.randomElement(using: &random) { world.measure(name, succeeds: false) }
        case 6..<9: if let name = world.measuring.randomElement(using: &random) { world.measure(name) }
        default: if world.isLooking { world.look() }
        }
    }

    private mutating func request() {
        // One name that nobody knows; and some models are asked for far more often than others.
        let name = Int.random(in: 0..<40, using: &random) == 0 ? "nobody" : skewedName()
        world.request(name, autoload: Int.random(in: 0..<8, using: &random) > 0)
    }

    private mutating func skewedName() -> String {
        let first = Int.random(in: 0..<names.count, using: &random)
        return names[Int.random(in: 0...first, using: &random)]
    }

    /// A sleeping worker goes on with its load.
    private mutating func wake() {
        // No worker wakes for nothing. Where bytes matter, that would be beside the door.
        let isFree = world.machine == nil
        guard let worker = pick({ $0.memory != .awake && (isFree || $0.leases > 0) }) else { return }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: world.fail(worker)
        case 1: world.progress(worker, .random(in: 0...1, using: &random))
        default: world.ready(worker)
        }
    }

    private mutating func downloading() -> String? {
        names.filter { world.state.models[$0]?.availability.download != nil }.randomElement(using: &random)
    }

    private mutating func download() {
        guard let name = downloading() else {
            world.downloadEnded(names[0], "late news")
            return
        }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: world.downloadEnded(name, "the hub is gone")
        case 1: world.downloadAbandoned(name)
        case 2: world.reload(catalogue, changed: [name])
        case 3: world.reload(catalogue, changed: [])
        case 4..<6: world.downloadProgressed(name, .random(in: 0...1, using: &random))
        default: arrive(name)
        }
    }

    private mutating func arrive(_ name: String) {
        catalogue[name] = .init(policy: catalogue[name]?.policy ?? ModelPolicy())
        world.reload(catalogue, changed: [name])
    }

    private mutating func cancel() {
        let tickets = world.waiting.keys.sorted { $0.description < $1.description }
        if let ticket = tickets.randomElement(using: &random) { world.cancel(ticket) }
        // A client that left after its answer.
        if let ticket = world.answers.keys.min(by: { $0.description < $1.description }) { world.cancel(ticket) }
    }

    private mutating func staleNews() {
        guard let worker = world.launches.filter({ world.processes[$0] == nil }).randomElement(using: &random) else {
            return
        }
        world.progress(worker, 0.5)
        world.ready(worker)
        world.fail(worker)
        world.exit(worker)
        world.answered(worker)
        world.stalled(worker)
        world.sleep(worker)
        world.offend(worker)
        world.cutOff(worker)
    }

    private mutating func command(_ body: (inout FleetWorld, String) throws(FleetError) -> Void) {
        // What a command refuses is checked by the directed tests; here it must do no harm.
        do { try body(&world, skewedName()) } catch { return }
    }

    private mutating func rare() {
        if Int.random(in: 0..<12, using: &random) == 0 {
            world.shutdown(grace: .seconds(Int64.random(in: 0...30, using: &random)))
        } else {
            world.wakeEarly()
        }
    }

    private mutating func exit() -> WorkerExit {
        [.exited(code: 0), .exited(code: 1), .signaled(9), .signaled(6), .released].randomElement(using: &random)
            ?? .signaled(9)
    }

    /// A random worker among those that fulfil a condition.
    private mutating func pick(_ condition: (FleetWorld.Process) -> Bool) -> WorkerID? {
        world.processes.filter { condition($0.value) }.keys.sorted().randomElement(using: &random)
    }
}
