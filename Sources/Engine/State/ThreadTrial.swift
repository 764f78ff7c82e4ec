// SPDX-License-Identifier: MIT

/// Some steps with another number of threads, compared with those before. It ends as soon as it can't be won any more.
///
/// Fewer threads are compared with the former number once more, since the steps before may have been disturbed by chance.
struct ThreadTrial: Sendable {
    enum Verdict {
        case better
        case worse
    }

    /// Steps after which the fastest of them says how fast the number is where nothing disturbs it.
    private static let glance = 3

    let kind: Int
    /// The number that steps had before.
    let former: Int
    /// The number that is tried.
    let target: Int
    /// What steps took before, in seconds for a token.
    let reference: Double
    /// What the steps of the try lost, in seconds.
    private(set) var cost = 0.0
    private(set) var last: ContinuousClock.Instant
    /// Steps that it has at most, and as many with the former number.
    private let length: Int
    private var sum = 0.0
    private var count = 0
    private var fastest = Double.infinity
    /// The same of the steps with the former number again; nil before those.
    private var again: (sum: Double, count: Int)?

    /// - Parameter tokens: what a step computes.
    init(_ kind: Int, _ former: Int, to target: Int, reference: Double, tokens: Int, _ now: ContinuousClock.Instant) {
        self.kind = kind
        self.former = former
        self.target = target
        self.reference = reference
        last = now
        let steps = (ThreadPace.block / max(reference * Double(tokens), 1e-6)).rounded(.up)
        length = max(ThreadPace.leastSteps, Int(min(steps, 128)))
    }

    var isForFewer: Bool { target < former }

    /// Threads of the next step.
    var number: Int { again == nil ? target : former }

    /// What a step of the try took.
    var mean: Double { sum / Double(max(count, 1)) }

    /// A step of this kind was computed with `number` threads.
    mutating func note(_ seconds: Double, tokens: Int, at now: ContinuousClock.Instant) -> Verdict? {
        last = now
        if let (sum, count) = again {
            again = (sum + seconds, count + 1)
            cost += max(0, seconds - mean) * Double(tokens)
            if self.sum <= ThreadPace.fewerGain * (sum + seconds) { return .better }
            return count + 1 == length ? .worse : nil
        }
        sum += seconds
        count += 1
        fastest = min(fastest, seconds)
        cost += max(0, seconds - reference) * Double(tokens)
        let gain = isForFewer ? ThreadPace.fewerGain : ThreadPace.moreGain
        if sum > reference * Double(length) * gain { return .worse }
        if count == Self.glance, fastest > reference { return .worse }
        guard count == length else { return nil }
        guard isForFewer else { return .better }
        again = (0, 0)
        return nil
    }
}
