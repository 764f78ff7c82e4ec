// SPDX-License-Identifier: MIT

/// Conversations that outlive the engine: written to a shelf outside of it once there is nothing else to do, or when the engine ends, and
/// put back when a prompt begins with one.
extension EngineState {
    /// Takes in what is on the shelf at first, as headers tell.
    /// - Returns: the numbers of those that another one has as its beginning: they can go.
    package mutating func stock(_ states: [ShelvedState]) -> [UInt64] {
        var replaced: [UInt64] = []
        for state in states {
            step += 1
            let entry = PromptCache<ShelfMark>.Entry(numbered(state), state: state.mark, bytes: state.mark.stored)
            replaced += shelf.records.insert(entry, at: step).map(\.state.id)
        }
        return replaced
    }

    /// A sequence with its checkpoints, which get numbers here.
    private mutating func numbered(_ state: ShelvedState) -> CachedSequence {
        var sequence = state.sequence
        for checkpoint in state.checkpoints {
            lastTicket += 1
            sequence.add(
                Checkpoint(id: lastTicket, length: checkpoint.length, first: checkpoint.first, state: checkpoint.state)
            )
        }
        return sequence
    }

    // MARK: Back from it

    /// Puts the record into a slot that holds most of its prompt, where that is quicker than to compute it.
    /// - Parameters:
    ///   - common: tokens that there are without it.
    ///   - limit: the most tokens that are of use.
    /// - Returns: whether one is put there.
    mutating func fetch(for order: GenerationOrder, into index: Int, moreThan common: Int, upTo limit: Int) -> Bool {
        guard shelf.rules != nil else { return false }
        let least = min(max(common, Self.smallestState), limit)
        guard
            let entry = shelf.records.use(
                for: order.prompt,
                adapters: order.adapters,
                moreThan: least,
                upTo: limit,
                at: step
            ),
            shelf.isQuicker(entry, gaining: length(of: entry, for: order, limit) - common)
        else {
            emit(.count(.notOnShelf))
            return false
        }
        fetch(entry, into: index, then: .attach)
        return true
    }

    private func length(of entry: PromptCache<ShelfMark>.Entry, for order: GenerationOrder, _ limit: Int) -> Int {
        let common = entry.sequence.commonPrefix(with: order.prompt, order.adapters)
        return entry.sequence.stop(atMost: min(common, limit), on: rules.kind).length
    }

    private mutating func fetch(
        _ entry: PromptCache<ShelfMark>.Entry,
        into index: Int,
        then purpose: Purpose
    ) {
        forget(index)
        awaited = .fetching(slot: index, entry, purpose)
        emit(.fetch(entry.state.id, slots[index].sequence))
    }

    /// What came of that.
    /// - Parameter state: nil where the record can't be used, or is gone.
    mutating func fetched(_ state: ShelvedState?, _ hasRoom: Bool, _ took: Duration) {
        guard case .fetching(let index, let entry, let purpose) = awaited else { return }
        awaited = nil
        guard let state, hasRoom else {
            // It may have left something half done.
            forget(index)
            if state != nil, rules.isUnified, dropOldest(except: index) {
                return fetch(entry, into: index, then: purpose)
            }
            if state == nil { shelf.records.remove { $0.state.id == entry.state.id } }
            emit(.count(.notOnShelf))
            return proceed(index, purpose)
        }
        shelf.note(state.mark.bytes, took: took)
        emit(.count(.fetched(tokens: state.sequence.count, bytes: state.mark.bytes, took: took)))
        let drafted = state.draft.map { ", \($0.length) of the draft model" } ?? ""
        emit(.note("slot \(index): \(state.sequence.count) tokens came back from the store\(drafted)", isDebug: false))
        if let part = state.draft { draft?.loaded(part, of: state.sequence.tokens, into: index) }
        loaded(numbered(state), into: index, then: purpose)
    }

    // MARK: Onto it

    /// Writes the next conversation down that isn't yet: any, if nothing has been computed for a while; beside other work only what was
    /// copied already, since a copy would hold up a step.
    /// - Returns: false: there is no more to do in this turn.
    mutating func shelveNext() -> Bool {
        guard let rules = shelf.rules else { return false }
        shelf.wait = nil
        let isAtRest =
            !hasWorked && queue.isEmpty && parked.isEmpty && slots.indices.allSatisfy { isIdle($0) }
        if !isAtRest { shelf.idleSince = now }
        guard shelf.writing == nil else { return false }
        let due = max(isAtRest ? shelf.idleSince + rules.delay : shelf.nextLook, shelf.restsUntil)
        if !isAtRest {
            // A look compares all conversations: each step would have one.
            guard now >= due else { return false }
            shelf.nextLook = now + rules.delay
        }
        let missing = unshelved(copiesOnly: !isAtRest)
        // One that is too large must not hold up all others.
        guard let next = missing.first(where: { !isFailed($0) }) ?? missing.first else { return false }
        guard now >= due else {
            shelf.wait = due - now
            return false
        }
        switch next {
        case .state(let entry): shelve(entry.sequence, entry.state)
        case .slot(let index):
            let cached = slots[index].cached.inState(on: self.rules.kind)
            shelf.writing = cached
            let ticket = ticket(.shelf(cached))
            shelf.writingDraft = draftPart(of: index)
            let room = shelf.records.room(for: cached)
            if shelf.writingDraft != nil { emit(.draft(.keep(slots[index].sequence, ticket: ticket, atMost: room))) }
            emit(.cache(.keep(slots[index].sequence, ticket: ticket, atMost: room)))
        }
        return false
    }

