// SPDX-License-Identifier: MIT

/// Tokens that are proposed for those who generate, and checked in the next step.
extension EngineLoop {
    /// Has tokens proposed for all that generate and have none.
    mutating func propose() {
        guard let speculator else { return }
        if let draft = speculator.draft { follow(draft, speculator) }
        let generating = slots.indices.filter { slots[$0].generation?.isGenerating == true }
        // What doesn't fit into the step would be proposed in vain.
        let fair = batcher.microBatch / max(generating.count, 1) - 1
        var chosen: [Int] = []
        var wishes: [Speculator.Wish] = []
        for index in generating {
            guard let wish = wish(index, atMost: fair, speculator) else { continue }
            if slots[index].generation?.hasBegunSpeculating == false {
                speculator.begin(wish.sequence, behind: wish.history)
                slots[index].generation?.hasBegunSpeculating = true
            }
            chosen.append(index)
            wishes.append(wish)
        }
        guard !wishes.isEmpty else { return }
        for ((index, wish), tokens) in zip(zip(chosen, wishes), speculator.propose(wishes)) {
            if let draft = speculator.draft, !draft.proposed([wish.last] + tokens, of: wish.sequence), tokens.isEmpty {
                // Its cache is full.
                slots[index].generation?.speculates = false
            }
            let least = slots[index].generation?.request.proposalMin ?? 0
            if tokens.count >= least { slots[index].generation?.proposal = tokens }
        }
    }

    /// What a slot wants proposed; nil for nothing.
    private func wish(_ index: Int, atMost fair: Int, _ speculator: Speculator) -> Speculator.Wish? {
        let slot = slots[index]
        guard let generation = slot.generation, generation.speculates, generation.proposal.isEmpty,
            let last = generation.next, !generation.stream.isFull
        else { return nil }
        if let draft = speculator.draft {
            guard draft.holds(slot.cached.count, of: slot.sequence), last < draft.vocabularySize else { return nil }
        }
        // One place stays free for the token behind them.
        var limit = min(speculator.limit, fair, context.sizePerSequence - slot.cached.count - 2)
        if let most = generation.request.proposalMax { limit = min(limit, most) }
        if let most = generation.request.maxTokens { limit = min(limit, most - generation.generated - 1) }
        guard limit > 0 else { return nil }
        return .init(sequence: slot.sequence, history: slot.cached, last: last, limit: limit)
    }

    /// Has the draft model compute what it lacks of the sequences at work, oldest first, as much in one step as of a prompt.
    private mutating func follow(_ draft: DraftModel, _ speculator: Speculator) {
        let isGenerating = slots.contains { $0.generation?.isGenerating == true }
        var room = isGenerating ? batcher.microBatch : context.batchSize
        var parts: [(slot: Int, range: Range<Int>)] = []
        batch.removeAll()
        let active = slots.indices.filter { slots[$0].generation.map { $0.speculates && $0.leader == nil } ?? false }
        for index in active.sorted(by: { age(of: $0) < age(of: $1) }) where room > 0 {
            let tokens = slots[index].cached
            let sequence = slots[index].sequence
            let range = draft.missing(sequence, of: tokens).prefix(room)
            guard !range.isEmpty else { continue }
            guard tokens[range].allSatisfy({ $0 < draft.vocabularySize }) else {
                slots[index].generation?.speculates = false
                continue
            }
            for place in range { batch.append(tokens[place], position: place, sequence: sequence, output: false) }
            parts.append((index, range))
            room -= range.count
        }
        guard !parts.isEmpty else { return }
        guard speculator.compute(batch) else {
            // No room, or it failed; those whose turn it was go on without.
            for part in parts {
                slots[part.slot].generation?.speculates = false
                draft.forget(slots[part.slot].sequence)
            }
            return
        }
        for part in parts { draft.computed(slots[part.slot].cached[part.range], of: slots[part.slot].sequence) }
    }

    /// Shortens proposals to what they got of the step.
    mutating func trimProposals(_ shares: [Batcher.Share]) {
        for share in shares {
            guard let count = slots[share.slot].generation?.proposal.count, count > share.count - 1 else { continue }
            slots[share.slot].generation?.proposal.removeLast(count - share.count + 1)
        }
    }

    /// Does without proposals, which a full cache has no room for.
    /// - Returns: the shares without them; nil if there were none.
    mutating func dropProposals(_ shares: [Batcher.Share]) -> [Batcher.Share]? {
        var hasDropped = false
        let left = shares.map { share in
            guard slots[share.slot].generation?.proposal.isEmpty == false else { return share }
            slots[share.slot].generation?.proposal = []
            hasDropped = true
            return Batcher.Share(slot: share.slot, count: 1)
        }
        return hasDropped ? left : nil
    }

    /// Chooses tokens one after another for as long as they are those that were proposed, and takes the rest out of the
    /// cache.
    mutating func check(_ proposal: [Int32], of index: Int, at output: Int) {
        slots[index].generation?.proposal = []
        slots[index].generation?.willCheck(proposal.count)
        var right = 0
        while takeToken(index, at: output + right, proposed: right < proposal.count ? (proposal[right], right) : nil) {
            slots[index].generation?.wasRight()
            slots[index].cached.append(proposal[right])
            right += 1
        }
        if right < proposal.count { rewind(index) }
        speculator?.accepted(slots[index].sequence, right)
        metrics.update { [count = proposal.count, right] in $0.checked(proposed: count, accepted: right) }
    }

    /// Takes back what the last step computed of wrong proposals.
    private mutating func rewind(_ index: Int) {
        guard !context.rewind(slots[index].sequence, to: slots[index].cached.count) else { return }
        // The step was wider than the margin of a sliding window: what is needed again is computed again.
        let cached = slots[index].cached
        slots[index].generation?.preempt(behind: cached)
        forget(index)
    }

    /// Chooses a token, and tells its sampler.
    /// - Returns: the token, and whether the proposed one was accepted: if it is the same, or, for measurements, by chance.
    func choose(
        at output: Int,
        _ proposed: (token: Int32, place: Int)?,
        _ generation: inout ActiveGeneration
    ) throws(EngineError) -> (token: Int32, isProposed: Bool) {
        let sampler = generation.request.sampler
        let token = try context.choose(sampler, at: output)
        let chances = speculator?.synthetic ?? []
        guard let proposed, proposed.place < chances.count else {
            try sampler.accept(token)
            return (token, token == proposed?.token)
        }
        let isProposed = generation.draws(chances[proposed.place]) && !model.isEnd(proposed.token)
        // The grammar doesn't know such a token, which may break it.
        try sampler.accept(isProposed ? proposed.token : token, isChosen: !isProposed)
        return (isProposed ? proposed.token : token, isProposed)
    }
}
