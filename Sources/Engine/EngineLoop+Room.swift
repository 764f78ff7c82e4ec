// SPDX-License-Identifier: MIT

/// What happens where the cache is full, and what is kept of what leaves it.
extension EngineLoop {
    /// States of fewer tokens are computed faster than found.
    private static let smallestState = 8

    /// Frees a part of a shared cache that is full: idle slots first, then the longest generation forgets a part
    /// if it may, else the one that began last is set aside. One that is alone ends.
    /// - Returns: what can still be computed in this step.
    mutating func makeRoom(_ shares: [Batcher.Share]) -> [Batcher.Share] {
        if dropOldest() { return shares }
        // Who waits for another's prompt has no part in it.
        let active = slots.indices.filter { slots[$0].generation.map { $0.leader == nil && !$0.isPreempted } ?? false }
        if forgets {
            let forgetful = active.filter { keptLength($0) != nil }
            for index in forgetful.sorted(by: { slots[$0].cached.count > slots[$1].cached.count }) where shift(index) {
                return shares
            }
        }
        if let index = preemptYoungest() { return shares.filter { $0.slot != index } }
        guard let youngest = active.max(by: { age(of: $0) < age(of: $1) }) else { return [] }
        if slots[youngest].generation?.next != nil {
            if forgets, shift(youngest) { return shares }
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
        return shares.filter { $0.slot != youngest }
    }

    func age(of slot: Int) -> UInt64 { slots[slot].generation?.age ?? 0 }

    /// Takes the cache's room from the slot that was idle longest; one that waits for another's prompt has only leftovers too.
    /// - Parameter kept: a slot that isn't asked.
    /// - Returns: whether there was one.
    private mutating func dropOldest(except kept: Int? = nil) -> Bool {
        let idle = slots.indices.filter {
            $0 != kept && (isIdle($0) || slots[$0].generation?.leader != nil) && !slots[$0].cached.isEmpty
        }
        guard let oldest = idle.min(by: { slots[$0].lastUsed < slots[$1].lastUsed }) else { return false }
        remember(oldest)
        forget(oldest)
        return true
    }

    /// Empties a slot's cache.
    mutating func forget(_ index: Int) {
        _ = context.truncate(slots[index].sequence, to: 0)
        speculator?.draft?.forget(slots[index].sequence)
        slots[index].cached = []
        slots[index].sharedLength = 0
    }

    // MARK: Main memory

    /// Keeps in main memory what a slot's cache holds.
    /// - Returns: whether it is there now.
    @discardableResult
    mutating func remember(_ index: Int) -> Bool {
        let slot = slots[index]
        guard states.limit > 0, slot.layout.isEmpty, slot.cached.count >= Self.smallestState else { return false }
        if states.holds(slot.cached, adapters: slot.adapters) { return true }
        let bytes = context.stateSize(of: slot.sequence)
        guard states.wants(slot.cached, adapters: slot.adapters, bytes: bytes),
            let state = context.state(of: slot.sequence, bytes: bytes)
        else { return false }
        let least = context.leastLength(of: slot.sequence, holding: slot.cached.count)
        states.insert(
            .init(
                tokens: slot.cached,
                adapters: slot.adapters,
                state: state,
                bytes: state.count,
                leastLength: least
            )
        )
        return true
    }

    /// Keeps what a slot is about to lose, and loads what the prompt of its generation can go on from.
    mutating func recall(_ index: Int) {
        guard states.limit > 0, let request = slots[index].generation?.request else { return }
        let common = usablePrefix(of: request, in: index)
        EngineRuntime.note(
            "slot \(index): updating prompt cache: it holds \(common) of \(request.prompt.count) tokens",
            .info
        )
        if common * 2 < slots[index].cached.count { remember(index) }
        let held = slots.indices.map { usablePrefix(of: request, in: $0) }.max() ?? 0
        let limit = request.prompt.count - 1
        let least = min(held + Self.smallestState, limit)
        guard
            let entry = states.use(for: request.prompt, adapters: request.adapters, moreThan: least, upTo: limit)
        else { return }
        _ = load(entry, into: index)
    }

    /// Puts a state in the place of what a slot's cache holds.
    /// - Returns: false if there is no room; then it holds nothing any more.
    mutating func load(_ entry: PromptCache<[UInt8]>.Entry, into index: Int) -> Bool {
        forget(index)
        while !context.restore(entry.state, to: slots[index].sequence) {
            // It may have left something half done.
            forget(index)
            guard context.isUnified, dropOldest(except: index) else { return false }
        }
        slots[index].cached = entry.tokens
        slots[index].adapters = entry.adapters
        return true
    }

    // MARK: Forgetting

    /// Makes those forget whose context is full, if that is wanted.
    mutating func shiftFull() {
        guard forgets else { return }
        for index in slots.indices {
            guard slots[index].generation?.isGenerating == true,
                slots[index].cached.count + 1 >= context.sizePerSequence,
                !shift(index)
            else { continue }
            finish(index, .contextFull)
        }
    }

    /// Takes a part of what a generation has behind it out of the cache and moves the rest there.
    /// - Returns: whether that was possible.
    private mutating func shift(_ index: Int) -> Bool {
        guard let generation = slots[index].generation, context.canShift, slots[index].layout.isEmpty else {
            return false
        }
        let sequence = slots[index].sequence
        let count = slots[index].cached.count
        let keep = keptLength(index) ?? wantedLength(generation)
        if slots[index].sharedLength > keep, !detach(index) { return false }
        guard
            let range = ContextShift.range(
                count: count,
                size: context.sizePerSequence,
                keep: keep,
                discard: generation.request.discard
            ), context.remove(sequence, range)
        else { return false }
        context.shift(sequence, range.upperBound..<count, by: -range.count)
        slots[index].cached.removeSubrange(range)
        slots[index].adapters.remove(range)
        slots[index].generation?.request.adapters.remove(range)
        slots[index].generation?.hasForgotten = true
        slots[index].generation?.hasBegunSpeculating = false
        return true
    }

    /// Tokens at the beginning of a generation's context that stay when it forgets a part, where it can without being copied;
    /// else nil.
    func keptLength(_ index: Int) -> Int? {
        let slot = slots[index]
        guard let generation = slot.generation, generation.isGenerating, context.canShift, slot.layout.isEmpty else {
            return nil
        }
        let wanted = wantedLength(generation)
        // Cells have one position for all their sequences: they stay, or this sequence gets its own.
        guard slot.sharedLength > wanted else { return wanted }
        return slot.sharedLength <= slot.cached.count / 2 ? slot.sharedLength : nil
    }

    /// Tokens at the beginning of its context that are to stay.
    private func wantedLength(_ generation: ActiveGeneration) -> Int {
        generation.request.keep.map { $0 + (model.facts.addsBOS ? 1 : 0) } ?? generation.request.prompt.count
    }

    /// Gives a sequence cells of its own.
    /// - Returns: false if there is no room; then it holds nothing any more.
    private mutating func detach(_ index: Int) -> Bool {
        let sequence = slots[index].sequence
        let bytes = context.stateSize(of: sequence)
        guard let state = context.state(of: sequence, bytes: bytes) else { return false }
        _ = context.truncate(sequence, to: 0)
        slots[index].sharedLength = 0
        while !context.restore(state, to: sequence) {
            // It may have left something half done.
            _ = context.truncate(sequence, to: 0)
            guard dropOldest(except: index) else {
                forget(index)
                return false
            }
        }
        return true
    }
}
