// SPDX-License-Identifier: MIT

import Platform

/// What went wrong, in one sentence that says what to do: exit status 1.
package struct ConsoleError: ExplainedError {
    package let message: String
    /// The answer's HTTP status; nil if there was none.
    package let status: Int?

    init(_ message: String, status: Int? = nil) {
        self.message = message
        self.status = status
    }
}
