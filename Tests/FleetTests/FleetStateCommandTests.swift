// SPDX-License-Identifier: MIT

import Fleet
import Testing

/// Loading, unloading and shutting down.
@Suite struct FleetStateCommandTests {
    @Test func loadingIsRefusedWithThePeersWords() throws {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        #expect(throws: FleetError(.notFound, "model is not found")) { try world.load("x") }
        try world.load("a")
        #expect(throws: FleetError(.alreadyRunning, "model is already running")) { try world.load("a") }
        // A model that loads can't be evicted.
        let full = FleetError(.limitReached, "model limit reached, try again later")
        #expect(throws: full) { try world.load("b") }
        world.ready(world.launches[0])
        #expect(throws: FleetError(.alreadyRunning, "model is already running")) { try world.load("a") }
        world.request("a")
        #expect(throws: full) { try world.load("b") }
        #expect(world.state.queue.isEmpty)
        #expect(world.violations == [])
    }

    @Test func loadingEvictsAnIdleModelAndWaitsForItsPlace() throws {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.makeIdle("a")
        try world.load("b")
        #expect(world.isStopping("a"))
        #expect(throws: FleetError(.alreadyRunning, "model is already running")) { try world.load("b") }
        world.exit(world.worker(of: "a")!)
        #expect(world.worker(of: "b") != nil)
        world.ready(world.worker(of: "b")!)
        #expect(world.state.queue.isEmpty)
        #expect(world.violations == [])
    }

    @Test func modelsLoadedByCommandCanBeEvictedLikeOthers() throws {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        try world.load("a")
        world.ready(world.launches[0])
        world.request("b")
        #expect(world.isStopping("a"))
        #expect(world.violations == [])
    }

    @Test func unloadingIsRefusedWithThePeersWords() {
        var world = FleetWorld(["a"], modelsMax: 1)
        #expect(throws: FleetError(.unknownModel, "model is not found")) { try world.unload("x") }
        #expect(throws: FleetError(.notRunning, "model is not running")) { try world.unload("a") }
    }

    @Test func anUnloadedModelFinishesWhatItHas() throws {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        world.ready(world.launches[0])
        try world.unload("a")
        try world.unload("a")
        #expect(!world.isStopping("a"))
        let later = world.request("a")
        let never = world.request("a", autoload: false)
        #expect(world.rejection(of: never)?.code == .notLoaded)
        world.endLease(world.launches[0])
        #expect(world.isStopping("a"))
        world.exit(world.launches[0])
        #expect(world.failure(of: "a") == nil)
        // The request that came after the unload loads the model again.
        world.ready(world.launches[1])
        #expect(world.answers[later] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func anUnloadWaitsForRequestsNoLongerThanTheStopTimeout() throws {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        let worker = try #require(world.launches.first)
        world.ready(worker)
        try world.unload("a")
        world.pass(.seconds(10))
        #expect(world.isStopping("a"))
        world.endLease(worker)
        world.pass(.seconds(10))
        #expect(world.actions.contains(.kill(worker)))
        world.exit(worker, .signaled(9))
        #expect(world.violations == [])
    }

    @Test func unloadingALoadingModelKillsIt() throws {
        var world = FleetWorld(["a"], modelsMax: 1)
        let ticket = world.request("a")
        try world.unload("a")
        #expect(world.actions.contains(.kill(world.launches[0])))
        #expect(world.rejection(of: ticket)?.code == .notRunning)
        #expect(world.rejection(of: ticket)?.message.hasPrefix("model name=a is not running") == true)
        world.exit(world.launches[0], .signaled(9))
        #expect(world.failure(of: "a") == nil)
        #expect(world.violations == [])
    }

    @Test func aWishToLoadCanBeTakenBack() throws {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.makeIdle("a")
        try world.load("b")
        try world.unload("b")
        world.exit(world.worker(of: "a")!)
        #expect(world.processes.isEmpty)
        #expect(throws: FleetError(.notRunning, "model is not running")) { try world.unload("b") }
        #expect(world.violations == [])
    }

    @Test func aModelThatIsLeavingCanBeLoadedAgain() throws {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.makeIdle("a")
        try world.unload("a")
        try world.load("a")
        world.exit(world.launches[0])
        #expect(world.launches.count == 2)
        #expect(world.violations == [])
    }

    @Test func shuttingDownRefusesRequestsAndLetsThoseInFlightFinish() {
        var world = FleetWorld(["busy", "idle", "loading", "absent"], modelsMax: 3)
        world.makeIdle("idle")
        world.request("busy")
        world.ready(world.worker(of: "busy")!)
        let waiting = world.request("loading")
        world.shutdown(grace: .seconds(30))
        #expect(world.rejection(of: waiting)?.code == .shuttingDown)
        let late = world.request("busy")
        #expect(world.rejection(of: late)?.code == .shuttingDown)
        #expect(throws: FleetError.self) { try world.load("absent") }
        #expect(world.isStopping("idle") && world.isStopping("loading") && !world.isStopping("busy"))
        world.endLease(world.worker(of: "busy")!)
        #expect(world.isStopping("busy"))
        for worker in world.processes.keys { world.exit(worker) }
        #expect(world.violations == [])
    }

    @Test func shuttingDownWaitsNoLongerThanItsGraceAndCanBeHurried() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        let worker = world.launches[0]
        world.ready(worker)
        world.shutdown(grace: .seconds(30))
        world.pass(.seconds(5))
        #expect(!world.isStopping("a"))
        world.shutdown(grace: .zero)
        #expect(world.isStopping("a"))
        world.pass(.seconds(10))
        #expect(world.actions.contains(.kill(worker)))
        world.exit(worker, .signaled(9))
        #expect(world.violations == [])
    }
}
