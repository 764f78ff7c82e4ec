// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Testing

/// Another catalogue while models run.
@Suite struct FleetStateReloadTests {
    private func models(_ names: String...) -> [String: FleetState.Model] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, .init()) })
    }

    @Test func whatDidNotChangeGoesOn() {
        var world = FleetWorld(["a", "b"], modelsMax: 2)
        world.request("a")
        world.ready(world.launches[0])
        world.reload(models("a", "c"), changed: [])
        #expect(world.worker(of: "a") == world.launches[0])
        #expect(!world.isStopping("a"))
        world.request("c")
        #expect(world.worker(of: "c") != nil)
        let ticket = world.request("b")
        #expect(world.rejection(of: ticket)?.code == .unknownModel)
        #expect(world.violations == [])
    }

    @Test func aChangedModelDrainsAndIsLoadedAnew() {
        var world = FleetWorld(["a"], modelsMax: 2)
        world.request("a")
        let first = world.launches[0]
        world.ready(first)
        world.reload(models("a"), changed: ["a"])
        #expect(!world.isStopping("a"))
        let late = world.request("a")
        world.endLease(first)
        #expect(world.isStopping("a"))
        world.exit(first)
        #expect(world.launches.count == 2)
        world.ready(world.launches[1])
        #expect(world.answers[late] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func aChangedModelThatLoadsIsStartedAgain() {
        var world = FleetWorld(["a"], modelsMax: 1)
        let ticket = world.request("a")
        world.reload(models("a"), changed: ["a"])
        #expect(world.waiting[ticket] != nil)
        world.exit(world.launches[0])
        world.ready(world.launches[1])
        #expect(world.answers[ticket] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func aModelThatIsGoneLeavesAndItsWaitersAreTold() throws {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.makeIdle("a")
        let waiting = world.request("b")
        #expect(world.isStopping("a"))
        world.reload(models("a"), changed: ["b"])
        #expect(world.rejection(of: waiting)?.code == .unknownModel)
        world.reload(models(), changed: ["a"])
        #expect(throws: FleetError(.notFound, "model is not found")) { try world.load("a") }
        #expect(world.state.models["a"] != nil)
        world.exit(world.worker(of: "a")!)
        #expect(world.state.models.isEmpty)
        #expect(world.violations == [])
    }

    @Test func aModelThatComesBackWhileItLeavesStays() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.makeIdle("a")
        world.reload(models(), changed: ["a"])
        world.reload(models("a"), changed: [])
        let ticket = world.request("a")
        world.exit(world.launches[0])
        world.ready(world.launches[1])
        #expect(world.answers[ticket] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func failuresAreForgotten() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        world.exit(world.launches[0], .exited(code: 1))
        #expect(world.failure(of: "a") != nil)
        world.reload(models("a"), changed: [])
        #expect(world.failure(of: "a") == nil)
        #expect(world.violations == [])
    }

    @Test func aChangedModelThatDrainsForAnotherIsNotCalledOff() {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.request("a")
        world.ready(world.launches[0])
        world.pass(.seconds(60))
        let forB = world.request("b")
        #expect(world.isDraining("a"))
        world.reload(["a": .init(), "b": .init()], changed: ["a"])
        world.cancel(forB)
        #expect(world.isDraining("a"))
        world.endLease(world.launches[0])
        #expect(world.isStopping("a"))
        #expect(world.violations == [])
    }

    @Test func aReloadEndsBackOffsAndBringsPolicies() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        world.exit(world.launches[0], .exited(code: 1))
        world.reload(["a": .init(policy: ModelPolicy(ttl: .seconds(5)))], changed: [])
        world.request("a")
        world.ready(world.launches[1])
        world.endLease(world.launches[1])
        world.pass(.seconds(5))
        #expect(world.isStopping("a"))
        #expect(world.violations == [])
    }
}
