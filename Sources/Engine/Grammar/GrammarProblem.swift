// SPDX-License-Identifier: MIT

import Platform

/// Why a GBNF grammar can't be used.
package struct GrammarProblem: ExplainedError {
    /// The end of a sentence that begins with "the grammar".
    package let message: String

    init(_ message: String) { self.message = message }
}
