// SPDX-License-Identifier: MIT

/// Says what goes into the next step: a token for every generating slot, tokens that were proposed behind it, then prompt,
/// oldest first. Proposals leave half of the room to prompts.
///
/// While something generates, the whole step stays within one micro-batch, so that a long prompt never holds up a
/// generation for longer. Pure, so that fairness can be tested without a model.
package struct Batcher: Sendable, Equatable {
    /// What a slot wants.
    package enum Need: Sendable, Equatable {
        /// Its one next token, and those that were proposed behind it.
        case generate(proposed: Int = 0)
        /// That many tokens of prompt. `age` orders the slots: lower is older.
        case prompt(remaining: Int, age: UInt64)
    }

    /// What a slot gets in this step.
    package struct Share: Sendable, Equatable {
        package let slot: Int
        /// Tokens of prompt, or 1 and the proposed ones for a generating slot.
        package let count: Int

        package init(slot: Int, count: Int) {
            self.slot = slot
            self.count = count
        }
    }

    /// Most tokens in one step.
    let batch: Int
    /// Most tokens in a step while something generates.
    package let microBatch: Int
    /// Whether only one slot may have more than one token in a step.
    let hasOneRun: Bool

    package init(batch: Int, microBatch: Int, hasOneRun: Bool = false) {
        self.batch = batch
        self.microBatch = microBatch
        self.hasOneRun = hasOneRun
    }

    /// Divides the next step.
    /// - Parameter needs: by slot; nil for a slot that has nothing to do.
    /// - Returns: shares, generating slots first; empty if nothing is needed.
    package func plan(_ needs: [Need?]) -> [Share] {
        var shares: [Share] = []
        var proposals: [Int] = []
        var prompts: [(slot: Int, remaining: Int, age: UInt64)] = []
        for (slot, need) in needs.enumerated() {
            switch need {
            case .generate(let proposed):
                shares.append(Share(slot: slot, count: 1))
                proposals.append(proposed)
            case .prompt(let remaining, let age): prompts.append((slot, remaining, age))
            case nil: break
            }
        }
        if shares.count > batch { shares.removeLast(shares.count - batch) }
        let limit = shares.isEmpty ? batch : min(batch, max(microBatch, shares.count + 1))
        var room = limit - shares.count
        room -= add(proposals, to: &shares, room: prompts.isEmpty ? room : room / 2)
        for prompt in prompts.sorted(by: { $0.age < $1.age }) where room > 0 {
            let count = min(prompt.remaining, room)
            guard count > 0 else { continue }
            shares.append(Share(slot: prompt.slot, count: count))
            room -= count
        }
        guard hasOneRun, let run = shares.firstIndex(where: { $0.count > 1 }) else { return shares }
        return shares.enumerated().map { $0.offset > run ? Share(slot: $0.element.slot, count: 1) : $0.element }
    }

    /// Adds proposed tokens, the same number for each slot where there isn't room for all.
    /// - Returns: how many were added.
    private func add(_ proposals: [Int], to shares: inout [Share], room: Int) -> Int {
        var left = room
        for index in shares.indices {
            let count = min(proposals[index], left / (shares.count - index))
            guard count > 0 else { continue }
            shares[index] = Share(slot: shares[index].slot, count: 1 + count)
            left -= count
        }
        return room - left
    }
}
