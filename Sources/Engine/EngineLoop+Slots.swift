// SPDX-License-Identifier: MIT

/// Who runs in which slot, and where the beginning of a prompt comes from.
extension EngineLoop {
    /// Fewer tokens aren't worth a copy, or to be waited for.
    private static let smallestShare = 32

    /// Gives idle slots to waiting generations, first come, first served.
    mutating func assignSlots() {
        guard !isOvertaking() else { return }
        var position = 0
        while position < queue.count {
            guard let slot = chooseSlot(for: queue[position].request) else {
                // Somebody who waits for a particular slot doesn't hold up the others.
                guard queue[position].request.slot != nil else { return }
                position += 1
                continue
            }
            start(queue.remove(at: position), in: slot)
        }
    }

    /// The idle slot whose cache holds most of the prompt, if that is a good part of it, else the one idle longest.
    private func chooseSlot(for request: GenerationRequest) -> Int? {
        if let wanted = request.slot {
            return isIdle(wanted) ? wanted : nil
        }
        let idle = slots.indices.filter { isIdle($0) }
        if request.usesCache {
            let best = idle.map { ($0, usablePrefix(of: request, in: $0)) }.max { $0.1 < $1.1 }
            if let best, Double(best.1) > similarity * Double(request.prompt.count) { return best.0 }
        }
        return idle.min { slots[$0].lastUsed < slots[$1].lastUsed }
    }

    private mutating func start(_ queued: QueuedGeneration, in index: Int) {
        step += 1
        lastTask += 1
        begun = step
        slots[index].generation = ActiveGeneration(queued, age: step, now: clock.now)
        slots[index].lastTask = (lastTask, queued.request.settings)
        slots[index].lastUsed = step
        slots[index].moved = []
        queued.request.sampler.acceptPrompt(queued.request.prompt)
        if queued.request.usesCache { recall(index) }
        attach(index)
    }

    /// Goes on with those who waited for what another one has computed by now, or never will.
    mutating func attachFollowers() {
        for index in slots.indices {
            guard let leader = slots[index].generation?.leader, !isOvertaking(age(of: index)) else { continue }
            let slot = slots[leader.slot]
            let work = slot.generation
            let isAtWork = work.map { $0.age == leader.age && $0.next == nil && !$0.isPreempted } ?? false
            if !isAtWork || slot.cached.count >= leader.length { attach(index) }
        }
    }

    /// Makes the slot's cache begin with as much of its prompt as there is, here or in other slots; or lets it wait for
    /// another prompt that begins alike and is being computed.
    private mutating func attach(_ index: Int) {
        guard let request = slots[index].generation?.request else { return }
        var kept = 0
        if request.usesCache {
            // The last token is always computed: its logits choose the first new one.
            let limit = request.prompt.count - 1
            kept = usablePrefix(of: request, in: index)
            if context.canShare {
                if let leader = leader(for: index, request, beyond: kept) {
                    slots[index].generation?.leader = leader
                    return
                }
                kept = borrow(index, request, kept: kept)
            }
            kept = slots[index].layout.boundary(atMost: min(reuse(index, request, kept: kept), limit))
        }
        cut(index, to: kept)
        slots[index].adapters = request.adapters
        slots[index].generation?.leader = nil
        kept = slots[index].cached.count
        slots[index].generation?.reused(kept)
        metrics.update { [kept] in $0.reuse(kept) }
        guard request.reportsProgress, let generation = slots[index].generation else { return }
        generation.stream.send(.progress(generation.progress(cached: kept, now: clock.now)))
    }

    /// The older generation whose prompt, still being computed, shares most with this one's.
    private func leader(for index: Int, _ request: GenerationRequest, beyond kept: Int) -> ActiveGeneration.Leader? {
        guard let age = slots[index].generation?.age else { return nil }
        // Media are computed by each for itself.
        let limit = min(request.prompt.count - 1, request.media.first?.span.start ?? .max)
        var best: ActiveGeneration.Leader?
        for other in slots where other.id != index {
            guard let work = other.generation, work.next == nil, work.leader == nil, work.age < age, !work.isPreempted
            else { continue }
            let common = Tokens.commonPrefix(work.request.prompt, request.prompt)
            let shared = min(common, limit, work.request.adapters.commonLength(with: request.adapters))
            guard shared > other.cached.count, shared >= max(kept, best?.length ?? 0) + Self.smallestShare else {
                continue
            }
            best = .init(slot: other.id, age: work.age, length: shared)
        }
        return best
    }

