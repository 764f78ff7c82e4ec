// SPDX-License-Identifier: MIT

/// What is kept in main memory: conversations that leave the cache, and checkpoints. One budget bounds both.
extension EngineState {
    /// States of fewer tokens are computed faster than found.
    static let smallestState = 8

    /// What a copy is for.
    enum Copy: Sendable {
        /// A conversation that leaves the cache; `mover` is the idle slot that gives up its cells for it.
        case state(CachedSequence, mover: Int?)
        case checkpoint(slot: Int, length: Int, first: Int)
        /// Proposals are about to be computed, and some may be wrong.
        case retreat(slot: Int, length: Int)
        /// A conversation is written to the shelf.
        case shelf(CachedSequence)
        /// A sequence gets cells of its own.
        case detached
    }

    mutating func ticket(_ copy: Copy) -> UInt64 {
        lastTicket += 1
        copies[lastTicket] = copy
        return lastTicket
    }

    // MARK: Conversations

    /// Keeps in main memory what a slot's cache holds. The copy is made before what is done to the sequence next.
    /// - Returns: whether it is there already.
    @discardableResult
    mutating func keep(_ index: Int, mover: Int? = nil) -> Bool {
        let cached = slots[index].cached.inState(on: rules.kind)
        guard states.limit > 0, cached.count >= Self.smallestState else { return false }
        if states.holds(cached) { return true }
        let room = states.room(for: cached)
        guard room > 0 else { return false }
        let ticket = ticket(.state(cached, mover: mover))
        emit(.cache(.keep(slots[index].sequence, ticket: ticket, atMost: room)))
        return false
    }

    /// Takes in a copy that was asked for.
    mutating func copied(_ ticket: UInt64, _ bytes: [UInt8]?) {
        guard let copy = copies.removeValue(forKey: ticket) else { return }
        switch copy {
        case .state(let cached, let mover):
            if let bytes {
                states.insert(.init(cached, state: bytes, bytes: bytes.count), at: step)
                fit()
            }
            if let mover, states.holds(cached) { moved(mover) }
        case .checkpoint(let slot, let length, let first):
            guard let bytes, slots[slot].cached.count == length else { return }
            slots[slot].cached.add(Checkpoint(id: ticket, length: length, first: first, state: bytes))
            while slots[slot].cached.checkpoints.count > rules.checkpoints.limit { slots[slot].cached.thin() }
            fit()
        case .retreat(let slot, let length):
            let checkpoint = bytes.map { Checkpoint(id: ticket, length: length, first: 0, state: $0) }
            slots[slot].retreat = checkpoint.map { .open($0) }
        case .shelf(let cached): copiedForShelf(cached, bytes)
        case .detached: detached(bytes)
        }
    }

    /// Keeps what a slot is about to lose, and loads what the prompt of its generation can go on from.
    /// - Returns: whether something is loaded.
    mutating func recall(_ index: Int) -> Bool {
        guard states.limit > 0 || shelf.rules != nil, let order = slots[index].generation?.order else { return false }
        let usable = usable(order, in: index).length
        emit(
            .note(
                "slot \(index): updating prompt cache: it holds \(usable) of \(order.prompt.count) tokens",
                isDebug: false
            )
        )
        if usable * 2 < slots[index].cached.count { keep(index) }
        let held = slots.indices.map { self.usable(order, in: $0).length }.max() ?? 0
        let limit = order.prompt.count - 1
        let least = min(held + Self.smallestState, limit)
        let entry = states.use(
            for: order.prompt,
            adapters: order.adapters,
            moreThan: least,
            upTo: limit,
            at: step
        )
        let found = entry.map { entry in
            let common = entry.sequence.commonPrefix(with: order.prompt, order.adapters)
            return entry.sequence.stop(atMost: min(common, limit), on: rules.kind).length
        }
        if fetch(for: order, into: index, moreThan: found ?? least, upTo: limit) { return true }
        guard let entry else { return false }
        load(entry, into: index, then: .attach)
        return true
    }

