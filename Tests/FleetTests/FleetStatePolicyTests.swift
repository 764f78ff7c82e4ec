// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Testing
import Wire

/// What an operator sets for a model: its time to live, its start, its end; and workers that stall.
@Suite struct FleetStatePolicyTests {
    private func world(_ policy: ModelPolicy, _ change: (inout FleetSettings) -> Void = { _ in }) -> FleetWorld {
        var settings = FleetSettings()
        settings.modelsMax = 2
        change(&settings)
        return FleetWorld(models: ["a": .init(policy: policy), "b": .init()], settings: settings)
    }

    private func cause(_ world: FleetWorld, _ model: String) -> LeaveCause? {
        if case .stopping(let stopping) = world.state.phase(of: model) { stopping.cause } else { nil }
    }

    // MARK: Time to live

    @Test func anIdleModelIsUnloadedAfterItsTimeToLive() {
        var world = world(ModelPolicy(ttl: .seconds(60)))
        world.request("a")
        world.ready(world.launches[0])
        world.pass(.seconds(500))
        #expect(!world.isStopping("a"))
        world.endLease(world.launches[0])
        world.pass(.seconds(59))
        world.request("a")
        world.endLease(world.launches[0])
        world.pass(.milliseconds(59_999))
        #expect(!world.isStopping("a"))
        world.pass(.milliseconds(1))
        #expect(cause(world, "a") == .expired)
        world.exit(world.launches[0])
        #expect(world.failure(of: "a") == nil)
        #expect(world.state.models["a"]?.counters.departures == ["expired": 1])
        #expect(world.violations == [])
    }

    @Test func aModelThatNobodyUsesAfterItsLoadExpires() throws {
        var world = world(ModelPolicy(ttl: .seconds(60)))
        try world.load("a")
        world.ready(world.launches[0])
        world.pass(.seconds(60))
        #expect(cause(world, "a") == .expired)
        #expect(world.violations == [])
    }

    @Test func aLookAtAModelIsNoUse() {
        var world = world(ModelPolicy(ttl: .seconds(60)))
        world.makeIdle("a")
        world.pass(.seconds(50))
        world.request("a")
        world.endLease(world.launches[0], isUse: false)
        world.pass(.seconds(9))
        #expect(cause(world, "a") == .expired)
        #expect(world.violations == [])
    }

    @Test func aPinnedModelDoesNotExpire() {
        var world = world(ModelPolicy(pin: true, ttl: .seconds(60)))
        world.makeIdle("a")
        world.pass(.seconds(5_000))
        #expect(!world.isStopping("a"))
        #expect(world.violations == [])
    }

    // MARK: What requests want

    @Test func aRequestSaysHowLongItsModelStays() {
        var world = world(ModelPolicy(ttl: .seconds(60)))
        world.request("a")
        world.ready(world.launches[0])
        world.keep("a", .after(.seconds(5)))
        world.pass(.seconds(100))
        #expect(!world.isStopping("a"))
        world.endLease(world.launches[0])
        world.pass(.milliseconds(4_999))
        #expect(!world.isStopping("a"))
        world.pass(.milliseconds(1))
        #expect(cause(world, "a") == .expired)
        world.exit(world.launches[0])
        // The next worker lives as the policy says.
        world.request("a")
        world.ready(world.launches[1])
        world.endLease(world.launches[1])
        world.pass(.seconds(59))
        #expect(!world.isStopping("a"))
        world.pass(.seconds(1))
        #expect(cause(world, "a") == .expired)
        #expect(world.violations == [])
    }

    @Test func aModelThatIsToStayForeverStaysBeyondItsTimeToLive() {
        var world = world(ModelPolicy(ttl: .seconds(60)))
        world.makeIdle("a")
        world.keep("a", .forever)
        world.pass(.seconds(100_000))
        #expect(!world.isStopping("a"))
        // Not at the cost of others: it isn't pinned.
        world.makeIdle("b")
        #expect(world.state.models["a"]?.isPinned == false)
        #expect(world.violations == [])
    }

    @Test func aModelThatIsNeededNoMoreLeavesWithItsLastRequest() {
        var world = world(ModelPolicy())
        world.keep("a", .after(.zero))
        #expect(world.worker(of: "a") == nil)
        world.request("a")
        world.ready(world.launches[0])
        world.keep("a", .after(.zero))
        #expect(!world.isStopping("a"))
        world.endLease(world.launches[0])
        world.pass(.zero)
        #expect(cause(world, "a") == .expired)
        world.exit(world.launches[0])
        world.makeIdle("b")
        world.keep("b", .after(.zero))
        #expect(cause(world, "b") == .expired)
        #expect(world.violations == [])
    }

    @Test func whatHoldsForAllRequestsCountsWhereNoneHasSaidAnything() {
        var world = world(ModelPolicy(ttl: .seconds(60)))
        world.request("a")
        world.ready(world.launches[0])
        world.keep("a", .after(.seconds(5)), isStandard: true)
        world.endLease(world.launches[0])
        world.pass(.milliseconds(4_999))
        #expect(!world.isStopping("a"))
        world.pass(.milliseconds(1))
        #expect(cause(world, "a") == .expired)
        world.exit(world.launches[0])
        // What a request has said is stronger, and holds for those behind it.
        world.request("a")
        world.ready(world.launches[1])
        world.keep("a", .after(.seconds(9)))
        world.keep("a", .after(.seconds(5)), isStandard: true)
        world.endLease(world.launches[1])
        world.pass(.milliseconds(8_999))
        #expect(!world.isStopping("a"))
        world.pass(.milliseconds(1))
        #expect(cause(world, "a") == .expired)
        #expect(world.violations == [])
    }

