// SPDX-License-Identifier: MIT

import Platform

/// Why a store can't be used, or a record not be written.
package struct StoreError: ExplainedError {
    /// Whether there is no room left, so that less might fit.
    package let isFull: Bool
    package let message: String

    package init(_ message: String, isFull: Bool = false) {
        self.message = message
        self.isFull = isFull
    }
}