    /// Puts a state in the place of what a slot's cache holds.
    mutating func load(_ entry: PromptCache<[UInt8]>.Entry, into index: Int, then purpose: Purpose) {
        forget(index)
        awaited = .loading(slot: index, entry, purpose)
        emit(.cache(.load(slots[index].sequence, entry.state)))
    }

    /// What came of a load or of a checkpoint that was put back.
    mutating func loaded(_ hasRoom: Bool) {
        switch awaited {
        case .loading(let index, let entry, let purpose):
            awaited = nil
            if hasRoom { return loaded(entry.sequence, into: index, then: purpose) }
            // It may have left something half done.
            forget(index)
            if rules.isUnified, dropOldest(except: index) { return load(entry, into: index, then: purpose) }
            guard purpose == .forget else { return proceed(index, purpose) }
            // Its tokens are computed again as soon as there is room.
            setAside(index, behind: entry.sequence.tokens)
        case .restoring(let index, let purpose):
            awaited = nil
            if !hasRoom { forget(index) }
            proceed(index, purpose)
        default: break
        }
    }

    /// A slot's cache holds what was kept elsewhere.
    mutating func loaded(_ sequence: CachedSequence, into index: Int, then purpose: Purpose) {
        hold(index, sequence)
        // What was loaded may have lost its place meanwhile; its checkpoints are back.
        fit()
        proceed(index, purpose)
    }

    /// Notes what was put in the place of what a slot's cache held.
    mutating func hold(_ index: Int, _ sequence: CachedSequence) {
        // What is left of its window was told already.
        let first = slots[index].cached.first
        slots[index].cached = sequence
        if case .window = rules.kind { slots[index].cached.first = first }
    }

    // MARK: Checkpoints

    /// Where a prompt's checkpoints are taken.
    func places(of order: GenerationOrder) -> [Int] {
        guard rules.kind != .any, rules.stateBytes > 0, order.usesCache else { return [] }
        return rules.checkpoints.places(order.messages, count: order.prompt.count).filter { place in
            !order.media.contains { $0.start < place && place < $0.end }
        }
    }

    /// Asks for the checkpoints that are due before the next step.
    mutating func takeCheckpoints() {
        for index in slots.indices where slots[index].wantsCheckpoint {
            let cached = slots[index].cached
            let ticket = ticket(.checkpoint(slot: index, length: cached.count, first: cached.first))
            emit(.cache(.checkpoint(slots[index].sequence, ticket: ticket)))
        }
    }

    // MARK: Budget

    /// Bytes of all checkpoints; one that several have counts once.
    package var checkpointBytes: Int {
        var seen: Set<UInt64> = []
        return checkpointBytes { seen.insert($0).inserted }
    }

    /// - Parameter counts: whether a checkpoint counts that has this number; asked for each place where one is.
    private func checkpointBytes(_ counts: (UInt64) -> Bool) -> Int {
        var bytes = 0
        func add(_ checkpoints: [Checkpoint]) {
            for checkpoint in checkpoints where counts(checkpoint.id) { bytes += checkpoint.state.count }
        }
        for index in slots.indices { add(slots[index].cached.checkpoints) }
        for index in states.entries.indices { add(states.entries[index].sequence.checkpoints) }
        return bytes
    }

    /// Drops what was used longest ago until all fits: a kept conversation as a whole, of a slot the checkpoint that is
    /// missed least.
    mutating func fit() {
        // Mostly they fit even if each counts as often as it is there.
        guard states.size + checkpointBytes({ _ in true }) > states.limit else { return }
        while states.size + checkpointBytes > states.limit {
            let having = slots.indices.filter { !slots[$0].cached.checkpoints.isEmpty }
            let slot = having.min { slots[$0].lastUsed < slots[$1].lastUsed }
            if let entry = states.entries.first, entry.used <= slot.map({ slots[$0].lastUsed }) ?? .max {
                states.dropOldest()
            } else if let slot {
                slots[slot].cached.thin()
            } else {
                return
            }
        }
    }
}
