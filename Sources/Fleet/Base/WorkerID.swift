// SPDX-License-Identifier: MIT

/// One launch of one worker process. A model that is loaded again gets another one, so late news of a dead worker is
/// recognised.
package struct WorkerID: Hashable, Sendable, Comparable, CustomStringConvertible {
    let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }

    package var description: String { "w\(number)" }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
