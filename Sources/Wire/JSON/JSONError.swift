// SPDX-License-Identifier: MIT

import Platform

/// Says where JSON text breaks its grammar.
package struct JSONError: ExplainedError {
    /// Bytes before the place.
    package let offset: Int
    /// What was wrong there, in a few words.
    package let message: String

    package init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    package var description: String { "malformed JSON at byte \(offset): \(message)" }

    static func endOfText(at offset: Int) -> JSONError {
        JSONError(offset: offset, message: "the text ends too early")
    }
}
