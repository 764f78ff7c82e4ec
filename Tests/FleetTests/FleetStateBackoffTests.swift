// SPDX-License-Identifier: MIT

import Fleet
import Testing

/// A model whose loads fail isn't started for every request.
@Suite struct FleetStateBackoffTests {
    @Test func theWaitDoublesUpToAMinute() {
        var backoff = Backoff()
        #expect(backoff.remaining(now: .zero) == nil)
        var waits: [Int64] = []
        for _ in 0..<9 {
            backoff.fail(now: .seconds(100))
            waits.append(backoff.remaining(now: .seconds(100))?.components.seconds ?? -1)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        #expect(backoff.remaining(now: .seconds(160)) == nil)
        backoff.reset()
        #expect(backoff == Backoff())
    }

    @Test func requestsWithinTheBackOffGetTheReasonAtOnce() {
        var world = FleetWorld(["a"], modelsMax: 1)
        let first = world.request("a")
        world.exit(world.launches[0], .exited(code: 1), log: ["bad magic"])
        #expect(world.rejection(of: first)?.retryAfter == .seconds(1))
        world.pass(.milliseconds(500))
        let second = world.request("a")
        let error = world.rejection(of: second)
        #expect(error?.code == .loadFailed)
        #expect(error?.retryAfter == .milliseconds(500))
        #expect(
            error?.message
                == "model name=a failed to load: the worker exited with code 1; last log line: bad magic; its last load "
                + "failed, the next try is possible in 1 s, or at once with POST /models/load"
        )
        #expect(world.launches.count == 1)
        world.pass(.milliseconds(500))
        world.request("a")
        #expect(world.launches.count == 2)
        world.fail(world.launches[1])
        // The second failure costs two seconds.
        world.exit(world.launches[1])
        world.pass(.milliseconds(1_999))
        let third = world.request("a")
        #expect(world.rejection(of: third)?.message.contains("its last 2 loads failed") == true)
        world.pass(.milliseconds(1))
        world.request("a")
        #expect(world.launches.count == 3)
        #expect(world.violations == [])
    }

    @Test func aLoadThatSucceedsEndsTheBackOff() {
        var world = FleetWorld(["a"], modelsMax: 1)
        for _ in 0..<3 {
            world.request("a")
            if let worker = world.worker(of: "a") { world.exit(worker, .exited(code: 1)) }
            world.pass(.seconds(60))
        }
        #expect(world.state.models["a"]?.backoff.failures == 3)
        world.request("a")
        let worker = world.launches[3]
        world.ready(worker)
        #expect(world.state.models["a"]?.backoff == Backoff())
        // A crash while it serves is no failed load: the next request is worth another try.
        world.exit(worker, .signaled(11))
        world.request("a")
        #expect(world.launches.count == 5)
        #expect(world.violations == [])
    }

    @Test func anOperatorsLoadAndAReloadEndTheBackOff() throws {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        world.exit(world.launches[0], .exited(code: 1))
        try world.load("a")
        #expect(world.launches.count == 2)
        world.exit(world.launches[1], .exited(code: 1))
        world.reload(["a": .init()], changed: [])
        world.request("a")
        #expect(world.launches.count == 3)
        #expect(world.violations == [])
    }

    @Test func aLoadThatTakesTooLongBacksOff() {
        var world = FleetWorld(["a"], modelsMax: 1)
        world.request("a")
        world.pass(.seconds(60))
        let ticket = world.request("a")
        #expect(world.rejection(of: ticket)?.message.contains("not ready after 60 s") == true)
        #expect(world.violations == [])
    }
}
