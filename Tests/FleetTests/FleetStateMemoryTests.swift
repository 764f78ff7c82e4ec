// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Testing
import Wire

/// Bytes of devices decide who lives together (rules 10 to 14).
@Suite("Models share the devices' memory") struct FleetStateMemoryTests {
    private static let gigabyte: Int64 = 1 << 30

    /// A machine with one GPU whose models take so many gigabytes of it.
    private func world(
        _ models: [String: Int64],
        gpu: Int64 = 14,
        modelsMax: Int = 4,
        _ change: (inout FleetSettings) -> Void = { _ in }
    ) -> FleetWorld {
        var settings = FleetSettings()
        settings.modelsMax = modelsMax
        change(&settings)
        var world = FleetWorld(
            models: models.mapValues { .init(guessBytes: $0 * Self.gigabyte) },
            settings: settings
        )
        world.machine = MachineModel(totals: [("gpu0", gpu * Self.gigabyte), ("host", 64 * Self.gigabyte)])
        world.machine?.models = models.mapValues { ["gpu0": $0 * Self.gigabyte] }
        world.look()
        return world
    }

    /// Loads a model, with all that is asked meanwhile answered, and leaves it idle.
    private func load(_ name: String, _ world: inout FleetWorld) {
        let ticket = world.request(name)
        settle(&world)
        #expect(world.answers[ticket] == .granted(world.worker(of: name) ?? WorkerID(0)), "\(name) isn't served")
        if let worker = world.worker(of: name) { world.endLease(worker) }
        world.pass(.seconds(2))
        if world.isLooking { world.look() }
    }

    /// Answers looks and measurements.
    private func answer(_ world: inout FleetWorld) {
        for _ in 0..<5 {
            if world.isLooking { world.look() }
            if let model = world.measuring.first { world.measure(model) }
            world.pass(.zero)
        }
    }

    /// Answers looks and measurements, lets workers exit that were asked to, and others become ready.
    private func settle(_ world: inout FleetWorld) {
        for _ in 0..<50 {
            if world.isLooking {
                world.look()
            } else if let model = world.measuring.first {
                world.measure(model)
            } else if let worker = world.processes.first(where: { $0.value.wasAsked })?.key {
                world.exit(worker)
            } else if let worker = world.processes.first(where: { !$0.value.isReady })?.key {
                world.pass(.milliseconds(500))
                world.ready(worker)
            } else if world.wakeAt.map({ $0 <= world.now + .milliseconds(50) }) ?? false {
                world.pass(.milliseconds(50))
            } else {
                return
            }
        }
    }

    @Test("two that don't fit together take turns, and two that do live together")
    func alternates() {
        var world = world(["big": 8, "other": 8, "small": 2])
        load("big", &world)
        load("other", &world)
        #expect(world.worker(of: "big") == nil)
        load("small", &world)
        #expect(world.worker(of: "other") != nil && world.worker(of: "small") != nil)
        #expect(world.violations == [])
    }

    @Test("two of one file have its pages once, and give them back with the last of them")
    func sharedFile() {
        let gigabyte = Self.gigabyte
        var settings = FleetSettings()
        settings.memory.budgets["host"] = 10 * gigabyte
        let file = SharedFile(path: "/m.gguf", bytes: 7 * gigabyte)
        var models: [String: FleetState.Model] = [:]
        for name in ["long", "short", "other"] {
            models[name] = .init(guessBytes: 8 * gigabyte)
            if name != "other" { models[name]?.sharedFile = file }
        }
        var world = FleetWorld(models: models, settings: settings)
        world.machine = MachineModel(totals: [("host", 64 * gigabyte)])
        world.machine?.models = models.mapValues { _ in ["host": 8 * gigabyte] }
        world.machine?.mapped = ["long": ("/m.gguf", 7 * gigabyte), "short": ("/m.gguf", 7 * gigabyte)]
        world.look()
        load("long", &world)
        load("short", &world)
        #expect(world.worker(of: "long") != nil && world.worker(of: "short") != nil)
        #expect(world.state.deviceStatus.map(\.models) == [9 * gigabyte])
        load("other", &world)
        #expect(world.worker(of: "long") == nil && world.worker(of: "short") == nil)
        #expect(world.violations == [])
    }

    @Test("what was never measured is measured before it comes beside others, and not when it is alone")
    func measures() {
        var world = world(["a": 5, "b": 5])
        world.request("a")
        #expect(world.measuring == [] && world.launches.count == 1)
        settle(&world)
        world.pass(.seconds(2))
        world.request("b")
        #expect(world.isLooking && world.measuring == [])
        world.look()
        #expect(world.measuring == ["b"] && world.launches.count == 1)
        world.measure("b")
        #expect(world.launches.count == 2)
        #expect(world.violations == [])
    }

    @Test("a load by hand is refused at once where all places are busy, whether or not its bytes are known")
    func loadWithoutPlace() throws {
        var world = world(["a": 5, "b": 5], modelsMax: 1)
        world.request("a")
        settle(&world)
        world.pass(.seconds(2))
        #expect(throws: FleetError(.limitReached, "model limit reached, try again later")) { try world.load("b") }
        #expect(!world.isLooking && world.measuring == [])
        #expect(world.violations == [])
    }

