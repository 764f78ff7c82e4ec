// SPDX-License-Identifier: MIT

/// What is computed next, and what comes of it.
extension EngineState {
    /// Has the next step computed.
    /// - Returns: false, unless it is awaited.
    mutating func compute() -> Bool {
        takeCheckpoints()
        let turn = nextScales()
        let shares = batcher.plan(needs(turn))
        guard !shares.isEmpty else { return false }
        setPace(shares)
        step += 1
        trimProposals(shares)
        prepareRetreats(shares)
        let plan = plan(shares, with: turn)
        awaited = .step(plan)
        hasWorked = true
        emit(.decode(plan))
        return true
    }

    /// The scales of those whose turn it is: the slot that was computed longest ago, and all others with the same ones.
    private func nextScales() -> [Float] {
        guard rules.adapters > 0 else { return [] }
        let wanting = slots.indices.filter { slots[$0].need != nil }
        return wanting.min { slots[$0].lastUsed < slots[$1].lastUsed }.map { slots[$0].nextScales } ?? []
    }

    /// What the slots want of the next step.
    /// - Parameter turn: the adapters' scales that it is computed with.
    private func needs(_ turn: [Float]) -> [Batcher.Need?] {
        slots.indices.map { index in
            guard let need = slots[index].need, rules.adapters == 0 || slots[index].nextScales == turn else {
                return nil
            }
            guard rules.kind != .any, case .prompt(let remaining, let age) = need, let stop = nextCopy(of: index) else {
                return need
            }
            return .prompt(remaining: min(remaining, stop - slots[index].cached.count), age: age)
        }
    }

    /// The length at which the next of those that wait for a slot's prompt copies it. Where memory can't be cut anywhere, what is
    /// computed beyond that takes away what the copy would look at.
    private func nextCopy(of index: Int) -> Int? {
        var least: Int?
        for other in slots.indices {
            guard let leader = slots[other].generation?.leader, leader.slot == index, leader.age == age(of: index),
                leader.length > slots[index].cached.count
            else { continue }
            least = min(least ?? .max, leader.length)
        }
        return least
    }

    /// Says whether the tokens of the next step may gather, and releases what has gathered if they may not.
    private mutating func setPace(_ shares: [Batcher.Share]) {
        let hasOnlyTokens =
            embedding == nil && shares.allSatisfy { slots[$0.slot].generation?.next != nil } && !hasPendingMedia
        guard pace.begin(at: now, hasOnlyTokens: hasOnlyTokens) else { return }
        for index in slots.indices {
            if let id = slots[index].generation?.id { emit(.release(id)) }
        }
    }

    private func plan(_ shares: [Batcher.Share], with scales: [Float]) -> StepPlan {
        var batch = Batch(capacity: shares.reduce(0) { $0 + $1.count })
        var outputs: [(slot: Int, index: Int)] = []
        var reports: [StepPlan.Report] = []
        var promptTokens = 0
        for share in shares {
            let index = share.slot
            let sequence = slots[index].sequence
            let start = slots[index].cached.count
            let first = slots[index].cached.position(of: start)
            if let next = slots[index].generation?.next {
                outputs.append((index, batch.append(next, position: first, sequence: sequence, output: true)))
                for (offset, token) in (slots[index].generation?.proposal ?? []).enumerated() {
                    batch.append(token, position: first + offset + 1, sequence: sequence, output: true)
                }
                continue
            }
            guard let target = slots[index].generation?.target else { continue }
            let isPrompt = slots[index].generation?.isPrompting == true
            let reported = isPrompt && slots[index].generation?.order.reportsPrompt == true
            if reported, let count = slots[index].generation?.order.topLogProbabilities {
                let tokens = target[(start + 1)...].prefix(share.count)
                reports.append(.init(slot: index, entry: batch.count, tokens: Array(tokens), count: count))
            }
            for place in start..<(start + share.count) {
                let isLast = isPrompt && place == target.count - 1
                // Behind a medium positions may be lower than indices.
                let position = first + place - start
                let entry = batch.append(
                    target[place],
                    position: position,
                    sequence: sequence,
                    output: isLast || reported
                )
                if isLast { outputs.append((index, entry)) }
            }
            if isPrompt { promptTokens += share.count }
        }
        // A reader that is told how far its prompt is gets the truth.
        let isAwaited =
            !outputs.isEmpty || !reports.isEmpty
            || shares.contains { slots[$0.slot].generation?.order.reportsProgress == true }
        return StepPlan(
            shares: shares,
            batch: batch,
            outputs: outputs,
            reports: reports,
            scales: scales,
            promptTokens: promptTokens,
            isAwaited: isAwaited
        )
    }

    // MARK: Outcomes

    /// A step was computed.
    mutating func computed(_ reports: [(slot: Int, probabilities: [LogProbabilities])]) {
        guard case .step(let plan) = awaited else { return }
        for (slot, probabilities) in reports {
            slots[slot].generation?.promptProbabilities.append(contentsOf: probabilities)
        }
        for share in plan.shares { advance(share) }
        emit(.count(.step(promptTokens: plan.promptTokens, busy: busySlots, longest: longestSequence)))
        choose(Choosing(outputs: plan.outputs))
    }

