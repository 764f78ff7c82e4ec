// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Logging
import TestKit
import Testing
import Wire

/// Stalled workers, logs, figures and the start, through the shell.
@Suite(.timeLimit(.minutes(5))) struct FleetObservationTests {
    let clock = TestClock()

    private func makeFleet(
        _ launcher: FakeLauncher,
        models: [ModelEntry] = [.example("a", aliases: ["alpha"])],
        probe: FakeProbe = FakeProbe(problem: nil),
        _ change: (inout FleetSettings) -> Void = { _ in }
    ) -> Fleet {
        var settings = FleetSettings()
        change(&settings)
        return Fleet(
            catalogue: Catalogue(entries: models),
            settings: settings,
            launcher: launcher,
            probe: probe,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func lease(_ fleet: Fleet, isUse: Bool = true) throws -> Lease {
        let box = LeaseBox()
        _ = fleet.lease("a", isUse: isUse, completion: box.completion)
        return try #require(box.lease)
    }

    @Test func aStalledWorkerIsKilledAndItsRequestIsToldWhy() async throws {
        let launcher = FakeLauncher(.automatic { _ in .unix(path: "/s") })
        let probe = FakeProbe(problem: "no answer within 10 s")
        let fleet = makeFleet(launcher, probe: probe) { $0.stallTimeout = .seconds(30) }
        let lease = try lease(fleet)
        let reason = Gate<FleetError>()
        clock.advance(by: .seconds(30))
        #expect(await probe.asked.wait() == .unix(path: "/s"))
        await launcher.workers[0].killed.wait()
        lease.reasonForLoss(within: .seconds(2)) { reason.open($0) }
        #expect(
            await reason.wait().message
                == "model name=a was lost while it served the request: its worker answered nothing for 30 s and failed a "
                + "probe (no answer within 10 s), so it was killed; the next request loads it again"
        )
        #expect(fleet.status(of: "a")?.failure?.reason.contains("failed a probe") == true)
    }

    @Test func aWorkerThatAnswersIsNotProbed() async throws {
        let launcher = FakeLauncher(.automatic { _ in .unix(path: "/s") })
        let probe = FakeProbe(problem: "no answer")
        let fleet = makeFleet(launcher, probe: probe) { $0.stallTimeout = .seconds(30) }
        let lease = try lease(fleet)
        lease.progress()
        clock.advance(by: .seconds(30))
        // The examination runs on a thread of its own; the next one begins 30 s after it, and finds nothing new.
        while probe.asked.value == nil {
            #expect(launcher.workers[0].killed.value == nil)
            await Task.yield()
            clock.advance(by: .seconds(1))
        }
        await launcher.workers[0].killed.wait()
        lease.end()
    }

    @Test func theLogOutlivesTheWorkers() async throws {
        let launcher = FakeLauncher()
        let fleet = makeFleet(launcher)
        #expect(fleet.logs(of: "x") == nil)
        let log = try #require(fleet.logs(of: "alpha"))
        try fleet.load("a")
        launcher.workers[0].order.log.append("one")
        launcher.workers[0].exit(.exited(code: 1))
        try fleet.load("a")
        let (lines, following) = log.follow()
        #expect(lines == ["one"])
        launcher.workers[1].order.log.append("two")
        launcher.workers[1].exit(.exited(code: 1))
        #expect(log.tail() == ["one", "two"])
        // A failure is told with its own worker's lines only.
        #expect(fleet.status(of: "a")?.failure?.logTail == ["two"])
        var iterator = following.makeAsyncIterator()
        #expect(await iterator.next() == .element("two"))
        await fleet.shutdown(grace: .zero)
        #expect(await iterator.next() == nil)
    }

    @Test func theFiguresOfAModel() throws {
        let launcher = FakeLauncher()
        let fleet = makeFleet(launcher)
        let box = LeaseBox()
        _ = fleet.lease("a", completion: box.completion)
        clock.advance(by: .seconds(2))
        #expect(fleet.metrics().waiting == 1)
        launcher.workers[0].ready()
        let metrics = fleet.metrics()
        #expect(metrics.workers == 1 && metrics.waiting == 0 && metrics.modelsMax == 4 && metrics.queueMax == 512)
        let model = try #require(metrics.models.first)
        #expect(model.id == "a" && model.word == .loaded && model.inFlight == 1 && model.waiting == 0)
        #expect(model.counters.loads == 1 && model.counters.loading == .seconds(2))
        #expect(model.counters.waited == .seconds(2))
        #expect(fleet.status(of: "a")?.endpoint == .unix(path: "/nonexistent/w1.sock"))
    }

    @Test func theStatusTellsWhenAFailedModelMayBeTriedAgain() throws {
        let fleet = makeFleet(FakeLauncher(.broken(reason: "no such file")))
        try fleet.load("a")
        #expect(fleet.status(of: "a")?.retryIn == .seconds(1))
        #expect(fleet.status(of: "a")?.failedLoads == 1)
        fleet.reload(catalogue: fleet.catalogue)
        #expect(fleet.status(of: "a")?.retryIn == nil)
    }

    @Test func modelsAreLoadedAtTheStart() throws {
        var first = ModelEntry.example("a")
        first.policy.loadOnStartup = true
        let launcher = FakeLauncher()
        let fleet = makeFleet(launcher, models: [first, .example("b")])
        try fleet.start()
        #expect(launcher.workers.map(\.model) == ["a"])
    }

    @Test func aLookNeitherUsesAModelNorKeepsIt() async throws {
        var entry = ModelEntry.example("a")
        entry.policy.ttl = .seconds(60)
        let launcher = FakeLauncher(.automatic { _ in .unix(path: "/s") })
        let fleet = makeFleet(launcher, models: [entry])
        try lease(fleet).end()
        clock.advance(by: .seconds(50))
        try lease(fleet, isUse: false).end()
        #expect(fleet.status(of: "a")?.sinceLastUse == .seconds(50))
        clock.advance(by: .seconds(10))
        await launcher.workers[0].stopped.wait()
    }
}
