// SPDX-License-Identifier: MIT

/// What the loop does, in figures.
extension EngineLoop {
    /// Tokens of prompts that a step computes for the first time.
    func promptTokens(_ shares: [Batcher.Share]) -> Int {
        shares.filter { slots[$0.slot].generation?.isComputingPrompt == true }.reduce(0) { $0 + $1.count }
    }

    /// Slots whose generation has its place in the cache.
    var busySlots: Int { slots.count { $0.generation?.isPreempted == false } }

    /// Waits for steps that still compute, so that neither rest nor other work counts as theirs.
    mutating func settle() {
        guard let start = uncounted else { return }
        context.synchronize()
        uncounted = nil
        let took = clock.now - start
        metrics.update { $0.promptTook(took) }
    }

    /// Counts a step.
    /// - Parameters:
    ///   - tokens: tokens of prompts in it.
    ///   - isDone: whether it has been waited for; else its time is counted with a later one's.
    mutating func count(_ tokens: Int, began: ContinuousClock.Instant, isDone: Bool) {
        let longest = slots.reduce(0) { max($0, $1.cached.count) }
        let busy = busySlots
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
