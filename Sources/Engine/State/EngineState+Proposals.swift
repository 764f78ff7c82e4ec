// SPDX-License-Identifier: MIT

/// Tokens that are proposed for those that generate, and checked in the next step.
extension EngineState {
    /// Has the draft model compute what it lacks of the sequences at work, oldest first, as much in one step as of a prompt.
    /// - Returns: false, unless it is awaited.
    mutating func followDraft() -> Bool {
        guard draft != nil, let vocabulary = rules.proposals?.draft?.vocabulary else { return false }
        let isGenerating = slots.indices.contains { slots[$0].generation?.next != nil }
        var room = isGenerating ? batcher.microBatch : rules.batch
        var parts: [(slot: Int, range: Range<Int>)] = []
        var batch = Batch()
        let active = slots.indices.filter {
            slots[$0].generation?.speculates == true && slots[$0].generation?.leader == nil
        }
        for index in active.sorted(by: { age(of: $0) < age(of: $1) }) where room > 0 {
            let tokens = slots[index].cached.tokens
            guard let (missing, actions) = draft?.follow(index, tokens) else { continue }
            for action in actions { emit(.draft(action)) }
            let range = missing.prefix(room)
            guard !range.isEmpty else { continue }
            guard tokens[range].allSatisfy({ $0 < vocabulary }) else {
                slots[index].generation?.speculates = false
                continue
            }
            let sequence = slots[index].sequence
            for place in range { batch.append(tokens[place], position: place, sequence: sequence, output: false) }
            parts.append((index, range))
            room -= range.count
        }
        guard !parts.isEmpty else { return false }
        awaited = .following(parts)
        emit(.follow(batch))
        return true
    }

    /// What came of that.
    mutating func followed(_ hasRoom: Bool) {
        guard case .following(let parts) = awaited else { return }
        awaited = nil
        for part in parts {
            if hasRoom {
                draft?.computed(slots[part.slot].cached.tokens[part.range], of: part.slot)
            } else {
                // No room, or it failed; those whose turn it was go on without.
                slots[part.slot].generation?.speculates = false
                _ = draft?.forget(part.slot)
                emit(.draft(.cut(slots[part.slot].sequence, to: 0)))
            }
        }
        leave()
    }

    /// Has tokens proposed for all that generate and have none.
    /// - Returns: false, unless it is awaited.
    mutating func propose() -> Bool {
        guard let proposals = rules.proposals else { return false }
        let generating = slots.indices.filter { slots[$0].generation?.next != nil }
        // What doesn't fit into the step would be proposed in vain.
        let fair = batcher.microBatch / max(generating.count, 1) - 1
        var chosen: [Int] = []
        var wishes: [ProposalWish] = []
        for index in generating {
            guard let wish = wish(index, atMost: min(fair, proposals.limit), proposals) else { continue }
            slots[index].generation?.hasBegunSpeculating = true
            chosen.append(index)
            wishes.append(wish)
        }
        guard !wishes.isEmpty else { return false }
        awaited = .proposing(chosen, wishes)
        emit(.propose(wishes))
        return true
    }

    /// What a slot wants proposed; nil for nothing.
    private func wish(_ index: Int, atMost most: Int, _ proposals: EngineRules.Proposals) -> ProposalWish? {
        guard slots[index].generation?.speculates == true, slots[index].generation?.proposal.isEmpty == true,
            slots[index].generation?.behind == nil, let generation = slots[index].generation,
            let last = generation.next
        else { return nil }
        let slot = slots[index]
        if let draft, let vocabulary = proposals.draft?.vocabulary {
            guard draft.holds(slot.cached.tokens, of: index), last < vocabulary else { return nil }
        }
        // One place stays free for the token behind them.
        var limit = min(most, rules.sizePerSequence - slot.cached.count - 2)
        if case .rollback(let most) = rules.kind { limit = min(limit, most) }
        if let most = generation.order.proposalMax { limit = min(limit, most) }
        if let most = generation.order.maxTokens { limit = min(limit, most - generation.generated - 1) }
        guard limit > 0 else { return nil }
        return ProposalWish(
            sequence: slot.sequence,
            history: slot.cached.tokens,
            last: last,
            limit: limit,
            begins: !generation.hasBegunSpeculating
        )
    }

