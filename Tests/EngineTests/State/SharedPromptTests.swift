// SPDX-License-Identifier: MIT

import Engine
import TestKit
import Testing

/// The walks see that what is shared is right; here it is seen that it is shared.
@Suite("Prompts that begin alike")
struct SharedPromptTests {
    private static func rules(_ kind: MemoryKind, isUnified: Bool) -> EngineRules {
        var rules = EngineRules(size: isUnified ? 600 : 200 * 3, sizePerSequence: 200)
        rules.isUnified = isUnified
        rules.slots = 3
        rules.kind = kind
        rules.batch = 48
        rules.microBatch = 48
        rules.stateBytes = 100_000
        rules.checkpoints = CheckpointPlan(limit: 8, step: 8)
        if case .window = kind, !isUnified { rules.cutsSteps = true }
        return rules
    }

    /// Three prompts, 70 tokens of which are the same.
    private static func prompts() -> [[Int32]] {
        let common = (0..<70).map { Int32($0 + 1) }
        return (0..<3).map { prompt in common + (0..<(10 + prompt)).map { Int32(100 * (prompt + 1) + $0) } }
    }

    @Test(
        "what comes together is computed once, on each kind of memory",
        arguments: [MemoryKind.any, .window(8), .window(40), .whole, .rollback(2)],
        [true, false]
    )
    func together(kind: MemoryKind, isUnified: Bool) {
        var world = EngineWorld(Self.rules(kind, isUnified: isUnified), failures: 0, seed: 1)
        let prompts = Self.prompts()
        for prompt in prompts {
            var order = GenerationOrder(prompt: prompt)
            order.maxTokens = 0
            world.arrive(order)
        }
        var turns = 0
        while !world.running.isEmpty, turns < 100 {
            world.run()
            turns += 1
        }
        #expect(world.running.isEmpty)
        #expect(world.violations.isEmpty)
        let once = prompts[0].count + prompts[1...].reduce(0) { $0 + $1.count - 70 }
        #expect(world.computed == once, "\(kind), \(isUnified ? "one buffer" : "buffers of their own")")
    }
}