    @Test("one that can't be measured is loaded all the same: the load says why")
    func unmeasured() {
        var world = world(["a": 5, "b": 5])
        load("a", &world)
        world.request("b")
        settle(&world)
        world.measure("b", succeeds: false)
        #expect(world.launches.count == 2)
    }

    @Test("a model larger than the device has it to itself, and is asked to make itself fit")
    func larger() {
        var world = world(["huge": 40, "small": 2])
        load("small", &world)
        load("huge", &world)
        #expect(world.worker(of: "small") == nil)
        #expect(!world.state.fitsWhole("huge") && world.state.fitsWhole("small"))
        #expect(world.violations == [])
    }

    @Test("what other programs take is seen before it hurts")
    func strangers() {
        var world = world(["a": 5, "b": 5])
        load("a", &world)
        world.machine?.strangers["gpu0"] = 8 * Self.gigabyte
        load("b", &world)
        #expect(world.worker(of: "a") == nil && world.worker(of: "b") != nil)
        world.machine?.strangers = [:]
        load("a", &world)
        #expect(world.processes.count == 2)
        #expect(world.violations == [])
    }

    @Test("room is there once the device shows it, and not for longer than a driver may take")
    func lags() {
        var world = world(["a": 8, "b": 8])
        load("a", &world)
        world.request("b")
        answer(&world)
        guard let worker = world.worker(of: "a") else { return #expect(Bool(false), "it left already") }
        #expect(world.isStopping("a"))
        world.machine?.lag["gpu0"] = 8 * Self.gigabyte
        world.exit(worker)
        for _ in 0..<5 {
            if world.isLooking { world.look() }
            world.pass(.milliseconds(60))
            #expect(world.worker(of: "b") == nil)
        }
        world.machine?.lag = [:]
        settle(&world)
        #expect(world.worker(of: "b") != nil)
        #expect(world.violations == [])
    }

    @Test("what a driver takes for a process that waits for the next model is that model's")
    func kept() {
        var world = world(["a": 10, "b": 10])
        world.machine?.overheads["gpu0"] = 3 * Self.gigabyte
        load("a", &world)
        world.request("b")
        answer(&world)
        guard let worker = world.worker(of: "a") else { return #expect(Bool(false), "it left already") }
        world.machine?.lag["gpu0"] = 3 * Self.gigabyte
        world.exit(worker, .released)
        world.pass(.milliseconds(1))
        if world.isLooking { world.look() }
        #expect(world.worker(of: "b") != nil, "it waits for bytes that are its own")
        world.machine?.lag = [:]
        settle(&world)
        #expect(world.violations == [])
    }

    @Test("the files of a model that waits for a place are read ahead, once")
    func readAhead() {
        var world = world(["a": 10, "b": 10])
        load("a", &world)
        #expect(world.readAhead == [])
        world.request("b")
        answer(&world)
        world.request("b")
        world.pass(.milliseconds(10))
        #expect(world.isStopping("a") && world.readAhead == ["b"])
        settle(&world)
        #expect(world.worker(of: "b") != nil && world.readAhead == ["b"])
    }

    @Test("what workers keep of conversations is one figure for all, within what models leave")
    func caches() {
        let mebibyte: Int64 = 1 << 20
        var world = world(["a": 1, "b": 1, "c": 1]) { $0.memory.cacheBytes = 8192 * mebibyte }
        world.machine?.totals = [("host", 20 * Self.gigabyte)]
        world.machine?.models = [
            "a": ["host": Self.gigabyte], "b": ["host": Self.gigabyte], "c": ["host": 12 * Self.gigabyte],
        ]
        world.pass(.seconds(2))
        load("a", &world)
        func told(_ name: String) -> Int64? { world.worker(of: name).flatMap { world.caches[$0] } }
        #expect(told("a") == 8192 * mebibyte)
        load("b", &world)
        #expect(told("a") == 4096 * mebibyte && told("b") == 4096 * mebibyte)
        load("c", &world)
        // A tenth is the machine's: 18 GiB less 14 for three models.
        #expect(told("c") ?? 0 > 1200 * mebibyte && told("c") ?? 0 <= 4096 * mebibyte / 3)
        #expect(told("a") == told("c") && told("b") == told("c"))
        #expect(world.violations == [])
    }

    @Test("conversations that outlive their workers have a figure of their own, and half of what models leave")
    func stored() {
        var world = world(["a": 1, "b": 1]) {
            $0.memory.cacheBytes = 4 * Self.gigabyte
            $0.memory.storedBytes = 4 * Self.gigabyte
        }
        world.machine?.totals = [("host", 20 * Self.gigabyte)]
        world.machine?.models = ["a": ["host": 4 * Self.gigabyte], "b": ["host": 12 * Self.gigabyte]]
        world.pass(.seconds(2))
        load("a", &world)
        func stored() -> [Int64] { world.actions.compactMap { if case .stored(let bytes) = $0 { bytes } else { nil } } }
        #expect(stored() == [], "there is room for all")
        load("b", &world)
        // A tenth is the machine's: of 18 GiB models have 16.
        #expect(stored().last ?? 0 > 900 << 20 && stored().last ?? 0 <= Self.gigabyte)
        #expect(world.violations == [])
    }

    @Test("a load that lacks memory is tried once more with the device to itself, then told with who has what")
    func lacksMemory() throws {
        var world = world(["a": 3, "b": 3])
        load("a", &world)
        let ticket = world.request("b")
        answer(&world)
        let first = try #require(world.worker(of: "b"))
        world.fail(first, lacksMemory: true)
        #expect(world.answers[ticket] == nil)
        world.exit(first)
        // The idle one leaves for the second try.
        answer(&world)
        #expect(world.isStopping("a"))
        if let worker = world.worker(of: "a") { world.exit(worker) }
        answer(&world)
        let second = try #require(world.worker(of: "b"))
        world.machine?.strangers["gpu0"] = 12 * Self.gigabyte
        world.fail(second, lacksMemory: true)
        let sentence = try #require(world.rejection(of: ticket)).apiError.message
        #expect(sentence.contains("gpu0"), "\(sentence)")
        #expect(world.violations == [])
    }

    @Test("a sleeping model holds what its process takes, and wakes through the same door")
    func sleeps() throws {
        var world = world(["a": 8, "b": 8])
        load("a", &world)
        let worker = try #require(world.worker(of: "a"))
        world.sleep(worker)
        load("b", &world)
        #expect(world.processes.count == 2, "the sleeping one need not leave")
        // A look doesn't wake it.
        let look = world.request("a", isUse: false)
        #expect(world.answers[look] == .granted(worker))
        world.endLease(worker, isUse: false)
        let ticket = world.request("a")
        #expect(world.answers[ticket] == nil && world.isStopping("b"))
        if let other = world.worker(of: "b") { world.exit(other) }
        answer(&world)
        #expect(world.answers[ticket] == .granted(worker))
        #expect(world.violations == [])
    }

    @Test("with bytes the one that is worth least leaves, with a count alone the one that was used least recently")
    func order() {
        func victim(gpu: Int64, modelsMax: Int) -> [String] {
            var world = world(["often": 4, "rare": 4, "new": 8], gpu: gpu, modelsMax: modelsMax)
            load("often", &world)
            for _ in 0..<20 {
                world.request("often")
                if let worker = world.worker(of: "often") { world.endLease(worker) }
            }
            world.pass(.seconds(1))
            load("rare", &world)
            world.request("new")
            answer(&world)
            return ["often", "rare"].filter { world.isStopping($0) }
        }
        #expect(victim(gpu: 14, modelsMax: 4) == ["rare"])
        #expect(victim(gpu: 40, modelsMax: 2) == ["often"])
    }

    @Test("a budget by hand counts whatever else the device holds; sharing counts models only")
    func settings() {
        var world = world(["a": 3, "b": 3]) {
            $0.memory.budgets = ["gpu0": 4 * Self.gigabyte]
        }
        world.machine?.strangers["gpu0"] = 9 * Self.gigabyte
        load("a", &world)
        load("b", &world)
        #expect(world.worker(of: "a") == nil)
        var shared = self.world(["a": 8, "b": 8]) { $0.memory.policy = .share }
        load("a", &shared)
        load("b", &shared)
        #expect(shared.processes.count == 2)
    }

    @Test("pins that leave no room are said so at once")
    func pins() throws {
        var world = world(["a": 8, "b": 8])
        load("a", &world)
        try world.pin("a", true)
        let ticket = world.request("b")
        settle(&world)
        #expect(world.rejection(of: ticket)?.code == .pinned)
    }

    @Test("pins that are known to need more than there is are an error, by hand and at the start")
    func pinsBeyondMemory() throws {
        var world = world(["a": 8, "b": 8, "c": 2, "new": 20])
        for name in ["a", "b", "c"] { load(name, &world) }
        try world.pin("a", true)
        try world.pin("c", true)
        try world.pin("new", true)
        let error = #expect(throws: FleetError.self) { try world.pin("b", true) }
        #expect(error?.code == .limitReached)
        #expect(
            error?.message.hasPrefix(
                "the pinned models 'a', 'b', 'c' take 18 GiB of gpu0 together, and models may take 13 GiB"
            ) == true
        )

        let known = world.state.models.compactMapValues(\.footprint)
        func starts(_ pins: Set<String>) -> Bool {
            let models = world.state.models.mapValues { FleetState.Model(guessBytes: $0.guessBytes) }
            var state = FleetState(
                models: Dictionary(
                    uniqueKeysWithValues: models.map { name, model in
                        var model = model
                        model.policy.pin = pins.contains(name)
                        return (name, model)
                    }
                ),
                settings: FleetSettings()
            )
            state.remember(known)
            return (try? state.start(now: .zero)) != nil
        }
        #expect(starts(["a", "c", "new"]), "what nobody has measured doesn't count")
        #expect(!starts(["a", "b"]))
    }
}
