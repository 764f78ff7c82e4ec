// SPDX-License-Identifier: MIT

import Wire

/// Random numbers that a seed determines, so that a failing walk can be repeated.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var numbers: SplitMix64

    package init(seed: UInt64) {
        numbers = SplitMix64(seed: seed)
    }

    package mutating func next() -> UInt64 { numbers.next() }
}
