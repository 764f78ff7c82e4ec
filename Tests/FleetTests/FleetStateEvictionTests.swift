// SPDX-License-Identifier: MIT

import Fleet
import Testing

/// Rules 3, 4, 5 and 9: who leaves.
@Suite struct FleetStateEvictionTests {
    @Test func theLeastRecentlyUsedIdleModelLeaves() {
        var world = FleetWorld(["a", "b", "c"], modelsMax: 2)
        world.makeIdle("a", "b")
        world.request("a")
        world.endLease(world.worker(of: "a")!)
        world.request("c")
        #expect(world.isStopping("b"))
        #expect(!world.isStopping("a"))
        #expect(world.violations == [])
    }

    @Test func aPlaceIsFreeOnlyWhenTheProcessHasExited() {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.makeIdle("a")
        world.request("b")
        #expect(world.isStopping("a"))
        #expect(world.worker(of: "b") == nil)
        world.pass(.seconds(9))
        #expect(world.worker(of: "b") == nil)
        world.exit(world.worker(of: "a")!)
        #expect(world.worker(of: "b") != nil)
        #expect(world.violations == [])
    }

    @Test func whatIsLeavingIsCounted() {
        // llama-server evicts one idle model after another while the first is still stopping.
        var world = FleetWorld(["a", "b", "c", "d"], modelsMax: 3)
        world.makeIdle("a", "b", "c")
        let ticket = world.request("d")
        for _ in 0..<5 { world.request("d") }
        world.wakeEarly()
        #expect(["a", "b", "c"].filter { world.isStopping($0) } == ["a"])
        world.exit(world.worker(of: "a")!)
        world.ready(world.worker(of: "d")!)
        #expect(world.answers[ticket] != nil)
        #expect(["b", "c"].filter { world.isStopping($0) } == [])
        #expect(world.violations == [])
    }

    @Test func threeWaitersCostOneEviction() {
        var world = FleetWorld(["a", "b", "c"], modelsMax: 2)
        world.makeIdle("a", "b")
        for _ in 0..<3 { world.request("c") }
        #expect(["a", "b"].filter { world.isStopping($0) } == ["a"])
        #expect(world.violations == [])
    }

    @Test func eachEntryGetsItsOwnVictim() {
        var world = FleetWorld(["a", "b", "c", "d"], modelsMax: 2)
        world.makeIdle("a", "b")
        world.request("c")
        world.request("d")
        #expect(world.isStopping("a") && world.isStopping("b"))
        // The first place that becomes free is the older entry's.
        world.exit(world.worker(of: "b")!)
        #expect(world.worker(of: "c") != nil && world.worker(of: "d") == nil)
        #expect(world.violations == [])
    }

    @Test func aVictimTakesNoNewWorkAndIsLoadedAgainAfterItsEnd() {
        // A victim that a request revives deadlocked another server's scheduler for hours.
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.makeIdle("a")
        let forB = world.request("b")
        let forA = world.request("a")
        #expect(world.answers[forA] == nil)
        world.exit(world.worker(of: "a")!)
        world.ready(world.worker(of: "b")!)
        #expect(world.answers[forB] != nil)
        world.endLease(world.worker(of: "b")!)
        #expect(world.isStopping("b"))
        world.exit(world.worker(of: "b")!)
        world.ready(world.worker(of: "a")!)
        #expect(world.answers[forA] != nil)
        #expect(world.violations == [])
    }

    @Test func idleModelsMayLeaveAtOnce() {
        var world = FleetWorld(["planner", "coder"], modelsMax: 1)
        for round in 0..<6 {
            let model = round.isMultiple(of: 2) ? "planner" : "coder"
            let ticket = world.request(model)
            if let other = world.worker(of: round.isMultiple(of: 2) ? "coder" : "planner") { world.exit(other) }
            world.ready(world.worker(of: model)!)
            #expect(world.answers[ticket] != nil)
            world.endLease(world.worker(of: model)!)
        }
        #expect(world.launches.count == 6)
        #expect(world.violations == [])
    }

    @Test func withoutALimitNobodyLeaves() {
        var world = FleetWorld((0..<50).map { "m\($0)" }, modelsMax: 0)
        for model in world.state.models.keys.sorted() { world.makeIdle(model) }
        #expect(world.processes.count == 50)
        #expect(!world.processes.values.contains { $0.wasAsked })
        #expect(world.violations == [])
    }

    @Test func theVictimsAreTheSmallestSufficientSet() {
        func candidate(_ name: String, _ worker: UInt64, _ bytes: Int64) -> Eviction.Candidate {
            .init(
                model: name,
                worker: WorkerID(worker),
                turn: .idle(worth: 0, since: .seconds(Int64(worker))),
                holding: Holding(Places(models: 1, bytes: ["gpu0": bytes]))
            )
        }
        let idle = [candidate("big", 3, 17), candidate("small", 1, 2), candidate("middle", 2, 5)]
        func victims(bytes: Int64, room: Int64 = 0, models: Int = 10) -> [String]? {
            Eviction.victims(
                among: idle,
                need: Holding(Places(models: 1, bytes: ["gpu0": bytes])),
                room: Places(models: models, bytes: ["gpu0": room])
            )?.map(\.model)
        }
        #expect(victims(bytes: 2) == ["small"])
        #expect(victims(bytes: 6) == ["small", "middle"])
        // small and middle were taken first, but big alone is enough.
        #expect(victims(bytes: 17) == ["big"])
        #expect(victims(bytes: 24) == ["small", "middle", "big"])
        #expect(victims(bytes: 25) == nil)
        #expect(victims(bytes: 25, room: 1) == ["small", "middle", "big"])
        #expect(victims(bytes: 1, room: 1) == [])
        #expect(victims(bytes: 1, room: 1, models: 0) == ["small"])
    }

    @Test func aFilesPagesComeBackWithTheLastOneThatHasThem() {
        func holding(_ bytes: Int64, pages: Int64, of file: String = "file") -> Holding {
            Holding(Places(models: 1, bytes: ["host": bytes]), file: file, pages: pages)
        }
        var files = MappedFiles()
        #expect(files.add(holding(2, pages: 7)).bytes == ["host": 9])
        #expect(files.add(holding(3, pages: 7)).bytes == ["host": 3])
        let idle = (1...2).map { number in
            Eviction.Candidate(
                model: "m\(number)",
                worker: WorkerID(UInt64(number)),
                turn: .idle(worth: 0, since: .seconds(number)),
                holding: holding(Int64(number + 1), pages: 7)
            )
        }
        func victims(_ need: Holding, room: Int64 = 0) -> [String]? {
            Eviction.victims(among: idle, need: need, room: Places(models: 9, bytes: ["host": room]), files: files)?
                .map(\.model)
        }
        #expect(victims(holding(2, pages: 5, of: "other")) == ["m1", "m2"])
        #expect(victims(holding(3, pages: 9, of: "other")) == ["m1", "m2"])
        #expect(victims(holding(4, pages: 9, of: "other")) == nil)
        // One with the same file finds its pages there, or takes them in the place of those that left.
        #expect(victims(holding(1, pages: 7), room: 1) == [])
        #expect(victims(holding(2, pages: 7)) == ["m1"])
        #expect(victims(holding(5, pages: 7)) == ["m1", "m2"])
        #expect(victims(holding(6, pages: 7)) == nil)
        #expect(files.remove(holding(2, pages: 7)).bytes == ["host": 2])
        #expect(files.remove(holding(3, pages: 7)).bytes == ["host": 10])
    }
}
