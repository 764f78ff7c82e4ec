// SPDX-License-Identifier: MIT

import Fleet
import Testing

/// Rule 6 and its end, rule 8: a busy model drains for an older request, and only for as long as somebody waits.
@Suite struct FleetStateDrainingTests {
    /// `a` is ready and busy after a load of `load` seconds; nothing else lives at a limit of one.
    private func busy(_ models: [String] = ["a", "b"], load: Int64 = 2, slots: Int? = nil) -> FleetWorld {
        var world = FleetWorld(models, modelsMax: 1, requestsPerWorker: slots)
        world.request("a")
        world.pass(.seconds(load))
        world.ready(world.launches[0])
        return world
    }

    @Test func aBusyModelDrainsWhenItsQuantumHasPassed() {
        // b was never loaded, so its load is taken to last as long as a's: 2 s, and the quantum 8 s.
        var world = busy()
        let a = world.launches[0]
        world.pass(.seconds(1))
        let forB = world.request("b")
        let before = world.request("a")
        #expect(world.answers[before] == .granted(a))
        world.pass(.milliseconds(6_999))
        #expect(!world.isDraining("a"))
        world.pass(.milliseconds(1))
        #expect(world.isDraining("a"))
        let after = world.request("a")
        #expect(world.answers[after] == nil)
        world.endLease(a)
        #expect(!world.isStopping("a"))
        world.endLease(a)
        #expect(world.isStopping("a"))
        world.exit(a)
        world.ready(world.worker(of: "b")!)
        #expect(world.answers[forB] != nil)
        #expect(world.answers[after] == nil)
        #expect(world.violations == [])
    }

    @Test func aModelThatHasBeenReadyForLongDrainsAtOnce() {
        var world = busy()
        world.pass(.seconds(60))
        world.request("b")
        #expect(world.isDraining("a"))
        #expect(world.violations == [])
    }

    @Test func theQuantumIsFourLoadTimesOfTheWaitingModelWithinBounds() {
        for (load, quantum) in [(Int64(0), Int64(1)), (3, 12), (20, 30)] {
            var world = FleetWorld(["a", "b"], modelsMax: 1)
            // b's load time is measured once; a's own, a minute, doesn't count.
            world.request("b")
            world.pass(.seconds(load))
            world.ready(world.launches[0])
            world.endLease(world.launches[0])
            world.request("a")
            world.exit(world.launches[0])
            world.pass(.seconds(50))
            world.ready(world.launches[1])
            world.request("b")
            world.pass(.seconds(quantum) - .milliseconds(1))
            #expect(!world.isDraining("a"))
            world.pass(.milliseconds(1))
            #expect(world.isDraining("a"), "a load of \(load) s")
            #expect(world.violations == [])
        }
    }

    @Test func theSettingSaysHowLongTheQuantumIs() {
        var settings = FleetSettings()
        settings.modelsMax = 1
        settings.modelsQuantum = .seconds(3)
        var world = FleetWorld(models: ["a": .init(), "b": .init()], settings: settings)
        world.request("a")
        world.pass(.seconds(50))
        world.ready(world.launches[0])
        world.request("b")
        world.pass(.milliseconds(2_999))
        #expect(!world.isDraining("a"))
        world.pass(.milliseconds(1))
        #expect(world.isDraining("a"))
        #expect(world.violations == [])
    }

    @Test func afterLongEnoughAWaitTheQuantumDoesNotMatter() {
        // b waits while a loads for 29 s; a has been ready for a second when b's patience ends.
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.request("a")
        world.request("b")
        world.pass(.seconds(29))
        world.ready(world.launches[0])
        #expect(!world.isDraining("a"))
        world.pass(.seconds(1))
        #expect(world.isDraining("a"))
        #expect(world.violations == [])
    }

    @Test func aDrainGoesOnForTheNextOfTheSameEntry() {
        var world = busy()
        world.pass(.seconds(60))
        let forB = world.request("b")
        let second = world.request("b")
        world.request("a")
        world.cancel(forB)
        #expect(world.isDraining("a"))
        world.cancel(second)
        #expect(!world.isDraining("a"))
        #expect(world.violations == [])
    }

    @Test func aDrainIsCalledOffWhenThoseLeftAreYoungerThanItsOwnRequests() {
        var world = busy()
        world.pass(.seconds(60))
        let forB = world.request("b")
        let own = world.request("a")
        let late = world.request("b")
        world.cancel(forB)
        // a serves its own, which is older; then it drains for the other.
        #expect(world.answers[own] == .granted(world.launches[0]))
        #expect(world.answers[late] == nil)
        world.wakeEarly()
        #expect(world.isDraining("a"))
        #expect(world.violations == [])
    }