    /// Whether it is what could not be written the last time.
    private func isFailed(_ item: Unshelved) -> Bool {
        switch item {
        case .state(let entry): entry.sequence.tokens == shelf.failed
        case .slot(let index): slots[index].cached.tokens == shelf.failed
        }
    }

    private mutating func shelve(_ sequence: CachedSequence, _ bytes: [UInt8]) {
        shelf.writing = sequence
        emit(.shelve(ShelfItem(sequence, bytes, draft: shelf.writingDraft, base: shelf.base(for: sequence))))
        shelf.writingDraft = nil
    }

    /// What the draft model holds of a slot's tokens; nil if nothing, or without one.
    package func draftPart(of slot: Int) -> ShelvedState.Part? {
        draft?.part(of: slots[slot].id, within: slots[slot].cached.tokens)
    }

    /// The copy of a slot that is to be written.
    mutating func copiedForShelf(_ cached: CachedSequence, _ bytes: [UInt8]?) {
        if let bytes { shelve(cached, bytes) } else { shelved(.failed) }
    }

    /// What came of it.
    mutating func shelved(_ outcome: ShelfOutcome) {
        guard let sequence = shelf.writing else { return }
        shelf.writing = nil
        // Where the conversation itself was not copied, the draft model's part is of no use, and none of the next one's.
        shelf.writingDraft = nil
        guard case .kept(let mark) = outcome else {
            shelf.restsUntil = now + ShelfState.recovery
            shelf.failed = sequence.tokens
            return
        }
        for id in record(sequence, mark) { emit(.unshelve(id)) }
        guard shelf.rules?.isMemory == true else { return }
        // It would be there twice.
        states.remove { $0.sequence.adapters == sequence.adapters && $0.sequence.tokens == sequence.tokens }
    }

    /// Notes that a conversation is on the shelf.
    /// - Returns: the records that it contains: they can go.
    package mutating func record(_ sequence: CachedSequence, _ mark: ShelfMark) -> [UInt64] {
        step += 1
        let entry = PromptCache<ShelfMark>.Entry(stub(sequence), state: mark, bytes: mark.stored)
        return shelf.records.insert(entry, at: step).map(\.state.id).filter { $0 != mark.id }
    }

    /// A sequence without its checkpoints' states, which the record has.
    private mutating func stub(_ sequence: CachedSequence) -> CachedSequence {
        var bare = CachedSequence(sequence.tokens, layout: sequence.layout, adapters: sequence.adapters)
        bare.first = sequence.first
        for checkpoint in sequence.checkpoints {
            lastTicket += 1
            bare.add(Checkpoint(id: lastTicket, length: checkpoint.length, first: checkpoint.first, state: []))
        }
        return bare
    }

    /// Something that isn't on the shelf.
    package enum Unshelved: Sendable {
        case state(PromptCache<[UInt8]>.Entry)
        case slot(Int)
    }

    /// All that isn't on the shelf, the longest conversations first: they save most.
    /// - Parameter copiesOnly: without what lies in slots.
    package func unshelved(copiesOnly: Bool = false) -> [Unshelved] {
        guard shelf.rules != nil else { return [] }
        var found: [(count: Int, what: Unshelved)] = []
        func add(_ sequence: CachedSequence, _ what: Unshelved) {
            guard sequence.count >= Self.smallestState, shelf.records.room(for: sequence) > 0,
                !shelf.records.holds(sequence)
            else { return }
            found.append((sequence.count, what))
        }
        for entry in states.entries { add(entry.sequence, .state(entry)) }
        for index in slots.indices
        where !copiesOnly && !slots[index].cached.isSteppingBack && slots[index].retreat == nil {
            let cached = slots[index].cached.inState(on: rules.kind)
            // What is kept beside the slot need not be copied once more.
            if !states.holds(cached) { add(cached, .slot(index)) }
        }
        return found.sorted { $0.count > $1.count }.map(\.what)
    }

    /// The record in whose file a conversation's can have parts; nil for none.
    package func base(for sequence: CachedSequence) -> UInt64? { shelf.base(for: sequence) }

    /// What a slot holds, as a copy of its state will.
    package func inState(of slot: Int) -> CachedSequence { slots[slot].cached.inState(on: rules.kind) }
}
