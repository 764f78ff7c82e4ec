// SPDX-License-Identifier: MIT

import API
import Catalogue
import Fleet
import Gateway
import Logging
import TestKit
import Testing
import Wire

/// The last hour, without waiting for it.
struct ActivityHistoryTests {
    private static func tally(requests: Int = 0, tokens: Int = 0, _ model: String = "a") -> ActivityTally {
        var tally = ActivityTally()
        tally.models[model] = .init(requests: requests, failed: 0, tokens: tokens)
        return tally
    }

    private static func fleet(_ models: String...) -> Fleet {
        Fleet(
            catalogue: Catalogue(entries: models.map { .example($0) }),
            settings: FleetSettings(),
            launcher: FakeLauncher(.automatic { _ in .unix(path: "/nonexistent") }),
            clock: TestClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func sample(_ time: Double, _ fleet: Fleet) -> ActivitySample {
        ActivitySample(time: time, fleet: fleet.metrics(), memory: SystemMemory(total: 10, free: 4))
    }

    @Test("A point says what happened since the one before")
    func points() throws {
        let fleet = Self.fleet("a", "b")
        var history = ActivityHistory()
        history.take(Self.tally(requests: 2, tokens: 50), Self.sample(1000, fleet))
        try fleet.load("a")
        var tally = Self.tally(requests: 1, tokens: 5)
        tally.granted = 4
        tally.waited = 2
        tally.longestWait = 1.25
        history.take(tally, Self.sample(1020, fleet))
        history.take(ActivityTally(), Self.sample(1030, fleet))
        let points = history.points(since: 0)
        #expect(points.map(\.time) == [990, 1000, 1020])
        #expect(points.map(\.duration) == [10, 20, 10])
        #expect(points.map(\.tokens) == [50, 5, 0])
        #expect(points.map { $0.models["a"]?.loads } == [0, 1, 0])
        #expect(points[1].models["a"]?.memory == 1_000_000)
        #expect(points[1].models["b"] == nil)
        #expect(points[1].meanWait == 0.5 && points[1].longestWait == 1.25)
        #expect(points[1].resource.json["tokens_per_second"]?.double == 0.25)
        #expect(points[1].resource.json["memory"]?["free"]?.integer == 4)
        #expect(history.points(since: 1000).map(\.time) == [1020])
    }

    @Test("Who asks for what came after a point, by the time that it was told, doesn't get it again")
    func since() {
        let fleet = Self.fleet()
        var history = ActivityHistory()
        for time in [10.00049, 20.00051, 30.9999] { history.take(ActivityTally(), Self.sample(time, fleet)) }
        let points = history.points(since: -1000)
        #expect(points.map(\.time) == [0, 10, 20.001])
        for (index, point) in points.enumerated() {
            let told = point.resource.json["time"]?.double ?? 0
            #expect(history.points(since: told).count == 2 - index)
        }
    }

    @Test("Points older than an hour are forgotten, and there are never more than fit into one")
    func bound() {
        let fleet = Self.fleet()
        var history = ActivityHistory()
        for number in 0..<500 { history.take(ActivityTally(), Self.sample(Double(number) * 10, fleet)) }
        #expect(history.points(since: -1000).count == 360)
        #expect(history.points(since: -1000).last?.time == 4980)
        history.take(ActivityTally(), Self.sample(100_000, fleet))
        #expect(history.points(since: -1000).map(\.time) == [96_400])
        // A clock that is set back.
        for number in 0..<500 { history.take(ActivityTally(), Self.sample(Double(500 - number), fleet)) }
        #expect(history.points(since: -1000).count <= 360)
    }

    @Test("What turns out to be less than was counted takes nothing away from others")
    func corrections() {
        let fleet = Self.fleet("a", "b")
        var history = ActivityHistory()
        var tally = Self.tally(tokens: -3)
        tally.models["b"] = .init(requests: 1, failed: 1, tokens: 7)
        tally.ungranted = .init(requests: 2, failed: 1, tokens: 0)
        history.take(tally, Self.sample(10, fleet))
        let point = history.points(since: -1000)[0]
        #expect(point.tokens == 7 && point.requests == 3 && point.failed == 2)
        #expect(point.models["a"] == nil)
    }

    @Test("A point holds a bounded number of models, those that did most")
    func models() {
        let names = (0..<100).map { "m\($0)" }
        let fleet = Fleet(
            catalogue: Catalogue(entries: names.map { .example($0) }),
            settings: FleetSettings(),
            launcher: FakeLauncher(),
            clock: TestClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var tally = ActivityTally()
        for (index, name) in names.enumerated() {
            tally.models[name] = .init(requests: index + 1, failed: 0, tokens: 1)
        }
        var history = ActivityHistory()
        history.take(tally, Self.sample(10, fleet))
        let point = history.points(since: -1000)[0]
        #expect(point.models.count == ActivityHistory.modelsMax)
        #expect(point.models["m99"] != nil && point.models["m0"] == nil)
        #expect(point.tokens == 100)
    }

    @Test("Linux' words for memory")
    func meminfo() {
        let text =
            "MemTotal:       24684084 kB\nMemFree:         100 kB\nMemAvailable:   23000000 kB\nHugePages_Total:       0\n"
        #expect(SystemMemory(meminfo: text) == SystemMemory(total: 24_684_084 << 10, free: 23_000_000 << 10))
        #expect(SystemMemory(meminfo: "MemTotal: 5 kB") == nil)
        #expect(SystemMemory(meminfo: "") == nil)
    }
}
