// SPDX-License-Identifier: MIT

import API
import Catalogue
import Fleet
import Foundation
import Gateway
import Logging
import TestKit
import Testing
import Wire

/// A worker that writes anything at all (D14). Whatever it is, the router lists, counts and goes on; the same bytes are
/// the seeds of `scripts/fuzz`.
@Suite(.timeLimit(.minutes(5))) struct HostileWorkerTests {
    private static let seeds = [
        #"{"event":"loading","progress":0.25}"#,
        #"{"event":"ready","version":1,"address":"unix:/w","measured":{"load_seconds":1.5,"weights_bytes":12345678,"context_bytes":4096,"compute_bytes":1},"model":{"meta":{"n_ctx":512,"size":77},"modalities":{"vision":false}}}"#,
        #"{"event":"sleeping"}"#,
        #"{"event":"loading","progress":1}"#,
        #"{"event":"ready","version":1,"address":"unix:/w","measured":{"load_seconds":0},"model":null}"#,
        #"{"event":"failed","reason":"no room"}"#,
    ]
    private static let numbers = [
        "1e308", "-1e308", "1e999", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "-1", "0.5",
        "1e-320",
        "-0", "null", "true", "\"x\"", "[]", "{}",
    ]

    private func fleet(_ launcher: FakeLauncher) -> Fleet {
        Fleet(
            catalogue: Catalogue(entries: [.example("a"), .example("b")]),
            settings: FleetSettings(),
            launcher: launcher,
            clock: TestClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// All that the router makes of what workers said.
    private func look(_ fleet: Fleet, _ history: inout ActivityHistory, time: Double) {
        let sample = ActivitySample(time: time, fleet: fleet.metrics(), memory: nil)
        history.take(ActivityTally(), sample)
        for point in history.points(since: 0) { _ = point.resource.json.text }
        _ = MetricsPage(fleet.metrics(), [:]).text
        for status in fleet.models() {
            _ = ModelListing.resource(status, created: 1_700_000_000).json.text
            _ = status.failure?.sentence
        }
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func whateverAWorkerSaysTheRouterGoesOn(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let launcher = FakeLauncher(.obedient)
        let fleet = fleet(launcher)
        var history = ActivityHistory()
        let boxes = (0..<4).map { _ in LeaseBox() }
        for (place, box) in boxes.enumerated() {
            _ = fleet.lease(place % 2 == 0 ? "a" : "b", completion: box.completion)
        }
        for round in 0..<12 {
            let worker = launcher.workers[Int.random(in: launcher.workers.indices, using: &random)]
            worker.write(line(&random))
            look(fleet, &history, time: 1_700_000_000 + Double(round) * 10)
        }
        // What was granted ends, and those who still wait can be told.
        for box in boxes { box.lease?.end() }
        #expect(boxes.allSatisfy { $0.answerCount <= 1 })
        #expect(fleet.models().count == 2)
    }

    private func line(_ random: inout SeededGenerator) -> [UInt8] {
        var text = Self.seeds.randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<4, using: &random) {
        case 0: break
        case 1:
            // Another value where a number stands.
            let numbers = text.matches(of: /-?[0-9]+(\.[0-9]+)?/).map(\.range)
            if let range = numbers.randomElement(using: &random) {
                text.replaceSubrange(range, with: Self.numbers.randomElement(using: &random) ?? "")
            }
        default:
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            return bytes + [0x0A]
        }
        return Array(text.utf8) + [0x0A]
    }
}
