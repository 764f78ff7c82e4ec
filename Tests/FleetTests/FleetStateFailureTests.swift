// SPDX-License-Identifier: MIT

import Fleet
import Testing
import Wire

/// Workers that fail, crash, hang or speak too late.
@Suite struct FleetStateFailureTests {
    @Test func aFailedLoadIsToldToThoseWhoWaitAndALaterRequestTriesAgain() {
        var world = FleetWorld(["a"], modelsMax: 1)
        let tickets = (0..<2).map { _ in world.request("a") }
        world.fail(world.launches[0], "the tensor 'x' is missing")
        for ticket in tickets {
            #expect(world.rejection(of: ticket)?.code == .loadFailed)
            #expect(
                world.rejection(of: ticket)?.message == "model name=a failed to load: the tensor 'x' is missing"
            )
        }
        // The process still counts; a request waits for its end once the model may be tried again.
        world.pass(.seconds(1))
        let next = world.request("a")
        #expect(world.launches.count == 1)
        world.exit(world.launches[0], .exited(code: 1), log: ["bye"])
        #expect(world.launches.count == 2)
        world.ready(world.launches[1])
        #expect(world.answers[next] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func aFailureIsRememberedUntilTheNextLaunch() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        world.fail(world.launches[0], "no room")
        world.exit(world.launches[0], .exited(code: 1), log: ["one", "two"])
        #expect(
            world.failure(of: "a")
                == ModelFailure(reason: "no room", exit: .exited(code: 1), logTail: ["one", "two"])
        )
        world.pass(.seconds(1))
        world.request("a")
        world.ready(world.launches[1])
        #expect(throws: Never.self) { try world.unload("a") }
        world.endLease(world.launches[1])
        world.exit(world.launches[1])
        #expect(world.failure(of: "a") == nil)
        #expect(world.violations == [])
    }

    @Test func aWorkerThatDiesWhileLoadingNamesItsEndAndItsLastLine() {
        var world = FleetWorld(["a"], modelsMax: 1)
        let ticket = world.request("a")
        world.exit(world.launches[0], .signaled(9), log: ["allocating 40 GB", ""])
        // Nobody was answered yet, so it is loaded once more (D22).
        #expect(world.rejection(of: ticket) == nil)
        #expect(world.launches.count == 2)
        world.exit(world.launches[1], .signaled(9), log: ["allocating 40 GB", ""])
        #expect(
            world.rejection(of: ticket)?.message
                == "model name=a failed to load: the worker was killed by signal 9 (SIGKILL), perhaps because memory "
                + "ran out; last log line: allocating 40 GB"
        )
        #expect(world.violations == [])
    }

    @Test func aKilledLoadIsBegunOnceMoreForThoseWhoWait() {
        var world = FleetWorld(["a"], modelsMax: 1)
        let tickets = (0..<3).map { _ in world.request("a") }
        world.exit(world.launches[0], .signaled(9))
        world.ready(world.launches[1])
        #expect(tickets.allSatisfy { world.answers[$0] == .granted(world.launches[1]) })
        for _ in tickets { world.endLease(world.launches[1]) }
        world.exit(world.launches[1], .signaled(9))
        // The one after a success has its two tries again.
        let later = world.request("a")
        world.exit(world.launches[2], .signaled(6))
        #expect(world.rejection(of: later) == nil)
        world.exit(world.launches[3], .signaled(6))
        #expect(world.rejection(of: later)?.code == .loadFailed)
        #expect(world.launches.count == 4)
        #expect(world.violations == [])
    }

    @Test func aLoadThatEndsByItselfOrThatNobodyWaitsForIsNotTriedAgain() {
        var world = FleetWorld(["a"], modelsMax: 1)
        let ticket = world.request("a")
        world.exit(world.launches[0], .exited(code: 1))
        #expect(world.rejection(of: ticket)?.code == .loadFailed)
        world.pass(.seconds(1))
        let left = world.request("a")
        world.cancel(left)
        world.exit(world.launches[1], .signaled(9))
        #expect(world.launches.count == 2)
        #expect(world.violations == [])
    }

    @Test func aWorkerThatBreaksTheRulesIsKilledAndTheReasonTold() {
        var world = FleetWorld(["a"], modelsMax: 1)
        let first = world.request("a")
        world.offend(world.launches[0])
        #expect(world.rejection(of: first)?.message == "model name=a failed to load: its worker lies")
        world.exit(world.launches[0], .signaled(9))
        #expect(world.failure(of: "a")?.reason == "its worker lies")
        world.pass(.seconds(1))
        // While it serves, those who wait had no part in it.
        world.request("a")
        world.ready(world.launches[1])
        world.offend(world.launches[1])
        let other = world.request("a")
        world.exit(world.launches[1], .signaled(9))
        world.ready(world.launches[2])
        #expect(world.answers[other] == .granted(world.launches[2]))
        #expect(world.violations == [])
    }

    @Test func aWorkerMaySayInItsPhaseWhatBelongsThere() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        let worker = world.launches[0]
        let ready = WorkerEvent.ready(address: .unix(path: "/x"), measured: .init(), model: .null)
        func offences() -> [Bool] {
            [.loading(progress: 0), ready, .sleeping, .failed(reason: "")].map {
                world.state.offence(of: worker, $0) != nil
            }
        }
        #expect(offences() == [false, false, true, false])
        world.ready(worker)
        #expect(offences() == [true, true, false, false])
        world.sleep(worker)
        #expect(offences() == [false, false, true, false])
        world.progress(worker, 0.5)
        #expect(offences() == [false, false, true, false])
        world.exit(worker)
        #expect(offences() == [false, false, false, false])
    }

    @Test func aWorkerThatIsCutOffFinishesWhatItHasAndComesBack() {
        var world = FleetWorld(["a"], modelsMax: 1)
        let old = world.request("a")
        world.ready(world.launches[0])
        world.cutOff(world.launches[0])
        let new = world.request("a")
        #expect(world.answers[old] == .granted(world.launches[0]))
        #expect(world.answers[new] == nil)
        world.endLease(world.launches[0])
        #expect(world.isStopping("a"))
        world.exit(world.launches[0])
        world.ready(world.launches[1])
        #expect(world.answers[new] == .granted(world.launches[1]))
        world.endLease(world.launches[1])
        // An idle one comes back without a request; one that sleeps waits for one.
        world.cutOff(world.launches[1])
        world.exit(world.launches[1])
        #expect(world.launches.count == 3)
        world.ready(world.launches[2])
        world.sleep(world.launches[2])
        world.cutOff(world.launches[2])
        world.exit(world.launches[2])
        #expect(world.launches.count == 3)
        #expect(world.violations == [])
    }

    @Test func aCrashCostsOnlyTheRequestsInFlight() {
        var world = FleetWorld(["a"], modelsMax: 1, requestsPerWorker: 1)
        world.request("a")
        let patient = world.request("a")
        let onlyIfRunning = world.request("a", autoload: false)
        world.ready(world.launches[0])
        world.exit(world.launches[0], .signaled(6))
        #expect(world.rejection(of: onlyIfRunning)?.code == .notRunning)
        #expect(world.answers[patient] == nil)
        world.ready(world.launches[1])
        #expect(world.answers[patient] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func aColdRequestAfterACrashLoadsTheModelAgain() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.makeIdle("a")
        world.exit(world.launches[0], .signaled(11), log: ["oops"])
        #expect(world.failure(of: "a")?.exit == .signaled(11))
        let ticket = world.request("a")
        world.ready(world.launches[1])
        #expect(world.answers[ticket] == .granted(world.launches[1]))
        #expect(world.violations == [])
    }

    @Test func newsOfADeadWorkerChangesNothing() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        let dead = world.launches[0]
        world.exit(dead, .exited(code: 1))
        world.pass(.seconds(1))
        let ticket = world.request("a")
        let before = world.state.phase(of: "a")
        world.progress(dead, 0.9)
        world.ready(dead)
        world.fail(dead)
        world.exit(dead)
        #expect(world.state.phase(of: "a") == before)
        #expect(world.answers[ticket] == nil)
        #expect(world.violations == [])
    }

    @Test func aLoadThatTakesTooLongIsKilledAndToldSo() {
        var world = FleetWorld(models: ["a": .init(loadTimeout: .seconds(61))], settings: FleetSettings())
        let ticket = world.request("a")
        world.pass(.seconds(60))
        #expect(world.answers[ticket] == nil)
        world.pass(.seconds(1))
        #expect(world.actions.contains(.kill(world.launches[0])))
        #expect(world.rejection(of: ticket)?.code == .loadFailed)
        #expect(world.rejection(of: ticket)?.message.contains("not ready after 61 s") == true)
        world.ready(world.launches[0])
        world.exit(world.launches[0], .signaled(9))
        #expect(world.failure(of: "a")?.reason.contains("61 s") == true)
        #expect(world.violations == [])
    }

    @Test func aWorkerThatDoesNotExitIsKilledAfterTheStopTimeout() {
        var world = FleetWorld(["a", "b"], modelsMax: 1)
        world.makeIdle("a")
        world.request("b")
        let worker = world.worker(of: "a")!
        world.pass(.milliseconds(9_999))
        #expect(!world.actions.contains(.kill(worker)))
        world.pass(.milliseconds(1))
        #expect(world.actions.filter { $0 == .kill(worker) }.count == 1)
        world.pass(.seconds(60))
        #expect(world.actions.filter { $0 == .kill(worker) }.count == 1)
        #expect(world.violations == [])
    }

    @Test func progressOnlyGrows() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        world.progress(world.launches[0], 0.5)
        world.progress(world.launches[0], 0.2)
        guard case .loading(let loading) = world.state.phase(of: "a") else {
            Issue.record("not loading")
            return
        }
        #expect(loading.progress == 0.5)
    }
}
