// SPDX-License-Identifier: MIT

/// What happens where the cache is full, and what a generation forgets to go on.
extension EngineState {
    /// Frees a part of a cache that is full: idle slots first, then the longest generation forgets a part if it may,
    /// else the one that began last is set aside. One that is alone ends. What needs the room tries again then.
    mutating func makeRoom() {
        if dropOldest() { return }
        // One that waits for another's prompt has no part in it.
        let active = slots.indices.filter { index in
            slots[index].generation.map { $0.leader == nil && !$0.isSetAside } ?? false
        }
        if rules.forgets {
            let forgetful = active.filter { keptLength($0) != nil }
            for index in forgetful.sorted(by: { slots[$0].cached.count > slots[$1].cached.count })
            where forgetPart(index) {
                return
            }
        }
        if setAsideYoungest() { return }
        guard let youngest = active.max(by: { age(of: $0) < age(of: $1) }) else { return }
        if slots[youngest].generation?.hasChosen == true {
            if rules.forgets, forgetPart(youngest) { return }
            finish(youngest, .contextFull)
        } else {
            fail(
                youngest,
                EngineError(
                    .contextExceeded,
                    "the context is full: other requests use it; try again, or start with a larger --ctx-size"
                )
            )
        }
        forget(youngest)
    }

    /// Takes the cache's room from the slot that was idle longest; one that waits for another's prompt has only leftovers too.
    /// - Parameter kept: a slot that isn't asked.
    /// - Returns: whether there was one.
    mutating func dropOldest(except kept: Int? = nil) -> Bool {
        let idle = slots.indices.filter {
            $0 != kept && (isIdle($0) || slots[$0].generation?.leader != nil) && !slots[$0].cached.isEmpty
        }
        guard let oldest = idle.min(by: { slots[$0].lastUsed < slots[$1].lastUsed }) else { return false }
        keep(oldest)
        forget(oldest)
        return true
    }

    // MARK: Forgetting

    /// Makes a generation forget whose context is full, if that is wanted.
    mutating func forgetNext() -> Bool {
        guard rules.forgets else { return false }
        for index in slots.indices {
            guard slots[index].generation?.next != nil, slots[index].cached.count + 1 >= rules.sizePerSequence else {
                continue
            }
            if !forgetPart(index) { finish(index, .contextFull) }
            return true
        }
        return false
    }

    /// Takes a part of what a generation has behind it out of the cache and moves the rest there.
    /// - Returns: whether that is possible.
    mutating func forgetPart(_ index: Int) -> Bool {
        let slot = slots[index]
        guard let generation = slot.generation, generation.next != nil, rules.canShift, slot.cached.layout.isEmpty,
            let range = forgottenRange(slot, generation)
        else { return false }
        guard slot.sharedLength <= range.lowerBound else {
            // Cells have one position for all their sequences: this one gets its own first.
            let ticket = ticket(.detached)
            awaited = .detaching(slot: index)
            emit(.cache(.keep(slot.sequence, ticket: ticket, atMost: .max)))
            return true
        }
        let count = slot.cached.count
        emit(.cache(.remove(slot.sequence, range)))
        emit(.cache(.move(slot.sequence, range.upperBound..<count, by: -range.count)))
        slots[index].cached.remove(range)
        slots[index].generation?.order.adapters.remove(range)
        slots[index].generation?.hasForgotten = true
        slots[index].generation?.hasBegunSpeculating = false
        return true
    }

    private func forgottenRange(_ slot: Slot, _ generation: Generation) -> Range<Int>? {
        ContextShift.range(
            count: slot.cached.count,
            size: rules.sizePerSequence,
            keep: keptLength(slot.id) ?? wantedLength(generation),
            discard: generation.order.discard
        )
    }

    /// The copy of a sequence that gets cells of its own is there.
    mutating func detached(_ bytes: [UInt8]?) {
        guard case .detaching(let index) = awaited else { return }
        awaited = nil
        let cached = slots[index].cached
        guard let bytes else { return setAside(index) }
        load(.init(cached, state: bytes, bytes: bytes.count), into: index, then: .forget)
    }

    /// Tokens at the beginning of a generation's context that stay when it forgets a part, where it can without being copied;
    /// else nil.
    func keptLength(_ index: Int) -> Int? {
        let slot = slots[index]
        guard let generation = slot.generation, generation.next != nil, rules.canShift, slot.cached.layout.isEmpty
        else {
            return nil
        }
        let wanted = wantedLength(generation)
        // Cells have one position for all their sequences: they stay, or this sequence gets its own.
        guard slot.sharedLength > wanted else { return wanted }
        return slot.sharedLength <= slot.cached.count / 2 ? slot.sharedLength : nil
    }

    /// Tokens at the beginning of its context that are to stay.
    private func wantedLength(_ generation: Generation) -> Int {
        generation.order.keep.map { $0 + (rules.addsBOS ? 1 : 0) } ?? generation.order.prompt.count
    }
}
