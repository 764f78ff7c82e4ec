// SPDX-License-Identifier: MIT

/// Why a GBNF grammar can't be used.
package struct GrammarProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The end of a sentence that begins with "the grammar".
    package let description: String

    init(_ description: String) { self.description = description }
}
