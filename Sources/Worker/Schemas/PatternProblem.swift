// SPDX-License-Identifier: MIT

import Platform

/// Why a regular expression can't be followed by a grammar.
package struct PatternProblem: ExplainedError {
    /// The end of a sentence that begins with the pattern.
    package let message: String
}
