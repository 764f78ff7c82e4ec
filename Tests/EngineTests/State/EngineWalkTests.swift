// SPDX-License-Identifier: MIT

import Engine
import Foundation
import TestKit
import Testing

@Suite("Random histories of an engine")
struct EngineWalkTests {
    /// Histories of each of the parts that run side by side: a debug build takes thirty times as long for one.
    private static let histories: UInt64 = {
        if let wanted = ProcessInfo.processInfo.environment["ENGINEHOUSE_WALKS"].flatMap(UInt64.init) {
            return wanted / 8
        }
        #if DEBUG
            return 8
        #else
            return 500
        #endif
    }()

    /// A whole history. Its state is large: it stays out of the frames of asynchronous functions.
    private static func walk(_ seed: UInt64) -> (world: EngineWorld, rules: EngineRules) {
        var walk = EngineWalk(seed: seed)
        walk.run(turns: 30)
        walk.settle()
        return (walk.world, walk.rules)
    }

    @Test(
        "each token sees its own tokens and nothing else, each answer ends once, and none waits for ever",
        arguments: 0..<8
    )
    func walks(part: UInt64) async {
        var counts: [String: Int] = [:]
        for seed in (part * Self.histories)..<((part + 1) * Self.histories) {
            let walk = Self.walk(seed)
            // The other tests have the same threads.
            await Task.yield()
            counts.merge(walk.world.counts, uniquingKeysWith: +)
            #expect(
                walk.world.violations.isEmpty,
                "seed \(seed), \(walk.rules.kind): \(walk.world.violations.joined(separator: "\n"))"
            )
            #expect(walk.world.running.isEmpty || !walk.world.violations.isEmpty, "seed \(seed): some wait for ever")
            guard walk.world.violations.isEmpty, walk.world.running.isEmpty else { return }
        }
        // Walks that never get anywhere prove nothing; a few can't get everywhere.
        guard Self.histories >= 500 else { return }
        for what in [
            "reused", "no room", "set aside", "loaded(true)", "loaded(false)", "medium", "saved", "restored",
            "embedded", "forgot", "accepted",
        ] {
            #expect(counts[what, default: 0] > 0, "no history has '\(what)'")
        }
    }
}
