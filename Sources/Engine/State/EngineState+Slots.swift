// SPDX-License-Identifier: MIT

/// Which generation runs in which slot, and where the beginning of its prompt comes from.
extension EngineState {
    /// Gives an idle slot to a waiting generation, first come, first served.
    /// - Returns: false if there is nothing to give, or no generation to give it to.
    mutating func assignNext() -> Bool {
        guard !queue.isEmpty, !isOvertaking() else { return false }
        for position in queue.indices {
            if let slot = chooseSlot(for: queue[position].order) {
                start(queue.remove(at: position), in: slot)
                return true
            }
            // One that waits for a particular slot doesn't hold up the others.
            guard queue[position].order.slot != nil else { return false }
        }
        return false
    }

    /// The idle slot whose cache holds most of the prompt, if that is a good part of it, else the one idle longest.
    private func chooseSlot(for order: GenerationOrder) -> Int? {
        if let wanted = order.slot { return isIdle(wanted) ? wanted : nil }
        let idle = slots.indices.filter { isIdle($0) }
        if order.usesCache {
            let best = idle.map { ($0, usable(order, in: $0).length) }.max { $0.1 < $1.1 }
            if let best, Double(best.1) > rules.similarity * Double(order.prompt.count) { return best.0 }
        }
        return idle.min { slots[$0].lastUsed < slots[$1].lastUsed }
    }

    private mutating func start(_ queued: QueuedGeneration, in index: Int) {
        step += 1
        lastTask += 1
        begun = step
        slots[index].generation = Generation(queued, age: step, places: places(of: queued.order), now: now)
        slots[index].lastTask = (lastTask, queued.order.settings)
        slots[index].lastUsed = step
        slots[index].moved = []
        emit(.begin(queued.id))
        if queued.order.usesCache, recall(index) { return }
        attach(index)
    }

    /// Goes on with a generation that waited for what another one has computed by now, or never will.
    mutating func followNext() -> Bool {
        for index in slots.indices {
            guard let leader = slots[index].generation?.leader, !isOvertaking(age(of: index)) else { continue }
            let isAtWork = age(of: leader.slot) == leader.age && slots[leader.slot].generation?.isPrompting == true
            guard !isAtWork || slots[leader.slot].cached.count >= leader.length else { continue }
            slots[index].generation?.phase = .prompting
            attach(index)
            // It may wait for another one now.
            if slots[index].generation?.leader == nil { return true }
        }
        return false
    }

    /// Makes the slot's cache begin with as much of its prompt as there is, here or in other slots; or lets it wait for
    /// another prompt that begins alike and is being computed.
    mutating func attach(_ index: Int) {
        guard let order = slots[index].generation?.order else { return }
        guard order.usesCache else { return go(index, to: .none, then: .prompt) }
        var stop = usable(order, in: index)
        if let leader = leader(for: index, order, beyond: stop.length) {
            slots[index].generation?.phase = .waiting(leader)
            return
        }
        // Media are computed by each for itself.
        let limit = min(order.prompt.count - 1, order.media.first?.start ?? .max)
        if let lender = SharedPrefix.lender(
            of: order.prompt,
            order.adapters,
            among: lenders(for: index),
            kept: stop.length,
            limit: limit,
            on: rules.kind
        ) {
            copy(from: lender.index, to: index, lender.stop, adapters: order.adapters, then: .prompt)
            return
        }
        let reused = reuse(index, order, kept: stop.length)
        if reused > stop.length { stop = .init(length: reused, checkpoint: nil) }
        go(index, to: stop, then: .prompt)
    }

    /// The older generation whose prompt, still being computed, shares most with this one's.
    private func leader(for index: Int, _ order: GenerationOrder, beyond kept: Int) -> Generation.Leader? {
        guard let age = slots[index].generation?.age else { return nil }
        let limit = min(order.prompt.count - 1, order.media.first?.start ?? .max)
        var best: Generation.Leader?
        for other in slots.indices where other != index && slots[other].generation?.isPrompting == true {
            guard let work = slots[other].generation, work.age < age else { continue }
            let common = Tokens.commonPrefix(work.order.prompt, order.prompt)
            let shared = min(common, limit, work.order.adapters.commonLength(with: order.adapters))
            guard shared > slots[other].cached.count, shared >= max(kept, best?.length ?? 0) + SharedPrefix.least else {
                continue
            }
            best = .init(slot: other, age: work.age, length: shared)
        }
        return best
    }

    /// What other slots can lend to one.
    func lenders(for index: Int) -> [(Int, CachedSequence)] {
        slots.indices.filter { $0 != index && !slots[$0].cached.isEmpty && !slots[$0].cached.isSteppingBack }.map {
            ($0, lent(by: $0))
        }
    }

