// SPDX-License-Identifier: MIT

/// A line that no command understands: exit status 2.
package struct UsageError: Error, Equatable, CustomStringConvertible {
    /// A sentence that says what to do.
    package let description: String

    init(_ description: String) { self.description = description }
}
