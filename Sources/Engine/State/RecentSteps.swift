// SPDX-License-Identifier: MIT

/// What the last steps of one kind took, in seconds for a token: the mean of a block of them, long enough for what the system's
/// scheduler does in turns to show.
struct RecentSteps: Sendable {
    /// The mean of the last whole block; nil before the first one.
    private(set) var mean: Double?
    /// Whole blocks so far.
    private(set) var blocks = 0
    /// What they took when nothing disturbed them; nil before that is known.
    var calm: Double?
    private var sum = 0.0
    private var count = 0
    private var time = 0.0

    init(calm: Double? = nil) {
        self.calm = calm
    }

    /// A step was computed.
    /// - Parameter seconds: for a token.
    /// - Returns: whether a block is whole now.
    mutating func note(_ seconds: Double, tokens: Int) -> Bool {
        sum += seconds
        count += 1
        time += seconds * Double(tokens)
        guard count >= ThreadPace.leastSteps, time >= ThreadPace.block else { return false }
        let mean = sum / Double(count)
        self.mean = mean
        blocks += 1
        calm = calm.map { min($0, mean) }
        (sum, count, time) = (0, 0, 0)
        return true
    }

    /// Whether they take much longer than they did.
    var isDisturbed: Bool {
        guard let calm, let mean else { return false }
        return mean >= calm * ThreadPace.disturbance
    }
}
