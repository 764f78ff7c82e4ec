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
            return 60
        #else
            return 1_500
        #endif
    }()

    /// What came of a history.
    private struct Outcome {
        let notes: WalkNotes
        let violations: [String]
        let kind: MemoryKind
        let someWait: Bool
    }

    /// A whole history. Its state is large: it stays out of the frames of asynchronous functions.
    private static func walk(_ seed: UInt64) -> Outcome {
        var walk = EngineWalk(seed: seed)
        walk.run()
        return Outcome(
            notes: walk.world.notes,
            violations: walk.world.violations,
            kind: walk.rules.kind,
            someWait: !walk.world.running.isEmpty
        )
    }

    /// A part of the histories.
    /// - Returns: what happened in them; nil where a rule was broken, which is recorded.
    private static func walks(part: UInt64) async -> WalkNotes? {
        var notes = WalkNotes()
        for seed in (part * Self.histories)..<((part + 1) * Self.histories) {
            let outcome = Self.walk(seed)
            // The other tests have the same threads.
            if seed % 16 == 0 { await Task.yield() }
            notes.add(outcome.notes)
            guard outcome.violations.isEmpty else {
                Issue.record("seed \(seed), \(outcome.kind): \(outcome.violations.joined(separator: "\n"))")
                return nil
            }
            guard !outcome.someWait else {
                Issue.record("seed \(seed), \(outcome.kind): some wait for ever")
                return nil
            }
        }
        return notes
    }

    @Test("each token sees its own tokens and nothing else, each answer ends once, and none waits for ever")
    func walks() async {
        let parts = await withTaskGroup(of: WalkNotes?.self) { group in
            for part in 0..<8 { group.addTask { await Self.walks(part: UInt64(part)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // Walks that never get anywhere prove nothing; a few can't get everywhere.
        guard Self.histories >= 1_500, !parts.contains(where: { $0 == nil }) else { return }
        let notes = parts.reduce(into: WalkNotes()) { sum, part in if let part { sum.add(part) } }
        let missing = WalkNote.allCases.filter { notes[$0] == 0 }
        #expect(missing.isEmpty, "no history has these")
    }
}
