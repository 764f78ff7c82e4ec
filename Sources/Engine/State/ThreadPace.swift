// SPDX-License-Identifier: MIT

/// Finds by how many threads steps of one sort are computed fastest: it compares what they take.
///
/// Threads wait for the slowest of them many times in each step. Where another program takes a part of a core, one
/// thread less may be many times as fast. Such programs come and go unannounced, so other numbers are tried for a few
/// steps. The cost of a try delays the next one, and so does each failure. So a model that has the machine for itself
/// loses nothing.
package struct ThreadPace: Sendable {
    /// Seconds whose steps are compared: some turns of the system's scheduler, which are a few milliseconds each.
    static let block = 0.025
    /// Steps that are compared at least.
    static let leastSteps = 4
    /// Blocks before the first try.
    static let firstBlocks = 2
    /// What fewer threads must take, at most, of the time of more, to be worth it; and more of the time of fewer.
    static let fewerGain = 0.9
    static let moreGain = 0.95
    /// By how much steps become slower before it is looked whether a stranger has come.
    static let disturbance = 1.25
    /// The shortest and the longest pauses between tries of fewer and of more.
    static let fewerPauses = (Duration.milliseconds(100), Duration.seconds(60))
    static let morePauses = (Duration.seconds(1), Duration.seconds(8))

    package typealias Instant = ContinuousClock.Instant

    /// The most threads that there may be.
    package private(set) var limit: Int
    /// The number that was found; `limit` holds all the same.
    private var found = Int.max
    /// What steps took with the number at hand, by their kind.
    private var recent: [Int: RecentSteps] = [:]
    private var attempt: ThreadTrial?
    private var fewer = Pauses(pause: fewerPauses.0)
    private var more = Pauses(pause: morePauses.0)
    /// How many threads fewer the next try has.
    private var distance = 1
    /// When more were found to be better, and how many.
    private var growth: (number: Int, at: Instant)?

    /// When tries may be.
    private struct Pauses: Sendable {
        var pause: Duration
        /// Nil before the first one.
        var due: Instant?
        /// When there may be one for a reason.
        var earliest: Instant?
    }

    package init(limit: Int) {
        self.limit = max(limit, 1)
    }

    /// What a step lately took, in seconds for a token; nil before that is known.
    package private(set) var usual: Double?

    /// The number at hand.
    package var number: Int { min(found, limit) }

    /// There may be more threads, or fewer. What was found holds on.
    package mutating func setLimit(_ limit: Int) {
        guard max(limit, 1) != self.limit else { return }
        self.limit = max(limit, 1)
        attempt = nil
        recent = [:]
    }

    /// Threads for the next step.
    /// - Parameter tokens: what it computes.
    package func threads(tokens: Int) -> Int {
        if let attempt, attempt.kind == Self.kind(tokens) { return attempt.number }
        return number
    }

    /// A step was computed.
    /// - Parameters:
    ///   - tokens: what it computed, at least 1.
    ///   - threads: by how many.
    package mutating func took(_ duration: Duration, tokens: Int, threads: Int, at now: Instant) {
        guard limit > 1, tokens > 0 else { return }
        let kind = Self.kind(tokens)
        let seconds = duration / .seconds(1) / Double(tokens)
        if let last = attempt?.last, last.duration(to: now) > duration + .seconds(1) { attempt = nil }
        if var attempt, attempt.kind == kind {
            guard threads == attempt.number else { return }
            let verdict = attempt.note(seconds, tokens: tokens, at: now)
            self.attempt = attempt
            if let verdict { end(attempt, verdict, now) }
            return
        }
        guard threads == number else { return }
        guard recent[kind, default: RecentSteps()].note(seconds, tokens: tokens) else { return }
        usual = recent[kind]?.mean
        if attempt == nil { begin(kind, tokens: tokens, now) }
    }

    /// Steps of one kind take times that can be compared: few tokens exactly as many, more of them to a power of two.
    private static func kind(_ tokens: Int) -> Int {
        tokens <= 16 ? tokens : 17 + (Int.bitWidth - tokens.leadingZeroBitCount)
    }

    /// Tries another number if it is time to.
    private mutating func begin(_ kind: Int, tokens: Int, _ now: Instant) {
        guard let steps = recent[kind], let reference = steps.mean else { return }
        let isDisturbed = steps.isDisturbed && now >= fewer.earliest ?? now
        let isDue = fewer.due.map { now >= $0 } ?? (steps.blocks >= Self.firstBlocks)
        func attempt(_ target: Int) {
            self.attempt = ThreadTrial(kind, number, to: target, reference: reference, tokens: tokens, now)
        }
        if number > 1, isDisturbed {
            attempt(max(1, number - distance))
        } else if number < limit, more.due.map({ now >= $0 }) ?? true {
            attempt(number + 1)
        } else if number > 1, isDue {
            attempt(max(1, number - distance))
        }
    }

    private mutating func end(_ trial: ThreadTrial, _ verdict: ThreadTrial.Verdict, _ now: Instant) {
        attempt = nil
        let cost = Duration.seconds(trial.cost)
        switch (verdict, trial.isForFewer) {
        case (.better, true):
            shrink(to: trial.target, now)
        case (.better, false):
            found = trial.target < limit ? trial.target : .max
            growth = (trial.target, now)
            recent = [trial.kind: RecentSteps(calm: trial.mean)]
            more.due = now
            fewer.due = now + Self.fewerPauses.0
            fewer.earliest = now
        case (.worse, true):
            if let next = nextDistance(behind: trial) {
                distance = next
                fewer.earliest = now + cost * 20
                fewer.due = fewer.earliest
            } else {
                distance = 1
                recent[trial.kind]?.calm = trial.reference
                fewer.pause = min(fewer.pause * 2, Self.fewerPauses.1)
                fewer.due = now + max(fewer.pause, cost * 100)
                fewer.earliest = now + cost * 20
            }
        case (.worse, false):
            more.pause = min(more.pause * 2, Self.morePauses.1)
            more.due = now + max(more.pause, cost * 100)
        }
    }

    /// How many threads fewer the next try of a round has; nil where it is over. Several strangers aren't escaped by one thread
    /// less; but where that was slower as it is on a quiet machine, no others are tried.
    private func nextDistance(behind trial: ThreadTrial) -> Int? {
        let steps = [1, number / 2, number - 1].filter { $0 > distance }
        guard let next = steps.first, number > 2 else { return nil }
        guard distance == 1 else { return next }
        return trial.mean < trial.reference * (1 + 0.5 / Double(number - 1)) ? next : nil
    }

    private mutating func shrink(to number: Int, _ now: Instant) {
        // More that were better for a moment only count as a try that failed.
        // A jump may have gone too far.
        let wasBrief =
            distance == 1 && growth.map { $0.number == self.number && $0.at.duration(to: now) < more.pause } ?? false
        found = number
        recent = [:]
        distance = 1
        fewer = Pauses(pause: Self.fewerPauses.0, due: now, earliest: now)
        more.pause = wasBrief ? min(more.pause * 2, Self.morePauses.1) : Self.morePauses.0
        more.due = now + more.pause
    }
}
