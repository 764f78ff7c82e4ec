// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import TestKit
import Testing
import Wire

/// A worker whose model sleeps is like any other that serves, except for what it is called.
@Suite struct FleetStateSleepTests {
    private func asleep(_ models: String..., modelsMax: Int = 1) throws -> (world: FleetWorld, worker: WorkerID) {
        var world = FleetWorld(models, modelsMax: modelsMax)
        world.makeIdle(models[0])
        let worker = try #require(world.worker(of: models[0]))
        world.sleep(worker)
        return (world, worker)
    }

    private func word(_ world: FleetWorld, _ model: String = "a") -> ModelWord {
        world.state.phase(of: model).word
    }

    @Test func aRequestIsGrantedAtOnceAndTheModelWakes() throws {
        var (world, worker) = try asleep("a")
        #expect(word(world) == .sleeping)
        let ticket = world.request("a")
        #expect(world.answers[ticket] == .granted(worker))
        #expect(word(world) == .sleeping)
        world.progress(worker, 0)
        #expect(word(world) == .loading)
        world.progress(worker, 0.5)
        world.progress(worker, 0.25)
        guard case .ready(let ready) = world.state.phase(of: "a"), case .waking(0.5, _) = ready.memory else {
            Issue.record("\(world.state.phase(of: "a"))")
            return
        }
        world.ready(worker)
        #expect(word(world) == .loaded)
        #expect(world.state.models["a"]?.counters.wakes == 1)
        #expect(world.state.models["a"]?.counters.loads == 1)
        world.endLease(worker)
        #expect(world.violations.isEmpty)
    }

    @Test func itHoldsItsPlaceAndIsEvictedLikeAnyIdleOne() throws {
        var (world, worker) = try asleep("a", "b")
        let ticket = world.request("b")
        #expect(world.isStopping("a"))
        #expect(world.answers[ticket] == nil)
        // What it said last is still its word.
        #expect(word(world) == .sleeping)
        world.exit(worker)
        #expect(word(world) == .unloaded)
        #expect(world.worker(of: "b") != nil)
        #expect(world.violations.isEmpty)
    }

    @Test func oneThatWakesForARequestIsBusy() throws {
        var (world, worker) = try asleep("a", "b")
        world.request("a")
        world.progress(worker, 0)
        world.request("b")
        #expect(!world.isStopping("a"))
        world.ready(worker)
        world.endLease(worker)
        #expect(world.isStopping("a"))
        #expect(world.violations.isEmpty)
    }

    @Test func unloadAndTimeToLiveEndIt() throws {
        var (world, worker) = try asleep("a")
        try world.unload("a")
        #expect(world.isStopping("a"))
        world.exit(worker)
        var model = FleetState.Model()
        model.policy.ttl = .seconds(10)
        world = FleetWorld(models: ["a": model], settings: FleetSettings())
        world.makeIdle("a")
        let other = try #require(world.worker(of: "a"))
        world.sleep(other)
        world.pass(.seconds(10))
        #expect(world.isStopping("a"))
        #expect(world.violations.isEmpty)
    }

    @Test func loadingOneIsRefusedAsItRuns() throws {
        var (world, _) = try asleep("a")
        #expect(throws: FleetError.self) { try world.load("a") }
    }

    @Test func aWakeThatFailsBacksOffLikeALoad() throws {
        var (world, worker) = try asleep("a")
        let ticket = world.request("a")
        world.progress(worker, 0)
        world.fail(worker, "the file is gone")
        #expect(world.isStopping("a"))
        world.exit(worker, .exited(code: 1))
        #expect(world.failure(of: "a")?.reason == "the file is gone")
        #expect(world.answers[ticket] == .granted(worker))
        let next = world.request("a")
        #expect(world.rejection(of: next)?.code == .loadFailed)
        #expect(world.violations.isEmpty)
    }

    @Test func aWakeThatHangsIsKilledAfterTheLoadTimeout() throws {
        var (world, worker) = try asleep("a")
        world.request("a")
        world.progress(worker, 0)
        world.pass(.seconds(59))
        #expect(!world.isStopping("a"))
        world.pass(.seconds(1))
        #expect(world.isStopping("a"))
        world.exit(worker, .signaled(9))
        #expect(world.failure(of: "a")?.reason.contains("not ready after 60 s") == true)
        #expect(world.violations.isEmpty)
    }

    @Test func aWakeIsNoStall() throws {
        var (world, worker) = try asleep("a")
        world.request("a")
        world.progress(worker, 0)
        world.pass(.seconds(50))
        world.ready(worker)
        // Its patience begins anew, 120 s from now.
        world.pass(.seconds(119))
        #expect(world.examined.isEmpty)
        world.pass(.seconds(1))
        #expect(world.examined == [worker])
    }

    @Test func aDrainingModelMayWakeToFinishWhatItHas() throws {
        var (world, worker) = try asleep("a")
        world.request("a")
        try world.unload("a")
        #expect(world.isDraining("a"))
        world.progress(worker, 0.5)
        world.ready(worker)
        world.endLease(worker)
        #expect(world.isStopping("a"))
        #expect(world.violations.isEmpty)
    }

    @Test func newsOfSleepBeforeItIsReadyChangesNothing() throws {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        let worker = try #require(world.worker(of: "a"))
        world.sleep(worker)
        #expect(word(world) == .loading)
        world.ready(worker)
        world.ready(worker)
        #expect(word(world) == .loaded)
        #expect(world.state.models["a"]?.counters.wakes == 0)
        #expect(world.violations.isEmpty)
    }
}
