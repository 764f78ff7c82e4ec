// SPDX-License-Identifier: MIT

/// Which generations give up their slots because their streams are not read while others wait for a slot. Pure.
///
/// A generation whose reader is behind can't go on, so its slot does nothing. A reader that only is slower than the model
/// takes something every few hundred milliseconds, and keeps its slot.
package struct SlowReaders: Sendable, Equatable {
    /// What is to be done.
    package struct Decision: Sendable, Equatable {
        /// Slots that are taken from their generations.
        package var leaving: [Int] = []
        /// When to decide anew, if nothing else happens; nil for no need to.
        package var nextLook: Duration?
    }

    /// How long a reader may be behind while others wait.
    package let patience: Duration

    package init(patience: Duration) {
        self.patience = patience
    }

    /// Decides.
    /// - Parameters:
    ///   - behind: by slot, for how long its reader has been behind; nil for one that reads, and for an idle slot.
    ///   - particular: slots that waiting requests ask for by their number.
    ///   - others: how many wait for any slot, beyond those that are idle.
    package func decide(_ behind: [Duration?], particular: Set<Int>, others: Int) -> Decision {
        var decision = Decision()
        guard others > 0 || !particular.isEmpty else { return decision }
        var left = others
        // The one that has been behind for longest goes first.
        let order = behind.indices.filter { behind[$0] != nil }.sorted { (behind[$0] ?? .zero) > (behind[$1] ?? .zero) }
        for slot in order {
            guard let time = behind[slot], particular.contains(slot) || left > 0 else { continue }
            guard time >= patience else {
                let rest = patience - time
                decision.nextLook = min(decision.nextLook ?? rest, rest)
                continue
            }
            decision.leaving.append(slot)
            if !particular.contains(slot) { left -= 1 }
        }
        return decision
    }
}
