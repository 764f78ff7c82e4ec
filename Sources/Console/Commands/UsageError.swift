// SPDX-License-Identifier: MIT

import Platform

/// A line that no command understands: exit status 2.
package struct UsageError: ExplainedError {
    /// A sentence that says what to do.
    package let message: String

    init(_ message: String) { self.message = message }
}
