// SPDX-License-Identifier: MIT

/// What starts a lazy grammar.
package struct GrammarTrigger: Sendable, Equatable {
    /// How the text is looked at; the numbers are llama-common's.
    package enum Kind: Int32, Sendable {
        case token
        case word
        /// A regular expression that is searched.
        case pattern
        /// A regular expression that all of the text must match.
        case wholePattern
    }

    package var kind: Kind
    package var value: String
    /// For ``Kind/token``.
    package var token: Int32

    package init(kind: Kind, value: String, token: Int32 = -1) {
        self.kind = kind
        self.value = value
        self.token = token
    }
}
