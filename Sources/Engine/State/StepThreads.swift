// SPDX-License-Identifier: MIT

/// By how many threads each step is computed: no more than the options say, no more than the parent allows, and no more than is
/// of use beside other programs. The engine has one number for single tokens and one for several, so each is found by itself.
package struct StepThreads: Sendable {
    /// What the options say.
    private let most: ThreadCounts
    /// Whether fewer are taken where fewer are of more use.
    private let paces: Bool
    private var single: ThreadPace
    private var several: ThreadPace
    /// How many steps of several tokens there were since the last one of a single token.
    private var inARow = 0

    /// Seconds. Steps of several tokens that take less are like those of one: threads wait more than they compute.
    private static let short = 0.25

    /// - Parameter paces: whether fewer are taken beside other programs. Where the user chose the number it stays: the order in which
    ///   attention adds up depends on it, and so may an answer.
    package init(most: ThreadCounts, paces: Bool = true) {
        self.most = most
        self.paces = paces
        single = ThreadPace(limit: most.single)
        several = ThreadPace(limit: most.several)
    }

    /// - Parameter limit: what the parent allows; nil for no limit.
    package mutating func setLimit(_ limit: ThreadCounts?) {
        single.setLimit(min(most.single, limit?.single ?? .max))
        several.setLimit(min(most.several, limit?.several ?? .max))
    }

    /// The numbers for a step of so many tokens.
    package func counts(tokens: Int) -> ThreadCounts {
        guard paces else { return limit }
        var counts = ThreadCounts(
            single: single.threads(tokens: 1),
            several: several.threads(tokens: max(tokens, 2))
        )
        // A short prompt between two answers is over before anything could be found: what holds for the answers holds for it.
        if tokens > 1, inARow == 0, single.number < single.limit, let usual = single.usual,
            usual * Double(tokens) < Self.short
        {
            counts.several = min(counts.several, single.number)
        }
        return counts
    }

    /// The most that there may be of each, whatever is of use.
    package var limit: ThreadCounts { ThreadCounts(single: single.limit, several: several.limit) }

    /// A step was computed.
    /// - Parameter counts: what `counts` gave for it.
    package mutating func took(_ duration: Duration, tokens: Int, counts: ThreadCounts, at now: ThreadPace.Instant) {
        guard paces else { return }
        inARow = tokens == 1 ? 0 : inARow + 1
        if tokens == 1 {
            single.took(duration, tokens: 1, threads: counts.single, at: now)
        } else {
            several.took(duration, tokens: tokens, threads: counts.several, at: now)
        }
    }
}
