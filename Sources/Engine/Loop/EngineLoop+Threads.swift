// SPDX-License-Identifier: MIT

/// By how many threads steps are computed.
extension EngineLoop {
    /// Sets the threads of a step that comes.
    mutating func takeThreads(tokens: Int) -> ThreadCounts {
        threads.setLimit(mailbox.threadLimit)
        let counts = threads.counts(tokens: tokens)
        context.use(counts)
        speculator?.draft?.context.use(threads.limit)
        return counts
    }

    /// A step is over, or a device has it.
    /// - Parameters:
    ///   - counts: what `takeThreads` gave for it.
    ///   - isOver: whether all was waited for that was begun since.
    mutating func computed(_ tokens: Int, by counts: ThreadCounts, since began: ContinuousClock.Instant, isOver: Bool) {
        // How long it takes to give work to a device says nothing.
        guard isOver || context.isOnProcessor else { return }
        let now = clock.now
        threads.took(now - began, tokens: tokens, counts: counts, at: now)
    }
}
