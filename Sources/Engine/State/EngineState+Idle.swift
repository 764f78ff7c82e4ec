// SPDX-License-Identifier: MIT

/// Conversations of idle slots, which leave a cache that all share for the main memory.
extension EngineState {
    /// Moves what an idle slot holds to the main memory and out of the cache that all share, if a generation has begun: those
    /// at work look at fewer cells then. One slot a turn: copying takes a while, and they wait for it.
    /// - Returns: false: there is no more to do in this turn.
    mutating func storeIdle() -> Bool {
        // One that waits for another's prompt may still copy from an idle slot.
        guard hasWorked, rules.storesIdle, let begun,
            !slots.indices.contains(where: { slots[$0].generation?.leader != nil })
        else {
            return false
        }
        for index in slots.indices
        where isIdle(index) && slots[index].lastUsed < begun && !slots[index].cached.isEmpty && !isLeaving(index) {
            if keep(index, mover: index) {
                moved(index)
                return false
            }
            // What can't be kept elsewhere stays.
            if isLeaving(index) { return false }
        }
        self.begun = nil
        return false
    }

    private func isLeaving(_ index: Int) -> Bool {
        copies.values.contains { if case .state(_, index) = $0 { true } else { false } }
    }

    /// What an idle slot holds is in the main memory now: it gives up its cells.
    mutating func moved(_ index: Int) {
        guard isIdle(index) else { return }
        let tokens = slots[index].cached.tokens
        forget(index)
        slots[index].moved = tokens
        emit(.note("slot \(index): \(tokens.count) tokens moved to main memory", isDebug: true))
    }
}