    @Test func aPinnedModelStaysWhateverARequestSays() {
        var world = world(ModelPolicy(pin: true))
        world.makeIdle("a")
        world.keep("a", .after(.zero))
        world.pass(.seconds(10))
        #expect(!world.isStopping("a"))
        #expect(world.violations == [])
    }

    // MARK: Start and end

    @Test func modelsAreLoadedAtTheStartWithinTheLimit() throws {
        var settings = FleetSettings()
        settings.modelsMax = 1
        let first = FleetState.Model(policy: ModelPolicy(loadOnStartup: true))
        let broken = FleetState.Model(.unusable(reason: "it is cut off"), policy: ModelPolicy(loadOnStartup: true))
        var world = FleetWorld(models: ["a": first, "b": .init()], settings: settings)
        try world.start()
        #expect(world.worker(of: "a") != nil && world.worker(of: "b") == nil)
        #expect(world.violations == [])
        var tooMany = FleetWorld(models: ["a": first, "b": broken], settings: settings)
        #expect(throws: FleetError.self) { try tooMany.start() }
        #expect(tooMany.launches == [])
        settings.modelsMax = 0
        var unlimited = FleetWorld(models: ["a": first, "b": broken], settings: settings)
        try unlimited.start()
        #expect(unlimited.launches.count == 1)
    }

    @Test func morePinsThanPlacesAreAnError() {
        let policies = [ModelPolicy(pin: true), ModelPolicy(pin: true), ModelPolicy()]
        #expect(throws: FleetError.self) { try FleetState.checkLimits(of: policies, modelsMax: 1) }
        #expect(throws: Never.self) { try FleetState.checkLimits(of: policies, modelsMax: 2) }
        #expect(throws: Never.self) { try FleetState.checkLimits(of: policies, modelsMax: 0) }
    }

    @Test func aModelHasItsOwnStopTimeout() throws {
        var world = world(ModelPolicy(stopTimeout: .seconds(90)))
        world.makeIdle("a")
        try world.unload("a")
        world.pass(.seconds(89))
        #expect(!world.actions.contains(.kill(world.launches[0])))
        world.pass(.seconds(1))
        #expect(world.actions.contains(.kill(world.launches[0])))
        #expect(world.violations == [])
    }

    // MARK: Workers that stall

    @Test func aWorkerWithWorkIsExaminedAndKilledIfItAnswersNothing() {
        var world = world(ModelPolicy()) { $0.stallTimeout = .seconds(30) }
        world.request("a")
        let worker = world.launches[0]
        world.pass(.seconds(40))
        world.ready(worker)
        world.pass(.milliseconds(29_999))
        #expect(world.examined == [])
        world.pass(.milliseconds(1))
        #expect(world.examined == [worker])
        world.answered(worker)
        world.pass(.seconds(30))
        #expect(world.examined == [worker, worker])
        world.stalled(worker)
        #expect(world.actions.contains(.kill(worker)))
        let patient = world.request("a")
        world.exit(worker, .signaled(9))
        #expect(world.state.models["a"]?.counters.failures == 1)
        world.ready(world.launches[1])
        #expect(world.answers[patient] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func aModelHasItsOwnLimits() {
        var world = world(ModelPolicy(loadTimeout: .seconds(5), stallTimeout: .zero)) { $0.stallTimeout = .seconds(30) }
        let slow = world.request("a")
        world.pass(.seconds(5))
        #expect(world.rejection(of: slow)?.message.contains("not ready after 5 s") == true)
        world.exit(world.launches[0], .signaled(9))
        world.pass(.seconds(1))
        world.request("a")
        world.ready(world.launches[1])
        world.pass(.seconds(500))
        #expect(world.examined == [])
        #expect(world.violations == [])
    }

    @Test func anIdleWorkerIsLeftAlone() {
        var world = world(ModelPolicy()) { $0.stallTimeout = .seconds(30) }
        world.makeIdle("a")
        world.pass(.seconds(500))
        #expect(world.examined == [])
        world.request("a")
        world.pass(.seconds(30))
        #expect(world.examined.count == 1)
        world.endLease(world.launches[0])
        // The answer to a probe that comes after the work was done changes nothing.
        world.stalled(world.launches[0])
        #expect(!world.isStopping("a"))
        #expect(world.violations == [])
    }

    // MARK: Figures

    @Test func theCountersCount() {
        var world = world(ModelPolicy())
        world.request("a")
        world.pass(.seconds(3))
        world.ready(world.launches[0])
        world.request("a")
        world.request("a", autoload: false)
        let counters = world.state.models["a"]?.counters
        #expect(counters?.requests == 3 && counters?.granted == 3)
        #expect(counters?.waited == .seconds(3))
        #expect(counters?.loads == 1 && counters?.loading == .seconds(3))
        #expect(counters?.failures == 0 && counters?.departures == [:])
    }
}
