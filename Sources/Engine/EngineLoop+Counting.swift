// SPDX-License-Identifier: MIT

/// What the loop does, in figures.
extension EngineLoop {
    /// Counts a step.
    /// - Parameter isDone: whether it has been waited for; else its time is counted with a later one's.
    mutating func count(_ shares: [Batcher.Share], began: ContinuousClock.Instant, isDone: Bool) {
        let prompts = shares.filter { slots[$0.slot].generation.map { $0.next == nil } ?? false }
        let tokens = prompts.reduce(0) { $0 + $1.count }
        let busy = slots.count { $0.generation != nil }
        let longest = slots.reduce(0) { max($0, $1.cached.count) }
        if tokens > 0, uncounted == nil { uncounted = began }
        var took: Duration?
        if isDone, let start = uncounted {
            took = clock.now - start
            uncounted = nil
        }
        metrics.update { counters in
            counters.step(promptTokens: tokens, busy: busy, longest: longest)
            if let took { counters.promptTook(took) }
        }
    }
}
