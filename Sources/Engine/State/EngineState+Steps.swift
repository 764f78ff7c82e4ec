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
        let plan = plan(shares, with: turn)
        awaited = .step(plan)
        hasWorked = true
        emit(.decode(plan))
        return true
    }

    /// The scales of those whose turn it is: the slot that was computed longest ago, and all others with the same ones.
    private func nextScales() -> [Float] {
        guard rules.adapters > 0 else { return [] }
        return slots.filter { $0.need != nil }.min { $0.lastUsed < $1.lastUsed }?.nextScales ?? []
    }

    /// What the slots want of the next step.
    /// - Parameter turn: the adapters' scales that it is computed with.
    private func needs(_ turn: [Float]) -> [Batcher.Need?] {
        slots.map { slot in
            guard slot.nextScales == turn, let need = slot.need else { return nil }
            guard rules.kind != .any, case .prompt(let remaining, let age) = need, let stop = nextCopy(of: slot) else {
                return need
            }
            return .prompt(remaining: min(remaining, stop - slot.cached.count), age: age)
        }
    }

    /// The length at which the next of those that wait for a slot's prompt copies it. Where memory can't be cut anywhere, what is
    /// computed beyond that takes away what the copy would look at.
    private func nextCopy(of slot: Slot) -> Int? {
        let lengths = slots.compactMap { other -> Int? in
            guard let leader = other.generation?.leader, leader.slot == slot.id, leader.age == slot.generation?.age,
                leader.length > slot.cached.count
            else { return nil }
            return leader.length
        }
        return lengths.min()
    }

    /// Says whether the tokens of the next step may gather, and releases what has gathered if they may not.
    private mutating func setPace(_ shares: [Batcher.Share]) {
        let hasOnlyTokens = shares.allSatisfy { slots[$0.slot].generation?.next != nil }
        let isQuiet = embedding == nil && !slots.contains { $0.pendingMedia != nil }
        guard pace.begin(at: now, hasOnlyTokens: hasOnlyTokens && isQuiet) else { return }
        for slot in slots { slot.generation.map { emit(.release($0.id)) } }
    }

    private func plan(_ shares: [Batcher.Share], with scales: [Float]) -> StepPlan {
        var batch = Batch()
        var outputs: [(slot: Int, index: Int)] = []
        var reports: [StepPlan.Report] = []
        var promptTokens = 0
        for share in shares {
            let slot = slots[share.slot]
            guard let generation = slot.generation else { continue }
            let start = slot.cached.count
            let first = slot.cached.position(of: start)
            if let next = generation.next {
                outputs.append((share.slot, batch.append(next, position: first, sequence: slot.sequence, output: true)))
                for (offset, token) in generation.proposal.enumerated() {
                    batch.append(token, position: first + offset + 1, sequence: slot.sequence, output: true)
                }
                continue
            }
            guard let target = generation.target else { continue }
            let isPrompt = generation.isPrompting
            let reported = isPrompt && generation.order.reportsPrompt
            if reported, let count = generation.order.topLogProbabilities {
                let tokens = target[(start + 1)...].prefix(share.count)
                reports.append(.init(slot: share.slot, entry: batch.count, tokens: Array(tokens), count: count))
            }
            for place in start..<(start + share.count) {
                let isLast = isPrompt && place == target.count - 1
                // Behind a medium positions may be lower than indices.
                let position = first + place - start
                let index = batch.append(
                    target[place],
                    position: position,
                    sequence: slot.sequence,
                    output: isLast || reported
                )
                if isLast { outputs.append((share.slot, index)) }
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
        guard let generation = slots[index].generation else { return }
        slots[index].lastUsed = step
        if let next = generation.next {
            slots[index].cached.append(next)
            return
        }
        guard let target = generation.target else { return }
        let start = slots[index].cached.count
        let end = start + share.count
        slots[index].cached.append(contentsOf: target[start..<end])
        guard generation.isPrompting else {
            slots[index].generation?.recovered(end)
            return
        }
        slots[index].generation?.computedPrompt(share.count, now: now)
        guard generation.order.reportsProgress, let done = slots[index].generation else { return }
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
            guard let generation = slots[output.slot].generation else {
                choosing.outputs.removeFirst()
                continue
            }
            if generation.order.maxTokens == 0 {
                finish(output.slot, .limit)
                choosing.outputs.removeFirst()
                continue
            }
            if choosing.proposal.isEmpty, choosing.right == 0, !generation.proposal.isEmpty {
                choosing.proposal = generation.proposal
                slots[output.slot].generation?.proposal = []
                slots[output.slot].generation?.willCheck(choosing.proposal.count)
            }
            let proposed = choosing.right < choosing.proposal.count ? choosing.proposal[choosing.right] : nil
            let chances = rules.proposals?.synthetic ?? []
            var verdict: Bool?
            if proposed != nil, choosing.right < chances.count {
                verdict = slots[output.slot].generation?.draws(chances[choosing.right])
            }
            awaited = .choosing(choosing)
            emit(
                .choose(
                    TokenWish(
                        slot: output.slot,
                        generation: generation.id,
                        index: output.index + choosing.right,
                        proposed: proposed,
                        verdict: verdict,
                        probabilities: generation.order.topLogProbabilities
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
        fail(output.slot, error)
        endProposal(&choosing)
        choose(choosing)
    }

    /// - Returns: whether the generation goes on.
    private mutating func take(_ choice: ChosenToken, in index: Int) -> Bool {
        guard var generation = slots[index].generation else { return false }
        generation.chose(now: now)
        if choice.isEnd {
            slots[index].generation = generation
            let ending = choice.probabilities.map {
                GenerationSummary.Ending(token: choice.token, logProbabilities: $0)
            }
            finish(index, .endOfGeneration, ending: ending)
            return false
        }
        generation.phase = .generating(next: choice.token)
        var text = generation.matcher.append(choice.bytes)
        let whole = generation.indents.append(text)
        if generation.indents.hasMatched { text = Array(text[..<whole]) }
        let isLast = generation.isOverTime(choice.bytes) || generation.indents.hasMatched
        if !generation.hasNewLine { generation.hasNewLine = choice.bytes.contains(0x0A) }
        let timings = generation.order.reportsTimings ? generation.timings : nil
        let token = GeneratedToken(
            id: choice.token,
            text: text,
            logProbabilities: choice.probabilities,
            timings: timings
        )
        emit(.send(generation.id, .token(token), mayGather: pace.isBrisk))
        slots[index].generation = generation
        guard let reason = isLast ? .limit : reasonToEnd(generation, cached: slots[index].cached.count) else {
            return true
        }
        finish(index, reason)
        return false
    }

    private func reasonToEnd(_ generation: Generation, cached: Int) -> GenerationSummary.Reason? {
        if let word = generation.matcher.match { return .stopWord(word) }
        if let limit = generation.order.maxTokens, generation.generated >= limit { return .limit }
        return !rules.forgets && cached + 1 > rules.sizePerSequence - 1 ? .contextFull : nil
    }
}
