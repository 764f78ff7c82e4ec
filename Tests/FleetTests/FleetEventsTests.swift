// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Logging
import TestKit
import Testing
import Wire

/// What observers are told, and that none of them holds up the fleet.
@Suite(.timeLimit(.minutes(5))) struct FleetEventsTests {
    private func texts(_ subscription: FeedSubscription<FleetEvent>, _ count: Int) async -> [String] {
        var texts: [String] = []
        for await item in subscription {
            guard case .element(let event) = item else { return texts + ["lagged"] }
            texts.append(event.json.text)
            if texts.count == count { break }
        }
        return texts
    }

    @Test func theLifeOfAModelInThePeersShapes() async throws {
        let clock = TestClock()
        let launcher = FakeLauncher()
        let fleet = Fleet(
            catalogue: Catalogue(entries: [.example("a")]),
            settings: FleetSettings(),
            launcher: launcher,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let subscription = fleet.events.subscribe()
        try fleet.load("a")
        let worker = launcher.workers[0]
        worker.load(progress: 0.25)
        // Too soon after the one before.
        clock.advance(by: .milliseconds(199))
        worker.load(progress: 0.5)
        clock.advance(by: .milliseconds(1))
        worker.load(progress: 0.75)
        worker.ready(info: ["meta": ["n_ctx": 512]])
        try fleet.unload("a")
        worker.exit(.exited(code: 0))
        try fleet.load("a")
        launcher.workers[1].exit(.signaled(9))
        #expect(
            await texts(subscription, 7) == [
                #"{"model":"a","event":"model_status","data":{"status":"loading"}}"#,
                #"{"model":"a","event":"status_change","data":{"status":"loading","#
                    + #""progress":{"stages":["text_model"],"current":"text_model","value":0.25}}}"#,
                #"{"model":"a","event":"status_change","data":{"status":"loading","#
                    + #""progress":{"stages":["text_model"],"current":"text_model","value":0.75}}}"#,
                #"{"model":"a","event":"status_change","data":{"status":"loaded","info":{"meta":{"n_ctx":512}}}}"#,
                #"{"model":"a","event":"status_change","data":{"status":"unloaded","exit_code":0}}"#,
                #"{"model":"a","event":"model_status","data":{"status":"loading"}}"#,
                #"{"model":"a","event":"status_change","data":{"status":"unloaded","exit_code":137}}"#,
            ]
        )
        await fleet.shutdown(grace: .zero)
    }

    @Test func sleepAndWake() async throws {
        let clock = TestClock()
        let launcher = FakeLauncher()
        let fleet = Fleet(
            catalogue: Catalogue(entries: [.example("a")]),
            settings: FleetSettings(),
            launcher: launcher,
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let subscription = fleet.events.subscribe()
        try fleet.load("a")
        let worker = launcher.workers[0]
        worker.ready(measured: .init(loadSeconds: 2, weightBytes: 100), info: ["meta": [:]])
        #expect(fleet.status(of: "a")?.measured?.totalBytes == 100)
        worker.sleep()
        #expect(fleet.status(of: "a")?.word == .sleeping)
        #expect(fleet.status(of: "a")?.measured?.totalBytes == 0)
        #expect(fleet.status(of: "a")?.info != nil)
        #expect(fleet.metrics().models[0].serves)
        worker.load(progress: 0)
        #expect(fleet.status(of: "a")?.progress == 0)
        // Too soon after the one before.
        worker.load(progress: 0.5)
        worker.ready(measured: .init(loadSeconds: 1, weightBytes: 100), info: ["meta": [:]])
        #expect(fleet.status(of: "a")?.measured?.totalBytes == 100)
        worker.sleep()
        try fleet.unload("a")
        worker.exit()
        let told = await texts(subscription, 7).map { $0.replacing(#""model":"a","event":"#, with: "") }
        #expect(
            told == [
                #"{"model_status","data":{"status":"loading"}}"#,
                #"{"status_change","data":{"status":"loaded","info":{"meta":{}}}}"#,
                #"{"status_change","data":{"status":"sleeping"}}"#,
                #"{"status_change","data":{"status":"loading","#
                    + #""progress":{"stages":["text_model"],"current":"text_model","value":0.0}}}"#,
                #"{"status_change","data":{"status":"loaded"}}"#,
                #"{"status_change","data":{"status":"sleeping"}}"#,
                #"{"status_change","data":{"status":"unloaded","exit_code":0}}"#,
            ]
        )
        await fleet.shutdown(grace: .zero)
    }

    @Test func theEventsOfDownloadsAndReloads() {
        #expect(
            FleetEvent.library(.downloadFinished(model: "m")).json.text == #"{"model":"m","event":"download_finished"}"#
        )
        #expect(
            FleetEvent.library(.downloadFailed(model: "m", reason: "why")).json.text
                == #"{"model":"m","event":"download_failed","data":{"reason":"why"}}"#
        )
        #expect(FleetEvent.library(.modelRemoved(model: "m")).json.text == #"{"model":"m","event":"model_remove"}"#)
        #expect(
            FleetEvent.library(.modelsReloaded(problem: nil)).json.text == #"{"model":"*","event":"models_reload"}"#
        )
        #expect(
            FleetEvent.library(.downloadStarted(model: "m")).json.text
                == #"{"model":"m","event":"model_status","data":{"status":"downloading"}}"#
        )
    }

    @Test func aSubscriberThatFallsBehindIsCutOffAndTheOthersGoOn() async {
        let feed = Feed<Int>()
        let slow = feed.subscribe(capacity: 3)
        let quick = feed.subscribe(capacity: 100)
        for number in 0..<10 { feed.publish(number) }
        #expect(feed.subscriberCount == 1)
        feed.finish()
        var read: [FeedSubscription<Int>.Item] = []
        for await item in slow { read.append(item) }
        #expect(read == [.element(0), .element(1), .element(2), .lagged])
        read = []
        for await item in quick { read.append(item) }
        #expect(read == (0..<10).map { .element($0) })
    }

    @Test func subscriptionsEndWithTheirReadersAndWithTheFeed() async {
        let feed = Feed<Int>()
        do { _ = feed.subscribe() }
        #expect(feed.subscriberCount == 0)
        let subscription = feed.subscribe()
        let reader = Task {
            var count = 0
            for await _ in subscription { count += 1 }
            return count
        }
        reader.cancel()
        #expect(await reader.value == 0)
        feed.finish()
        var late = feed.subscribe().makeAsyncIterator()
        #expect(await late.next() == nil)
    }

    @Test func manySubscribersAndPublishersAtOnce() async {
        let feed = Feed<Int>()
        await withTaskGroup { group in
            for _ in 0..<50 {
                let subscription = feed.subscribe(capacity: 10_000)
                group.addTask {
                    var sum = 0
                    for await case .element(let number) in subscription { sum += number }
                    #expect(sum == 4 * 499_500)
                }
            }
            await withTaskGroup { publishers in
                for _ in 0..<4 { publishers.addTask { for number in 0..<1_000 { feed.publish(number) } } }
            }
            feed.finish()
        }
    }
}