    /// What a copy of a slot's sequence holds: between buffers of their own a state is copied.
    private func lent(by index: Int) -> CachedSequence {
        rules.isUnified ? slots[index].cached : slots[index].cached.inState(on: rules.kind)
    }

    /// Makes a slot's cache begin with what another slot holds, and nothing else.
    mutating func copy(
        from lender: Int,
        to index: Int,
        _ stop: CachedSequence.Stop,
        adapters: AdapterUse,
        then purpose: Purpose
    ) {
        let source = slots[lender]
        slots[index].cached = CachedSequence(lent(by: lender), to: stop, adapters: adapters)
        if rules.isUnified {
            slots[index].sharedLength = stop.length
            slots[lender].sharedLength = max(source.sharedLength, stop.length)
        } else {
            slots[index].sharedLength = 0
        }
        if let checkpoint = stop.checkpoint {
            awaited = .restoring(slot: index, purpose)
            emit(.cache(.share(from: source.sequence, to: slots[index].sequence, checkpoint.state)))
            return
        }
        let length = source.cached.position(of: stop.length)
        emit(.cache(.copy(from: source.sequence, to: slots[index].sequence, length: length)))
        proceed(index, purpose)
    }

    /// Cuts a slot's cache down to a place at which computing can go on.
    mutating func go(_ index: Int, to stop: CachedSequence.Stop, then purpose: Purpose) {
        let count = slots[index].cached.count
        slots[index].sharedLength = min(slots[index].sharedLength, stop.length)
        if let checkpoint = stop.checkpoint {
            slots[index].cached.cut(to: stop)
            awaited = .restoring(slot: index, purpose)
            emit(.cache(.restore(slots[index].sequence, checkpoint.state)))
            return
        }
        if stop.length < count {
            let position = slots[index].cached.position(of: stop.length)
            slots[index].cached.cut(to: stop)
            emit(.cache(.cut(slots[index].sequence, to: position)))
        }
        proceed(index, purpose)
    }

    /// Goes on once a slot's cache holds what was put there.
    mutating func proceed(_ index: Int, _ purpose: Purpose) {
        switch purpose {
        case .attach: attach(index)
        case .prompt: begin(index)
        case .recover: recover(index)
        case .act(let tokens):
            // What is kept may be longer.
            let common = Tokens.commonPrefix(slots[index].cached.tokens, tokens)
            go(index, to: slots[index].cached.stop(atMost: common, on: rules.kind), then: .rest)
        case .forget, .rest: break
        }
    }

    /// A prompt begins behind what its slot's cache holds of it.
    private mutating func begin(_ index: Int) {
        guard let order = slots[index].generation?.order else { return }
        slots[index].cached.adapters = order.adapters
        let kept = slots[index].cached.count
        slots[index].generation?.phase = .prompting
        slots[index].generation?.reused(kept)
        emit(.count(.reused(kept)))
        guard order.reportsProgress, let generation = slots[index].generation else { return }
        emit(.send(generation.id, .progress(generation.progress(cached: kept, now: now)), mayGather: false))
    }

    /// Moves parts of the cache that the prompt has elsewhere.
    /// - Returns: how much of the prompt the cache begins with now.
    private mutating func reuse(_ index: Int, _ order: GenerationOrder, kept: Int) -> Int {
        let minimum = order.cacheReuse ?? rules.cacheReuse
        // What a recurrent state or a window has seen can't be moved.
        guard minimum > 0, rules.canShift, rules.kind == .any, order.media.isEmpty,
            slots[index].cached.layout.isEmpty, slots[index].sharedLength <= kept,
            slots[index].cached.adapters == order.adapters, order.adapters.isUniform
        else { return kept }
        let moves = ChunkReuse.moves(
            cached: slots[index].cached.tokens,
            prompt: order.prompt,
            common: kept,
            minimum: minimum
        )
        let sequence = slots[index].sequence
        for move in moves where move.source > move.target {
            emit(.cache(.remove(sequence, move.target..<move.source)))
            emit(.cache(.move(sequence, move.source..<(move.source + move.count), by: move.target - move.source)))
        }
        guard let last = moves.last else { return kept }
        let left = last.target + last.count
        emit(.cache(.cut(sequence, to: left)))
        slots[index].cached.replace(behind: kept, with: order.prompt[kept..<left])
        // The last token is always computed.
        return min(left, order.prompt.count - 1)
    }

    /// How many of a prompt's first tokens a slot's cache holds so that computing can go on behind them. The last token of
    /// a prompt isn't among them: its logits choose the first new one.
    func usable(_ order: GenerationOrder, in index: Int) -> CachedSequence.Stop {
        let common = slots[index].cached.commonPrefix(with: order.prompt, order.adapters)
        return slots[index].cached.stop(atMost: min(common, order.prompt.count - 1), on: rules.kind)
    }
}
