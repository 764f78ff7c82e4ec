// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Testing
import Wire

/// Pinned models, and the bound of the queue.
@Suite struct FleetStatePinTests {
    private func world(pins: [String], others: [String], modelsMax: Int) -> FleetWorld {
        var settings = FleetSettings()
        settings.modelsMax = modelsMax
        var models: [String: FleetState.Model] = [:]
        for name in pins { models[name] = .init(policy: ModelPolicy(pin: true)) }
        for name in others { models[name] = .init() }
        return FleetWorld(models: models, settings: settings)
    }

    @Test func aPinnedModelNeverMakesRoom() {
        var world = world(pins: ["pin"], others: ["a", "b"], modelsMax: 2)
        world.makeIdle("pin", "a")
        world.request("b")
        #expect(world.isStopping("a") && !world.isStopping("pin"))
        #expect(world.violations == [])
    }

    @Test func whereOnlyPinsCouldLeaveTheAnswerComesAtOnce() {
        var world = world(pins: ["p", "q"], others: ["a"], modelsMax: 2)
        world.makeIdle("p", "q")
        let ticket = world.request("a")
        let error = world.rejection(of: ticket)
        #expect(error?.code == .pinned)
        #expect(error?.apiError.status == 503)
        #expect(
            error?.message
                == "model limit reached: there is no place for model name=a, since pinned models hold them all "
                + "('p', 'q'); unload one of these or raise --models-max"
        )
        #expect(throws: FleetError(.limitReached, "model limit reached, try again later")) { try world.load("a") }
        #expect(world.state.queue.isEmpty)
        #expect(world.violations == [])
    }

    @Test func aPinnedModelThatLoadsTurnsAwayThoseWhoWaitBehindIt() {
        var world = world(pins: ["pin"], others: ["a", "b"], modelsMax: 1)
        world.request("a")
        world.ready(world.launches[0])
        world.request("pin")
        let behind = world.request("b")
        world.endLease(world.launches[0])
        #expect(world.answers[behind] == nil)
        world.exit(world.launches[0])
        #expect(world.rejection(of: behind)?.code == .pinned)
        #expect(world.violations == [])
    }

    @Test func aPinnedModelThatIsUnloadedByHandGivesItsPlace() throws {
        var world = world(pins: ["pin"], others: ["a"], modelsMax: 1)
        world.makeIdle("pin")
        try world.unload("pin")
        let ticket = world.request("a")
        world.exit(world.launches[0])
        world.ready(world.launches[1])
        #expect(world.answers[ticket] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func aModelPinnedByHandStaysAndUnpinnedLeaves() throws {
        var world = world(pins: [], others: ["a", "b", "c"], modelsMax: 2)
        world.makeIdle("a", "b")
        try world.pin("a", true)
        world.request("c")
        #expect(world.isStopping("b") && !world.isStopping("a"))
        try world.pin("a", false)
        world.exit(world.launches[1])
        world.ready(world.launches[2])
        world.endLease(world.launches[2])
        world.request("b")
        #expect(world.isStopping("a"))
        #expect(world.violations == [])
    }

    @Test func noMoreModelsArePinnedByHandThanMayLive() throws {
        var world = world(pins: ["p"], others: ["a", "b"], modelsMax: 2)
        try world.pin("a", true)
        try world.pin("a", true)
        #expect(throws: FleetError.self) { try world.pin("b", true) }
        #expect(throws: FleetError(.notFound, "model is not found")) { try world.pin("nobody", true) }
        // What a file pins can be released by hand, and stays so when the catalogue is read again.
        try world.pin("p", false)
        world.reload(["p": .init(policy: ModelPolicy(pin: true)), "a": .init(), "b": .init()], changed: [])
        try world.pin("b", true)
    }

    @Test func anUnpinnedModelsTimeToLiveHoldsAgain() throws {
        var settings = FleetSettings()
        settings.modelsMax = 1
        var world = FleetWorld(
            models: ["a": .init(policy: ModelPolicy(pin: true, ttl: .seconds(5)))],
            settings: settings
        )
        world.makeIdle("a")
        world.pass(.seconds(60))
        #expect(!world.isStopping("a"))
        try world.pin("a", false)
        world.pass(.seconds(1))
        #expect(world.isStopping("a"))
    }

    @Test func noMoreRequestsWaitThanMay() {
        var settings = FleetSettings()
        settings.queueMax = 2
        var world = FleetWorld(models: ["a": .init(), "b": .init()], settings: settings)
        let first = world.request("a")
        let second = world.request("b")
        let third = world.request("a")
        #expect(world.rejection(of: third)?.code == .queueFull)
        #expect(world.rejection(of: third)?.retryAfter != nil)
        #expect(world.rejection(of: third)?.apiError.status == 503)
        world.ready(world.launches[0])
        #expect(world.answers[first] != nil && world.answers[second] == nil)
        // A model that is ready is granted whoever waits for others.
        let fourth = world.request("a")
        #expect(world.answers[fourth] != nil)
        let fifth = world.request("b")
        #expect(world.answers[fifth] == nil)
        #expect(world.violations == [])
    }
}
