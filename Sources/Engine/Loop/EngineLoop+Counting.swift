// SPDX-License-Identifier: MIT

/// What the loop does, in figures.
extension EngineLoop {
    func count(_ count: EngineCount) {
        metrics.update { counters in
            switch count {
            case .reused(let tokens): counters.reuse(tokens)
            case .step(let promptTokens, let busy, let longest):
                counters.step(promptTokens: promptTokens, busy: busy, longest: longest)
            case .fetched(let tokens, let bytes, let took): counters.fetched(tokens: tokens, bytes: bytes, took: took)
            case .notOnShelf: counters.missed()
            case .setAside: counters.preempted()
            case .checked(let proposed, let accepted): counters.checked(proposed: proposed, accepted: accepted)
            }
        }
    }

    /// Counts the time of a step with tokens of prompts: one that isn't waited for ends with a later one.
    mutating func took(_ plan: StepPlan, began: ContinuousClock.Instant) {
        if plan.promptTokens > 0, uncounted == nil { uncounted = began }
        guard plan.isAwaited, let start = uncounted else { return }
        uncounted = nil
        let took = clock.now - start
        metrics.update { $0.promptTook(took) }
    }

    /// Waits for steps that still compute, so that neither rest nor other work counts as theirs.
    mutating func settle() {
        guard let start = uncounted else { return }
        context.synchronize()
        uncounted = nil
        let took = clock.now - start
        metrics.update { $0.promptTook(took) }
    }
}
