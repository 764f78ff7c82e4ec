// SPDX-License-Identifier: MIT

import Fleet
import Testing

/// Rules 1, 2, 7 and 8: who is served, in which order, and who waits.
@Suite struct FleetStateQueueTests {
    @Test func aReadyModelIsGrantedAtOnce() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        world.ready(world.launches[0])
        let ticket = world.request("a")
        #expect(world.answers[ticket] == .granted(world.launches[0]))
        #expect(world.state.phase(of: "a").inFlightCount == 2)
        #expect(world.violations == [])
    }

    @Test func requestsForOneColdModelShareOneLoad() {
        var world = FleetWorld(["a"], modelsMax: 4)
        let tickets = (0..<3).map { _ in world.request("a") }
        #expect(world.launches.count == 1)
        #expect(world.state.queue.requestCount(for: "a") == 3)
        world.ready(world.launches[0])
        #expect(tickets.allSatisfy { world.answers[$0] == .granted(world.launches[0]) })
        #expect(world.violations == [])
    }

    @Test func twoColdModelsAtALimitOfOneAreBothServed() {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        let first = world.request("a")
        let second = world.request("b")
        #expect(world.launches.count == 1)
        world.ready(world.launches[0])
        #expect(world.answers[first] != nil)
        #expect(!world.isStopping("a"))
        world.endLease(world.launches[0])
        #expect(world.isStopping("a"))
        world.exit(world.launches[0])
        world.ready(world.launches[1])
        #expect(world.answers[second] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func coldModelsDoNotBlockOneAnother() {
        var world = FleetWorld(["a", "b", "c"], modelsMax: 3)
        let tickets = ["a", "b", "c"].map { world.request($0) }
        #expect(world.launches.count == 3)
        world.ready(world.launches[2])
        #expect(world.answers[tickets[2]] == .granted(world.launches[2]))
        #expect(world.answers[tickets[0]] == nil)
        #expect(world.violations == [])
    }

    @Test func theOldestEntryGetsThePlace() {
        var world = FleetWorld(["a", "b", "c", "d"], modelsMax: 1)
        world.request("a")
        let older = world.request("b")
        world.request("c")
        world.request("d")
        world.request("b")
        world.ready(world.launches[0])
        world.endLease(world.launches[0])
        world.exit(world.launches[0])
        #expect(world.state.workers[world.launches[1]] == "b")
        world.cancel(older)
        // The other request for b keeps the load; c is older than it, but b has begun.
        world.ready(world.launches[1])
        #expect(world.state.phase(of: "b").inFlightCount == 1)
        #expect(world.violations == [])
    }

    @Test func anEntryThatCannotBeServedDoesNotHoldUpAYoungerOne() {
        // a is busy and asked to leave by its user; b waits for it to come back. c fits into the free place.
        var world = FleetWorld(["a", "c"], modelsMax: 2)
        world.request("a")
        world.ready(world.launches[0])
        #expect(throws: Never.self) { try world.unload("a") }
        let older = world.request("a")
        let younger = world.request("c")
        #expect(world.worker(of: "c") != nil)
        world.ready(world.launches[1])
        #expect(world.answers[younger] != nil)
        #expect(world.answers[older] == nil)
        #expect(world.violations == [])
    }

    @Test func aBusyModelIsNeverStopped() {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.request("a")
        world.ready(world.launches[0])
        let waiting = world.request("b")
        world.pass(.seconds(500))
        #expect(!world.isStopping("a"))
        #expect(world.answers[waiting] == nil)
        #expect(world.violations == [])
    }

    @Test func aModelServesThoseItWasLoadedForBeforeItLeaves() {
        // One place, one slot: three wait for a, then one for b.
        var world = FleetWorld(["a", "b"], modelsMax: 1, requestsPerWorker: 1)
        let forA = (0..<3).map { _ in world.request("a") }
        let forB = world.request("b")
        let worker = world.launches[0]
        world.ready(worker)
        for ticket in forA {
            #expect(world.answers[ticket] == .granted(worker))
            #expect(!world.isStopping("a"))
            world.endLease(worker)
        }
        #expect(world.isStopping("a"))
        world.exit(worker)
        world.ready(world.launches[1])
        #expect(world.answers[forB] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func requestsBeyondTheSlotsWaitInOrder() {
        var world = FleetWorld(["a"], modelsMax: 1, requestsPerWorker: 2)
        let tickets = (0..<4).map { _ in world.request("a") }
        world.ready(world.launches[0])
        #expect(tickets.map { world.answers[$0] != nil } == [true, true, false, false])
        world.endLease(world.launches[0])
        #expect(tickets.map { world.answers[$0] != nil } == [true, true, true, false])
        #expect(world.violations == [])
    }

    @Test func aLoadingModelIsNoVictim() {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        let ticket = world.request("a")
        world.request("b")
        world.cancel(ticket)
        #expect(!world.isStopping("a"))
        world.ready(world.launches[0])
        // Nobody waits for it any more, so it makes room as soon as it is ready.
        #expect(world.isStopping("a"))
        #expect(world.violations == [])
    }

    @Test func aClientThatLeavesCostsNobodyAPlace() {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.request("a")
        world.ready(world.launches[0])
        let gone = world.request("b")
        world.cancel(gone)
        world.endLease(world.launches[0])
        #expect(!world.isStopping("a"))
        guard case .rejected(let error) = world.answers[gone] else {
            Issue.record("the client was not answered")
            return
        }
        #expect(error.code == .cancelled)
        #expect(error.message == "request cancelled while waiting for model name=b")
        world.cancel(gone)
        #expect(world.violations == [])
    }

    @Test func withoutAutoloadOnlyRunningModelsAreWaitedFor() {
        var world = FleetWorld(["a"], modelsMax: 1)
        let refused = world.request("a", autoload: false)
        #expect(world.rejection(of: refused)?.code == .notLoaded)
        #expect(world.rejection(of: refused)?.message.hasPrefix("model is not loaded") == true)
        world.request("a")
        let waiting = world.request("a", autoload: false)
        world.ready(world.launches[0])
        #expect(world.answers[waiting] == .granted(world.launches[0]))
        #expect(world.violations == [])
    }

    @Test func unknownAndUnusableModelsAreRefusedAtOnce() {
        var world = FleetWorld(
            models: ["a": .init(.unusable(reason: "the file is cut off at byte 12"))],
            settings: FleetSettings()
        )
        let unknown = world.request("x")
        #expect(world.rejection(of: unknown) == FleetError(.unknownModel, "model 'x' not found"))
        let unusable = world.request("a")
        #expect(world.rejection(of: unusable)?.code == .unusable)
        #expect(world.rejection(of: unusable)?.message == "model name=a failed to load: the file is cut off at byte 12")
        #expect(world.launches == [])
    }

    @Test func nobodyWaitsForEver() {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.request("a")
        world.ready(world.launches[0])
        let first = world.request("b")
        world.pass(.seconds(599))
        let second = world.request("b")
        #expect(world.answers[first] == nil)
        world.pass(.seconds(1))
        #expect(world.rejection(of: first)?.code == .queueTimeout)
        #expect(world.answers[second] == nil)
        world.pass(.seconds(599))
        #expect(world.rejection(of: second)?.code == .queueTimeout)
        #expect(world.violations == [])
    }
}
