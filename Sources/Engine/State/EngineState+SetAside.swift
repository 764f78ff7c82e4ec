// SPDX-License-Identifier: MIT

/// Generations that are set aside while the cache is full. They keep their slots, streams and samplers, and give up
/// only their cells. Before they go on, these are loaded from main memory or computed again.
extension EngineState {
    /// Lets one go on for which there is room again, oldest first.
    mutating func resumeNext() -> Bool {
        guard slots.indices.contains(where: { slots[$0].generation?.isSetAside == true }) else { return false }
        switch preemption.next(claims(), others: embeddedCells) {
        case .preempt(let index): setAside(index)
        case .resume(let index): resume(index)
        case nil: return false
        }
        return true
    }

    /// Whether an older one was set aside and waits for room.
    func isOvertaking(_ age: UInt64 = .max) -> Bool {
        slots.indices.contains { index in
            guard slots[index].generation?.isSetAside == true, slots[index].generation?.behind == nil else {
                return false
            }
            return self.age(of: index) < age
        }
    }

    /// Sets the youngest aside.
    /// - Returns: false if one alone fills the cache, or slots don't share it.
    mutating func setAsideYoungest() -> Bool {
        guard rules.isUnified, let index = preemption.victim(claims(), others: embeddedCells) else { return false }
        setAside(index)
        return true
    }

    /// Takes the cells of a generation.
    /// - Parameter lost: what they held, if they don't hold it any more.
    mutating func setAside(_ index: Int, behind lost: [Int32]? = nil) {
        guard let generation = slots[index].generation else { return }
        if lost == nil { keep(index) }
        let tokens = lost ?? slots[index].cached.tokens
        slots[index].generation?.setAside(behind: tokens)
        emit(.release(generation.id))
        forget(index)
        emit(.count(.setAside))
    }

    /// Lets a generation go on, with as much of what it lost as there is.
    private mutating func resume(_ index: Int) {
        slots[index].generation?.resume()
        guard let generation = slots[index].generation, let lost = generation.target else { return }
        let adapters = generation.order.adapters
        if let lender = lender(for: generation, at: index) {
            copy(from: lender.index, to: index, lender.stop, adapters: adapters, then: .recover)
        } else if let entry = states.use(for: lost, adapters: adapters, moreThan: 0, at: step) {
            load(entry, into: index, then: .recover)
        } else {
            recover(index)
        }
    }

    /// A generation gets back what its slot's cache holds of what it lost.
    mutating func recover(_ index: Int) {
        guard let generation = slots[index].generation, case .recovering(let lost, _) = generation.phase else { return }
        let common = slots[index].cached.commonPrefix(with: lost, generation.order.adapters)
        let stop = slots[index].cached.stop(atMost: common, on: rules.kind)
        guard stop.length == slots[index].cached.count else { return go(index, to: stop, then: .recover) }
        slots[index].cached.adapters = generation.order.adapters
        slots[index].generation?.recovered(stop.length)
    }

    /// The slot that holds most of what another one lost, if that is a good part of it.
    private func lender(
        for generation: Generation,
        at index: Int
    ) -> (index: Int, stop: CachedSequence.Stop)? {
        guard let lost = generation.target else { return nil }
        let best = SharedPrefix.lender(
            of: lost,
            generation.order.adapters,
            among: lenders(for: index),
            kept: 0,
            limit: generation.order.media.first?.start ?? .max,
            on: rules.kind
        )
        return best.flatMap { $0.stop.length * 2 >= lost.count ? $0 : nil }
    }

    // MARK: Cells

    /// What each has of the cache and needs of it. One that waits for another's prompt has no part in it.
    private func claims() -> [Preemption.Claim] {
        let active = slots.filter { $0.generation != nil && $0.generation?.leader == nil }
        let running = active.filter { $0.generation?.isSetAside == false }
        return active.compactMap { slot in
            guard let generation = slot.generation else { return nil }
            var claim = Preemption.Claim(
                slot: slot.id,
                age: generation.age,
                isPreempted: generation.isSetAside,
                isPaused: generation.behind != nil,
                held: slot.cached.count,
                needed: max(slot.cached.count, generation.tokensBeforeNext),
                growth: generation.growth
            )
            let common =
                generation.isSetAside
                ? lent(to: generation, at: slot.id, running) : shared(slot, running)
            claim.needed -= common
            claim.held = max(0, claim.held - common)
            if rules.forgets, let kept = keptLength(slot.id) {
                claim.held = min(claim.held, kept + 1)
                claim.needed = claim.held
                claim.growth = 0
            }
            return claim
        }
    }

    /// Cells that a generation gets from one that runs, once it goes on.
    private func lent(to generation: Generation, at index: Int, _ running: [Slot]) -> Int {
        guard let lender = lender(for: generation, at: index), running.contains(where: { $0.id == lender.index })
        else { return 0 }
        return lender.stop.length
    }

    /// Cells that a slot has in common with one that stands before it.
    private func shared(_ slot: Slot, _ running: [Slot]) -> Int {
        guard slot.sharedLength > 0 else { return 0 }
        let lengths = running.prefix { $0.id != slot.id }.filter { $0.sharedLength > 0 }.map { other in
            min(slot.sharedLength, other.sharedLength, Tokens.commonPrefix(slot.cached.tokens, other.cached.tokens))
        }
        return lengths.max() ?? 0
    }

    /// Cells of a text that is being embedded, which ends soon.
    private var embeddedCells: Int { embedding?.long?.done ?? 0 }
}
