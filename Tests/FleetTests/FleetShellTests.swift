// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Logging
import TestKit
import Testing
import Wire

/// The locked shell with fake workers and a clock that stands still.
@Suite(.timeLimit(.minutes(5))) struct FleetShellTests {
    let clock = TestClock()

    private func makeFleet(
        _ launcher: FakeLauncher,
        models: [ModelEntry] = [.example("a", aliases: ["alpha"]), .example("b")],
        _ change: (inout FleetSettings) -> Void = { _ in }
    ) -> Fleet {
        var settings = FleetSettings()
        change(&settings)
        return Fleet(
            catalogue: Catalogue(entries: models),
            settings: settings,
            launcher: launcher,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func lease(_ fleet: Fleet, _ name: String, autoload: Bool? = nil) -> (box: LeaseBox, ticket: Ticket?) {
        let box = LeaseBox()
        return (box, fleet.lease(name, autoload: autoload, completion: box.completion))
    }

    @Test func aReadyModelIsGrantedBeforeLeaseReturns() throws {
        let launcher = FakeLauncher(.automatic { _ in .unix(path: "/s") })
        let fleet = makeFleet(launcher)
        let (cold, _) = lease(fleet, "a")
        let (warm, ticket) = lease(fleet, "alpha")
        #expect(ticket == nil)
        let granted = try #require(warm.lease)
        #expect(granted.model == "a")
        #expect(granted.endpoint == .unix(path: "/s"))
        #expect(granted.worker == cold.lease?.worker)
        #expect(fleet.status(of: "a")?.inFlight == 2)
        granted.end()
        granted.end()
        #expect(fleet.status(of: "a")?.inFlight == 1)
    }

    @Test func aLeaseThatIsForgottenEndsWithItsObject() {
        let fleet = makeFleet(FakeLauncher(.automatic { _ in .unix(path: "/s") }))
        do { _ = lease(fleet, "a") }
        #expect(fleet.status(of: "a")?.inFlight == 0)
    }

    @Test func unknownModelsAreRefused() {
        let fleet = makeFleet(FakeLauncher())
        #expect(lease(fleet, "x").box.error == FleetError(.unknownModel, "model 'x' not found"))
        #expect(throws: FleetError(.notFound, "model is not found")) { try fleet.load("x") }
        #expect(throws: FleetError(.unknownModel, "model is not found")) { try fleet.unload("x") }
        #expect(fleet.status(of: "x") == nil)
    }

    @Test func autoloadComesFromTheSettingsOrTheRequest() {
        let launcher = FakeLauncher()
        let fleet = makeFleet(launcher) { $0.autoload = false }
        #expect(lease(fleet, "a").box.error?.code == .notLoaded)
        #expect(lease(fleet, "a", autoload: true).ticket != nil)
        #expect(launcher.workers.count == 1)
    }

    @Test func aSwitchStopsTheIdleModelAndStartsTheOther() async {
        let launcher = FakeLauncher()
        let fleet = makeFleet(launcher) { $0.modelsMax = 1 }
        let (first, _) = lease(fleet, "a")
        let a = await launcher.launch(0)
        a.load(progress: 0.25)
        #expect(fleet.status(of: "a")?.word == .loading)
        #expect(fleet.status(of: "a")?.progress == 0.25)
        a.ready()
        a.beginServing()
        let (second, _) = lease(fleet, "b")
        #expect(fleet.status(of: "b")?.waiting == 1)
        a.endServing()
        first.lease?.end()
        await a.stopped.wait()
        #expect(fleet.status(of: "a")?.isLeaving == true)
        #expect(second.answerCount == 0)
        a.exit()
        await launcher.launch(1).ready()
        #expect(second.lease?.model == "b")
        #expect(fleet.models().map(\.word) == [.unloaded, .loaded])
        #expect(!launcher.stoppedWhileServing)
    }

    @Test func aCancelledRequestIsAnsweredOnce() {
        let launcher = FakeLauncher()
        let fleet = makeFleet(launcher)
        let (box, ticket) = lease(fleet, "a")
        guard let ticket else {
            Issue.record("there is no ticket")
            return
        }
        fleet.cancel(ticket)
        #expect(box.error?.code == .cancelled)
        fleet.cancel(ticket)
        launcher.workers[0].ready()
        #expect(box.answerCount == 1)
        #expect(fleet.status(of: "a")?.inFlight == 0)
    }

    @Test func deadlinesComeFromTheClock() async {
        let launcher = FakeLauncher()
        let fleet = makeFleet(launcher, models: [.example("a", sizeBytes: 500_000_000)])
        let (box, _) = lease(fleet, "a")
        clock.advance(by: .seconds(69))
        #expect(box.answerCount == 0)
        clock.advance(by: .seconds(1))
        await launcher.workers[0].killed.wait()
        guard case .failure(let error) = await box.answer.wait() else {
            Issue.record("it was granted")
            return
        }
        #expect(error.code == .loadFailed)
        #expect(error.message.contains("70 s"))
    }

    @Test func aWorkerThatCannotBeStartedIsAFailedLoad() {
        let fleet = makeFleet(FakeLauncher(.broken(reason: "no such file")))
        let (box, _) = lease(fleet, "a")
        #expect(
            box.error?.message
                == "model name=a failed to load: the worker could not be started: no such file"
        )
        #expect(fleet.status(of: "a")?.failure?.exit?.code == 127)
    }

    @Test func theStatusTellsWhatTheWorkerSaid() throws {
        let launcher = FakeLauncher()
        var entry = ModelEntry.example("a", aliases: ["alpha"])
        entry.options[\.contextSize] = 512
        let fleet = makeFleet(launcher, models: [entry])
        try fleet.load("alpha")
        let worker = launcher.workers[0]
        worker.order.log.append("hello")
        worker.ready(measured: .init(loadSeconds: 2, weightBytes: 5), info: ["meta": ["n_ctx": 512]])
        clock.advance(by: .seconds(3))
        let status = try #require(fleet.status(of: "a"))
        #expect(status.word == .loaded)
        #expect(
            status.arguments == ["enginehouse-worker", "-m", "/models/a.gguf", "--alias", "a", "--ctx-size", "512"]
        )
        #expect(status.measured?.weightBytes == 5)
        #expect(status.info?["meta"]?["n_ctx"]?.integer == 512)
        #expect(status.sinceLastUse == .seconds(3))
        #expect(status.log == ["hello"])
        #expect(status.failure == nil)
        worker.exit(.exited(code: 7))
        let after = try #require(fleet.status(of: "a"))
        #expect(after.word == .unloaded)
        #expect(
            after.failure
                == ModelFailure(reason: "the worker exited with code 7", exit: .exited(code: 7), logTail: ["hello"])
        )
    }

    @Test func aBrokenConnectionIsExplainedByTheExitThatBrokeIt() async throws {
        let launcher = FakeLauncher(.automatic { _ in .unix(path: "/s") })
        let fleet = makeFleet(launcher)
        let granted = try #require(lease(fleet, "a").box.lease)
        let early = Gate<FleetError>()
        granted.reasonForLoss(within: .seconds(2)) { early.open($0) }
        #expect(early.value == nil)
        launcher.workers[0].order.log.append("GGML_ASSERT failed")
        launcher.workers[0].exit(.signaled(6))
        let expected =
            "model name=a was lost while it served the request: its worker was killed by signal 6 (SIGABRT); last log "
            + "line: GGML_ASSERT failed; the next request loads it again"
        #expect(await early.wait() == FleetError(.workerLost, expected))
        let late = Gate<FleetError>()
        granted.reasonForLoss(within: .seconds(2)) { late.open($0) }
        #expect(late.value == FleetError(.workerLost, expected))
    }

    @Test func aBrokenConnectionToALiveWorkerIsExplainedInTime() async throws {
        let fleet = makeFleet(FakeLauncher(.automatic { _ in .unix(path: "/s") }))
        let granted = try #require(lease(fleet, "a").box.lease)
        let gate = Gate<FleetError>()
        granted.reasonForLoss(within: .seconds(2)) { gate.open($0) }
        clock.advance(by: .seconds(2))
        #expect(await gate.wait().message.contains("the connection to its worker broke"))
    }

    @Test func shutdownWaitsForRequestsAndForExits() async throws {
        let launcher = FakeLauncher()
        let fleet = makeFleet(launcher)
        let (box, _) = lease(fleet, "a")
        launcher.workers[0].ready()
        try fleet.load("b")
        async let ended: Void = fleet.shutdown(grace: .seconds(30))
        await launcher.workers[1].killed.wait()
        #expect(lease(fleet, "a").box.error?.code == .shuttingDown)
        #expect(launcher.workers[0].stopped.value == nil)
        box.lease?.end()
        await launcher.workers[0].stopped.wait()
        #expect(!launcher.isShutDown)
        launcher.workers[1].exit(.signaled(9))
        launcher.workers[0].exit()
        await ended
        #expect(launcher.isShutDown)
    }

    @Test func shutdownOfAnIdleFleetReturnsAtOnce() async {
        let launcher = FakeLauncher()
        await makeFleet(launcher).shutdown(grace: .seconds(30))
        #expect(launcher.isShutDown)
    }

    @Test func shutdownGivesUpOnAWorkerThatOutlivesItsKill() async throws {
        let launcher = FakeLauncher()
        let fleet = makeFleet(launcher)
        try fleet.load("a")
        async let ended: Void = fleet.shutdown(grace: .zero)
        await launcher.workers[0].killed.wait()
        // The wait may begin a moment after the kill, so the clock goes on until it has ended.
        let isOver = Gate<Void>()
        let mover = Task {
            while isOver.value == nil {
                clock.advance(by: .seconds(10))
                await Task.yield()
            }
        }
        await ended
        isOver.open()
        await mover.value
    }
}
