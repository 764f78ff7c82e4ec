// SPDX-License-Identifier: MIT

/// How a run of tokens is looked up and continued.
package struct NgramOptions: Sendable, Equatable {
    /// Tokens that are looked up.
    package var key: UInt16 = 12
    /// Tokens that are proposed.
    package var value: UInt16 = 48
    /// How often they must have been found before.
    package var minHits: UInt16 = 1

    package init() {}
}