    /// Notes what a slot's cache holds after a step.
    private mutating func advance(_ share: Batcher.Share) {
        let index = share.slot
        guard slots[index].generation != nil else { return }
        slots[index].lastUsed = step
        if let next = slots[index].generation?.next {
            slots[index].cached.append(next)
            return
        }
        guard let target = slots[index].generation?.target else { return }
        let start = slots[index].cached.count
        let end = start + share.count
        slots[index].cached.append(contentsOf: target[start..<end])
        guard slots[index].generation?.isPrompting == true else {
            slots[index].generation?.recovered(end)
            return
        }
        slots[index].generation?.computedPrompt(share.count, now: now)
        guard slots[index].generation?.order.reportsProgress == true, let done = slots[index].generation else { return }
        emit(.send(done.id, .progress(done.progress(cached: end, now: now)), mayGather: false))
    }

    /// The cache has no room for what was to be computed: what can be given up is, and it is tried again.
    mutating func noRoom() {
        switch awaited {
        case .step:
            awaited = nil
            if !dropProposals() { makeRoom() }
        case .media(let index, let span):
            awaited = nil
            // A part of it may be there. Where that can't be cut away, all is computed again.
            if slots[index].cached.canCut(to: span.start, on: rules.kind) {
                let position = slots[index].cached.position(of: span.start)
                emit(.cache(.cut(slots[index].sequence, to: position)))
            } else {
                forget(index)
            }
            makeRoom()
        case .embedding: makeRoomForTexts()
        default: break
        }
    }

    /// What the sequences of a step hold is unknown.
    mutating func failed(_ error: EngineError) {
        switch awaited {
        case .step(let plan):
            awaited = nil
            for share in plan.shares {
                fail(share.slot, error)
                forget(share.slot)
            }
            leave()
        case .media(let index, _):
            awaited = nil
            fail(index, error)
            forget(index)
            leave()
        case .embedding: failEmbedding(error)
        default: break
        }
    }

    // MARK: Tokens

    /// Has the next token chosen of those that a step brought.
    private mutating func choose(_ choosing: Choosing) {
        var choosing = choosing
        while let output = choosing.outputs.first {
            guard let id = slots[output.slot].generation?.id else {
                choosing.outputs.removeFirst()
                continue
            }
            if slots[output.slot].generation?.order.maxTokens == 0 {
                finish(output.slot, .limit)
                choosing.outputs.removeFirst()
                continue
            }
            if choosing.proposal.isEmpty, choosing.right == 0, let proposal = slots[output.slot].generation?.proposal,
                !proposal.isEmpty
            {
                choosing.proposal = proposal
                slots[output.slot].generation?.proposal = []
                slots[output.slot].generation?.willCheck(choosing.proposal.count)
            }
            let proposed = choosing.right < choosing.proposal.count ? choosing.proposal[choosing.right] : nil
            let chances = rules.proposals?.synthetic ?? []
            var verdict: Bool?
            if proposed != nil, choosing.right < chances.count {
                verdict = slots[output.slot].generation?.draws(chances[choosing.right])
            }
            let probabilities = slots[output.slot].generation?.order.topLogProbabilities
            awaited = .choosing(choosing)
            emit(
                .choose(
                    TokenWish(
                        slot: output.slot,
                        generation: id,
                        index: output.index + choosing.right,
                        proposed: proposed,
                        verdict: verdict,
                        probabilities: probabilities
                    )
                )
            )
            return
        }
        awaited = nil
        leave()
    }

    /// A token was chosen: sends it, and goes on behind it.
    mutating func chosen(_ choice: ChosenToken) {
        guard case .choosing(var choosing) = awaited, let output = choosing.outputs.first else { return }
        // So that the lists are changed where they are.
        awaited = nil
        let goesOn = take(choice, in: output.slot)
        if goesOn, choice.isProposed {
            slots[output.slot].generation?.wasRight()
            slots[output.slot].cached.append(choice.token)
            choosing.right += 1
        } else {
            endProposal(&choosing)
        }
        choose(choosing)
    }

    /// No token could be chosen.
    mutating func refused(_ error: EngineError) {
        guard case .choosing(var choosing) = awaited, let output = choosing.outputs.first else { return }
        awaited = nil
        fail(output.slot, error)
        endProposal(&choosing)
        choose(choosing)
    }

    /// - Returns: whether the generation goes on.
    private mutating func take(_ choice: ChosenToken, in index: Int) -> Bool {
        guard let id = slots[index].generation?.id else { return false }
        slots[index].generation?.chose(now: now)
        if choice.isEnd {
            let ending = choice.probabilities.map {
                GenerationSummary.Ending(token: choice.token, logProbabilities: $0)
            }
            finish(index, .endOfGeneration, ending: ending)
            return false
        }
        guard let (token, isLast) = slots[index].generation?.take(choice) else { return false }
        emit(.send(id, .token(token), mayGather: pace.isBrisk))
        guard let reason = isLast ? .limit : reasonToEnd(index) else { return true }
        finish(index, reason)
        return false
    }

    private func reasonToEnd(_ index: Int) -> GenerationSummary.Reason? {
        if let word = slots[index].generation?.matcher.match { return .stopWord(word) }
        if let limit = slots[index].generation?.order.maxTokens, slots[index].generation?.generated ?? 0 >= limit {
            return .limit
        }
        return !rules.forgets && slots[index].cached.count + 1 > rules.sizePerSequence - 1 ? .contextFull : nil
    }
}
