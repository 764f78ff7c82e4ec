// SPDX-License-Identifier: MIT

/// Generations that are set aside while the cache is full: they keep their slots and all that they have but their cells, which
/// are loaded from the main memory, or computed again, before they go on.
extension EngineLoop {
    /// Fewer tokens aren't worth a copy.
    private static let smallestShare = 32

    /// Lets those go on for whom there is room again, oldest first.
    mutating func resumePreempted() {
        guard slots.contains(where: { $0.generation?.isPreempted == true }) else { return }
        while let action = preemption.next(claims(), others: embeddedCells) {
            switch action {
            case .preempt(let index): preempt(index)
            case .resume(let index): resume(index)
            }
        }
    }

    /// Whether somebody older was set aside and waits for room.
    func isOvertaking(_ age: UInt64 = .max) -> Bool {
        slots.contains { slot in
            slot.generation.map { $0.isPreempted && $0.age < age && !$0.stream.isFull } ?? false
        }
    }

    /// Sets the youngest aside.
    /// - Returns: its slot; nil if one alone fills the cache, or slots don't share it.
    mutating func preemptYoungest() -> Int? {
        guard context.isUnified, let index = preemption.victim(claims(), others: embeddedCells) else { return nil }
        preempt(index)
        return index
    }

    mutating func preempt(_ index: Int) {
        remember(index)
        let cached = slots[index].cached
        slots[index].generation?.preempt(behind: cached)
        forget(index)
        metrics.update { $0.preempted() }
    }

    /// Lets a generation go on, with as much of what it lost as there is.
    private mutating func resume(_ index: Int) {
        guard let generation = slots[index].generation else { return }
        slots[index].generation?.isPreempted = false
        let (tokens, adapters) = (generation.lost, generation.request.adapters)
        if let lender = lender(for: index, slots.filter { $0.id != index }) {
            let copied = context.copy(slots[lender.slot].sequence, to: slots[index].sequence, length: lender.length)
            slots[index].cached = Array(tokens[..<copied])
            slots[index].sharedLength = copied
            slots[lender.slot].sharedLength = max(slots[lender.slot].sharedLength, copied)
        } else if let entry = states.use(for: tokens, adapters: adapters, moreThan: 0), load(entry, into: index) {
            let common = Tokens.commonPrefix(entry.tokens, tokens)
            cut(index, to: min(common, entry.adapters.commonLength(with: adapters)))
        }
        slots[index].adapters = adapters
        let held = slots[index].cached.count
        slots[index].generation?.recovered(held)
    }

    /// The slot that holds most of what another one lost, if that is a good part of it.
    private func lender(for index: Int, _ others: [Slot]) -> (slot: Int, length: Int)? {
        guard context.canShare, let generation = slots[index].generation else { return nil }
        let limit = generation.request.media.first?.span.start ?? .max
        let lenders = others.map { slot in
            let common = Tokens.commonPrefix(slot.cached, generation.lost)
            let length = min(common, limit, slot.adapters.commonLength(with: generation.request.adapters))
            return (slot.id, canStop(slot.id, at: length) ? length : 0)
        }
        guard let best = lenders.max(by: { $0.1 < $1.1 }), best.1 >= Self.smallestShare,
            best.1 * 2 >= generation.lost.count
        else { return nil }
        return best
    }

    // MARK: Cells

    /// What everybody has of the cache and needs of it. Who waits for another's prompt has no part in it.
    private func claims() -> [Preemption.Claim] {
        let active = slots.filter { $0.generation.map { $0.leader == nil } ?? false }
        let running = active.filter { $0.generation?.isPreempted == false }
        return active.compactMap { slot in
            guard let generation = slot.generation else { return nil }
            var claim = Preemption.Claim(
                slot: slot.id,
                age: generation.age,
                isPreempted: generation.isPreempted,
                isPaused: generation.stream.isFull,
                held: slot.cached.count,
                needed: max(slot.cached.count, generation.tokensBeforeNext),
                growth: generation.growth
            )
            let common = generation.isPreempted ? lender(for: slot.id, running)?.length ?? 0 : shared(slot, running)
            claim.needed -= common
            claim.held = max(0, claim.held - common)
            if forgets, let kept = keptLength(slot.id) {
                claim.held = min(claim.held, kept + 1)
                claim.needed = claim.held
                claim.growth = 0
            }
            return claim
        }
    }

    /// Cells that a slot has in common with one that stands before it.
    private func shared(_ slot: Slot, _ running: [Slot]) -> Int {
        guard slot.sharedLength > 0 else { return 0 }
        let lengths = running.prefix { $0.id != slot.id }.filter { $0.sharedLength > 0 }.map { other in
            min(slot.sharedLength, other.sharedLength, Tokens.commonPrefix(slot.cached, other.cached))
        }
        return lengths.max() ?? 0
    }

    /// Cells of a text that is being embedded, which ends soon.
    private var embeddedCells: Int { embedding?.long?.done ?? 0 }
}