    @Test func aDrainThatIsCalledOffResumesService() {
        var world = busy()
        world.pass(.seconds(60))
        let forB = world.request("b")
        let held = world.request("a")
        #expect(world.isDraining("a"))
        world.cancel(forB)
        #expect(!world.isDraining("a"))
        #expect(world.answers[held] == .granted(world.launches[0]))
        world.endLease(world.launches[0])
        world.endLease(world.launches[0])
        #expect(!world.isStopping("a"))
        #expect(world.violations == [])
    }

    @Test func aDrainIsCalledOffWhenAnotherPlaceBecomesFree() {
        var world = FleetWorld(["a", "b", "c"], modelsMax: 2)
        world.request("a")
        world.request("b")
        for worker in world.launches { world.ready(worker) }
        world.pass(.seconds(60))
        let forC = world.request("c")
        #expect(world.isDraining("a"))
        world.exit(world.worker(of: "b")!, .signaled(9))
        #expect(!world.isDraining("a"))
        world.ready(world.worker(of: "c")!)
        #expect(world.answers[forC] != nil)
        #expect(world.violations == [])
    }

    @Test func anotherEntryTakesADrainOverOnlyWhenItMayHaveBegunIt() {
        // The quantum of a lasts 8 s. b's client leaves; c came late.
        var world = busy(["a", "b", "c"])
        world.pass(.seconds(8))
        let forB = world.request("b")
        #expect(world.isDraining("a"))
        world.request("c")
        world.cancel(forB)
        #expect(world.isDraining("a"))
        #expect(world.violations == [])
    }

    @Test func aWishToLoadADrainingModelIsFulfilledWhenTheDrainIsCalledOff() throws {
        var world = FleetWorld(["a", "b", "c"], modelsMax: 2)
        world.makeIdle("c")
        world.request("a")
        world.ready(world.worker(of: "a")!)
        world.request("c")
        world.pass(.seconds(60))
        let forB = world.request("b")
        #expect(world.isDraining("c"))
        world.endLease(world.worker(of: "a")!)
        // Its place is promised to c, which shall be loaded again after its end.
        try world.load("c")
        world.cancel(forB)
        #expect(!world.isDraining("c"))
        #expect(world.state.queue.isEmpty)
        let next = world.request("c")
        #expect(world.answers[next] == .granted(world.worker(of: "c")!))
        #expect(world.violations == [])
    }

    @Test func anUnloadDuringADrainIsNotCalledOff() throws {
        var world = busy()
        world.pass(.seconds(60))
        let forB = world.request("b")
        try world.unload("a")
        world.cancel(forB)
        #expect(world.isDraining("a"))
        world.pass(.seconds(10))
        #expect(world.isStopping("a"))
        #expect(world.violations == [])
    }

    @Test func aModelServesThoseItWasLoadedForBeforeItDrains() {
        // One slot: two more wait for a when it becomes ready, and b has waited for longer than anybody should.
        var world = FleetWorld(["a", "b"], modelsMax: 1, requestsPerWorker: 1)
        let forA = (0..<2).map { _ in world.request("a") }
        let forB = world.request("b")
        let late = world.request("a")
        world.pass(.seconds(50))
        let worker = world.launches[0]
        world.ready(worker)
        let later = world.request("a")
        for ticket in forA + [late] {
            #expect(world.answers[ticket] == .granted(worker))
            if ticket != late { #expect(!world.isDraining("a")) }
            world.endLease(worker)
        }
        #expect(world.isStopping("a"))
        #expect(world.answers[later] == nil)
        world.exit(worker)
        world.ready(world.launches[1])
        #expect(world.answers[forB] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func requestsThatMayNotLoadAreTurnedAwayByADrain() {
        var world = busy(slots: 1)
        world.pass(.seconds(60))
        let forB = world.request("b")
        #expect(world.isDraining("a"))
        let never = world.request("a", autoload: false)
        #expect(world.rejection(of: never)?.code == .notLoaded)
        #expect(world.answers[forB] == nil)
        #expect(world.violations == [])
    }

    @Test func onlyAsManyDrainAsAreNeeded() {
        var world = FleetWorld(["a", "b", "c", "d", "e"], modelsMax: 3)
        for model in ["a", "b", "c"] {
            world.request(model)
            world.ready(world.worker(of: model)!)
            world.pass(.seconds(1))
        }
        world.pass(.seconds(60))
        world.request("d")
        #expect(["a", "b", "c"].filter { world.isDraining($0) } == ["a"])
        world.request("e")
        #expect(["a", "b", "c"].filter { world.isDraining($0) } == ["a", "b"])
        #expect(world.violations == [])
    }

    @Test func anOperatorsLoadMakesNobodyDrain() {
        var world = busy()
        world.pass(.seconds(60))
        #expect(throws: FleetError(.limitReached, "model limit reached, try again later")) { try world.load("b") }
        #expect(!world.isDraining("a"))
        #expect(world.violations == [])
    }
}
