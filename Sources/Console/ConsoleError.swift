// SPDX-License-Identifier: MIT

/// What went wrong, in one sentence that says what to do: exit status 1.
package struct ConsoleError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    /// The answer's HTTP status; nil if there was none.
    package let status: Int?

    init(_ description: String, status: Int? = nil) {
        self.description = description
        self.status = status
    }
}
