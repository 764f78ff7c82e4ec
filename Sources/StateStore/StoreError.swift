// SPDX-License-Identifier: MIT

/// Why a store can't be used, or a record not be written.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Whether there is no room left, so that less might fit.
    package let isFull: Bool
    package let description: String

    package init(_ description: String, isFull: Bool = false) {
        self.description = description
        self.isFull = isFull
    }
}
