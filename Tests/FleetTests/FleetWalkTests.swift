// SPDX-License-Identifier: MIT

import TestKit
import Testing

/// Thousands of random histories: whatever happens in whatever order, the rules hold and everybody is answered.
@Suite struct FleetWalkTests {
    @Test(arguments: 0..<12)
    func rulesHoldInEveryHistory(batch: Int) {
        for seed in (batch * 250)..<(batch * 250 + 250) {
            var walk = FleetWalk(seed: UInt64(seed))
            walk.run(events: 100)
            walk.settle()
            #expect(walk.world.violations.isEmpty, "seed \(seed)")
            #expect(
                walk.world.waiting.isEmpty,
                "seed \(seed): \(walk.world.waiting.count) requests were never answered"
            )
            if !walk.world.violations.isEmpty || !walk.world.waiting.isEmpty { return }
        }
    }
}
