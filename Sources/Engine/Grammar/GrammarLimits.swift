// SPDX-License-Identifier: MIT

/// How large a grammar may be, and how many ways it may allow.
package struct GrammarLimits: Sendable, Equatable {
    /// Bytes of its text.
    package var bytes = 4 << 20
    /// Symbols of all rules once the repetitions are written out.
    package var symbols = 400_000
    /// Parentheses inside of each other.
    package var nesting = 512
    /// Repetitions of one thing, and of what it consists of: the engine's own bound.
    package var repetitions = 2_000
    /// Rules that begin with each other; the engine follows them by calling itself.
    package var chain = 4_000
    /// Ways of following rules that begin with each other; the engine walks them all.
    package var paths = 1e6
    /// Ways to go on behind one character; each is looked at for each token.
    package var ways = 2_000.0
    /// Ways to go on over two and over three characters: they are all walked while one token is chosen.
    package var waysOverTwo = 1e5
    package var waysOverThree = 2e6

    package init() {}
}
