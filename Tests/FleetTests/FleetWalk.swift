// SPDX-License-Identifier: MIT

import Fleet
import TestKit

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
        names = (0..<Int.random(in: 1...7, using: &random)).map { "m\($0)" }
        var models = Dictionary(uniqueKeysWithValues: names.map { ($0, FleetState.Model()) })
        if Int.random(in: 0..<4, using: &random) == 0 {
            models[names[0]] = .init(.unusable(reason: "it is a picture of a cat"))
        }
        for name in names where Int.random(in: 0..<5, using: &random) == 0 { models[name] = .init(.remote) }
        settings.stallTimeout = .seconds([0, 3, 120].randomElement(using: &random) ?? 120)
        for name in names where Int.random(in: 0..<4, using: &random) == 0 { models[name]?.policy.ttl = .seconds(6) }
        for name in names where Int.random(in: 0..<8, using: &random) == 0 { models[name]?.policy.pin = true }
        catalogue = models
        world = FleetWorld(models: models, settings: settings)
    }

    mutating func run(events: Int) {
        for _ in 0..<events where world.violations.isEmpty { step() }
    }

    /// Every worker does what it is asked, every request ends, nobody asks for more; no time passes.
    mutating func settle() {
        for _ in 0..<2_000 where world.violations.isEmpty {
            if let worker = pick({ $0.wasAsked }) {
                world.exit(worker)
            } else if let worker = pick({ $0.leases > 0 }) {
                world.endLease(worker)
            } else if let worker = pick({ !$0.isReady }) {
                world.ready(worker)
            } else if let name = downloading() {
                arrive(name)
            } else {
                return
            }
        }
    }

    private mutating func step() {
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
        case 96..<99: world.pass(.milliseconds(.random(in: 0...15_000, using: &random)))
        default: rare()
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
        guard let worker = pick({ $0.memory != .awake }) else { return }
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
        [.exited(code: 0), .exited(code: 1), .signaled(9), .signaled(6)].randomElement(using: &random) ?? .signaled(9)
    }

    /// A random worker among those that fulfil a condition.
    private mutating func pick(_ condition: (FleetWorld.Process) -> Bool) -> WorkerID? {
        world.processes.filter { condition($0.value) }.keys.sorted().randomElement(using: &random)
    }
}
