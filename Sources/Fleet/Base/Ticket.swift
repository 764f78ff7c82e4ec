// SPDX-License-Identifier: MIT

/// A request that asked for a model. It ends in exactly one grant or one rejection.
package struct Ticket: Hashable, Sendable, CustomStringConvertible {
    let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }

    package var description: String { "t\(number)" }
}