    /// Copies the beginning of the prompt from the slot that holds most of it.
    /// - Returns: how much of the prompt the cache begins with now.
    private mutating func borrow(_ index: Int, _ request: GenerationRequest, kept: Int) -> Int {
        let limit = request.media.first?.span.start ?? .max
        let lenders = slots.indices.filter { $0 != index }.map { ($0, usablePrefix(of: request, in: $0, limit: limit)) }
        guard let lender = lenders.max(by: { $0.1 < $1.1 }), lender.1 >= kept + Self.smallestShare else { return kept }
        let copied = context.copy(slots[lender.0].sequence, to: slots[index].sequence, length: lender.1)
        slots[index].cached = Array(request.prompt[..<copied])
        if context.isUnified, copied > 0 {
            slots[index].sharedLength = copied
            slots[lender.0].sharedLength = max(slots[lender.0].sharedLength, copied)
        }
        return copied
    }

    /// Moves parts of the cache that the prompt has elsewhere.
    /// - Returns: how much of the prompt the cache begins with now.
    private mutating func reuse(_ index: Int, _ request: GenerationRequest, kept: Int) -> Int {
        guard let minimum = request.cacheReuse ?? standardReuse, minimum > 0, context.canShift,
            request.media.isEmpty, slots[index].layout.isEmpty, slots[index].sharedLength <= kept,
            slots[index].adapters == request.adapters, request.adapters.isUniform
        else { return kept }
        let moves = ChunkReuse.moves(
            cached: slots[index].cached,
            prompt: request.prompt,
            common: kept,
            minimum: minimum
        )
        let sequence = slots[index].sequence
        for move in moves {
            let distance = move.source - move.target
            if distance > 0 { context.remove(sequence, move.target..<move.source) }
            context.shift(sequence, move.source..<(move.source + move.count), by: -distance)
        }
        guard let last = moves.last else { return kept }
        let left = context.truncate(sequence, to: last.target + last.count)
        slots[index].cached = Array(request.prompt[..<left])
        return left
    }

    /// How many of a prompt's first tokens a slot's cache holds so that computing can go on behind them. The last token of
    /// a prompt isn't among them: its logits choose the first new one.
    /// - Parameter limit: tokens that are wanted at most.
    func usablePrefix(of request: GenerationRequest, in index: Int, limit: Int = .max) -> Int {
        let common = min(slots[index].commonPrefix(with: request), request.prompt.count - 1, limit)
        let length = slots[index].layout.boundary(atMost: common)
        return canStop(index, at: length) ? length : 0
    }

    /// Whether computing can go on behind the first `length` tokens of what a slot's cache holds.
    func canStop(_ index: Int, at length: Int) -> Bool {
        let slot = slots[index]
        let held = slot.layout.position(of: slot.cached.count)
        return context.canStop(slot.sequence, at: slot.layout.position(of: length), of: held)
    }

    /// What the slots want of the next step.
    /// - Parameter turn: the adapters' scales that it is computed with.
    func needs(_ turn: [Float]) -> [Batcher.Need?] {
        slots.map { slot in
            guard slot.nextScales == turn, let need = slot.need else { return nil }
            guard context.hasWindow, case .prompt(let remaining, let age) = need, let stop = nextCopy(of: slot) else {
                return need
            }
            return .prompt(remaining: min(remaining, stop - slot.cached.count), age: age)
        }
    }

    /// The length at which the next of those who wait for a slot's prompt copies it. What is computed beyond that may push out of
    /// a sliding window what the copy would look at.
    private func nextCopy(of slot: Slot) -> Int? {
        let lengths = slots.compactMap { other -> Int? in
            guard let leader = other.generation?.leader, leader.slot == slot.id, leader.age == slot.generation?.age,
                leader.length > slot.cached.count
            else { return nil }
            return leader.length
        }
        return lengths.min()
    }

    /// Cuts a slot's cache down to its first `length` tokens.
    mutating func cut(_ index: Int, to length: Int) {
        guard length != slots[index].cached.count else { return }
        let kept = truncate(index, to: length)
        slots[index].cached.removeLast(slots[index].cached.count - kept)
        slots[index].sharedLength = min(slots[index].sharedLength, kept)
    }
}