    /// Tokens were proposed.
    mutating func proposed(_ proposals: [[Int32]], _ lengths: [Int]) {
        guard case .proposing(let chosen, let wishes) = awaited else { return }
        awaited = nil
        for (place, (index, wish)) in zip(chosen, wishes).enumerated() {
            let tokens = place < proposals.count ? proposals[place] : []
            if place < lengths.count,
                let (hasMore, action) = draft?.proposed([wish.last] + tokens, of: index, length: lengths[place])
            {
                if let action { emit(.draft(action)) }
                // Its cache is full.
                if !hasMore, tokens.isEmpty { slots[index].generation?.speculates = false }
            }
            let least = slots[index].generation?.order.proposalMin ?? 0
            if tokens.count >= least { slots[index].generation?.proposal = Array(tokens.prefix(wish.limit)) }
        }
        leave()
    }

    /// Shortens proposals to what they got of the step.
    mutating func trimProposals(_ shares: [Batcher.Share]) {
        guard rules.proposals != nil else { return }
        for share in shares {
            guard let count = slots[share.slot].generation?.proposal.count, count > share.count - 1 else { continue }
            slots[share.slot].generation?.proposal.removeLast(count - share.count + 1)
        }
    }

    /// Does without proposals, which a full cache has no room for.
    /// - Returns: whether there were any.
    mutating func dropProposals() -> Bool {
        var hasDropped = false
        for index in slots.indices where slots[index].generation?.proposal.isEmpty == false {
            slots[index].generation?.proposal = []
            hasDropped = true
        }
        return hasDropped
    }

    /// The first output of a step is done: takes back what was computed of proposed tokens that were wrong.
    mutating func endProposal(_ choosing: inout Choosing) {
        let index = choosing.outputs.removeFirst().slot
        let (count, right) = (choosing.proposal.count, choosing.right)
        choosing.proposal = []
        choosing.right = 0
        guard count > 0 else { return }
        if right < count { rewind(index) }
        emit(.accepted(slots[index].sequence, right))
        emit(.count(.checked(proposed: count, accepted: right)))
    }

    /// Takes back what the last step computed of wrong proposals.
    private mutating func rewind(_ index: Int) {
        let cached = slots[index].cached
        let canRewind =
            switch rules.kind {
            case .any, .rollback: true
            case .window: cached.canCut(to: cached.count, on: rules.kind)
            case .whole: false
            }
        if canRewind {
            emit(.cache(.cut(slots[index].sequence, to: cached.position(of: cached.count))))
            if case .rollback = rules.kind { slots[index].cached.stepBack() }
        } else if case .open(let checkpoint) = slots[index].retreat {
            slots[index].retreat = .due(checkpoint)
        } else if slots[index].generation != nil {
            // The step was wider than the margin of a sliding window, or there was no memory for a way back: what is needed again is
            // computed again.
            setAside(index, behind: cached.tokens)
        } else {
            forget(index)
        }
    }

    // MARK: Memory that can't take tokens back

    /// Asks for a checkpoint of each sequence of which the next step computes proposals.
    mutating func prepareRetreats(_ shares: [Batcher.Share]) {
        guard rules.kind == .whole, rules.proposals != nil else { return }
        for share in shares {
            slots[share.slot].retreat = nil
            guard slots[share.slot].generation?.proposal.isEmpty == false else { continue }
            let ticket = ticket(.retreat(slot: share.slot, length: slots[share.slot].cached.count))
            emit(.cache(.checkpoint(slots[share.slot].sequence, ticket: ticket)))
        }
    }

    /// Brings a sequence back to before a step of which proposals were wrong; those that were right are computed again, by the next step.
    /// - Returns: false, unless it is awaited.
    mutating func retreatNext() -> Bool {
        for index in slots.indices {
            guard let retreat = slots[index].retreat else { continue }
            slots[index].retreat = nil
            guard case .due(let checkpoint) = retreat else { continue }
            let tokens = slots[index].cached.tokens
            slots[index].generation?.retreat(behind: tokens)
            let stop = CachedSequence.Stop(length: checkpoint.length, checkpoint: checkpoint)
            go(index, to: stop, then: slots[index].generation == nil ? .rest : .recover)
            return true
        }
        return false
    }
}
