// SPDX-License-Identifier: MIT

import Engine
import TestKit

/// The engine's state with a fake memory, a fake model and fake readers around it, and the rules that must hold whatever
/// happens. The model's next token is a hash of the tokens before it, so that each answer is known.
struct EngineWorld: ~Copyable {
    static let vocabulary: Int32 = 1_000

    var state: EngineState
    var cache: FakeCache
    var draft: FakeCache?
    /// All that ever came; the first has number 1.
    private(set) var clients: [WalkClient] = []
    /// The numbers of those whose answers have not ended, ascending.
    private(set) var running: [UInt64] = []
    var violations: [String] = []
    var notes = WalkNotes()
    private(set) var job: EmbeddingJob?
    /// Tokens of prompts that were computed.
    private(set) var computed = 0
    private var now = Duration.zero
    private var turn = EngineTurn()
    private var stateLimit: Int?
    private var lastOrder: UInt64 = 1 << 32
    private var behind: [UInt64] = []
    var files: [String: (bytes: [UInt8], sequence: CachedSequence)] = [:]
    /// What lies outside of the engine, by its number; it outlives the engine.
    var records: [UInt64: ShelvedRecord] = [:]
    /// What the engine waits to hear of a record that it had written.
    var shelved: ShelfOutcome?
    var lastRecord: UInt64 = 0
    /// Those that were written as a whole: others may have parts in their files.
    var wholes: Set<UInt64> = []
    var random: SeededGenerator
    private var checks = 0
    /// By slot, how many tokens of a step were looked at.
    private var places: [Int]
    /// Of a hundred steps, how many fail.
    private let failures: UInt64
    let rules: EngineRules
    private let hasWindow: Bool
    private let seed: UInt64

    init(_ rules: EngineRules, failures: UInt64, seed: UInt64) {
        self.rules = rules
        self.failures = failures
        self.seed = seed
        random = SeededGenerator(seed: seed)
        state = EngineState(rules)
        places = Array(repeating: 0, count: rules.slots)
        let capacity = rules.isUnified ? rules.size : rules.sizePerSequence
        cache = FakeCache(rules, capacity: capacity, seed: seed)
        hasWindow = cache.window != nil
        guard let kind = rules.proposals?.draft?.kind else { return }
        var own = rules
        own.kind = kind
        draft = FakeCache(own, capacity: capacity, seed: seed)
    }

    /// The engine ends, with what it holds written outside as far as there is time, and another one begins with what lies there.
    mutating func restart() {
        guard running.isEmpty, job == nil else { return }
        leaveShelved()
        let shelf = (records, lastRecord, wholes, files)
        let past = (clients, notes, violations, now, lastOrder)
        self = EngineWorld(rules, failures: failures, seed: seed &+ 1)
        (records, lastRecord, wholes, files) = shelf
        (clients, notes, violations, now, lastOrder) = past
        checks = clients.map(\.seen).max() ?? 0
        for id in state.stock(stored) { records[id] = nil }
        notes.add(.restarted)
    }

    /// Ends a generation. Where parts of a context are forgotten, some have to come to its end.
    private func isEnd(_ token: Int32) -> Bool { token % (rules.forgets ? 128 : 16) == 0 }

    mutating func fault(_ text: String) {
        if violations.count < 8 { violations.append(text) }
    }

    func place(of id: UInt64) -> Int { Int(id) - 1 }

    // MARK: Outside

    /// The parent allows so many bytes of kept states from the next turn on.
    mutating func limitStates(_ bytes: Int) { stateLimit = bytes }

    mutating func arrive(_ order: GenerationOrder) {
        clients.append(WalkClient(order))
        running.append(UInt64(clients.count))
        turn.arrived.append(QueuedGeneration(id: UInt64(clients.count), order))
    }

    mutating func cancel(_ id: UInt64) { turn.cancelled.insert(id) }

    mutating func fallBehind(_ id: UInt64) {
        if !behind.contains(id) { behind.append(id) }
    }

    mutating func readAll() { behind = [] }

    mutating func ask(_ action: SlotAction, of slot: Int) {
        lastOrder += 1
        turn.actions.append(SlotOrder(id: lastOrder, slot: slot, action: action))
    }

    mutating func embed(_ texts: [[Int32]]) {
        if job == nil { job = EmbeddingJob(texts: texts.map { Prompt($0) }) }
    }

    mutating func giveUpTexts() { job = nil }

    mutating func pass(_ time: Duration) { now += time }

    /// Runs a turn to its end.
    mutating func run() {
        turn.job = job
        turn.stateLimit = stateLimit
        turn.shelved = shelved
        shelved = nil
        for id in behind { turn.behind[id] = .seconds(3) }
        var event: EngineEvent? = .turn(turn)
        turn = EngineTurn()
        var rounds = 0
        while let current = event {
            now += .microseconds(10)
            event = perform(state.handle(current, at: now))
            rounds += 1
            if rounds > 5_000 { return fault("a turn has no end") }
        }
        if state.isInTurn { fault("the turn waits for an answer that no action asks for") }
        check()
    }

    // MARK: Between two turns

    private mutating func check() {
        if !cache.violations.isEmpty || draft?.violations.isEmpty == false {
            violations += cache.violations + (draft?.violations ?? [])
        }
        checkBytes()
        checks += 1
        var found = state.queue.count + state.parked.count
        for slot in places.indices {
            checkBooks(slot)
            guard let id = state.generation(in: slot) else { continue }
            found += 1
            meet(id)
        }
        for index in state.queue.indices { meet(state.queue[index].id) }
        for index in state.parked.indices { meet(state.parked[index].generation.id) }
        if found != running.count { fault("the engine has \(found) generations, clients wait for \(running)") }
    }

    /// Kept conversations and checkpoints stay within their bytes; a checkpoint that several have counts once.
    private mutating func checkBytes() {
        var seen: Set<UInt64>?
        func bytes() -> Int {
            var bytes = state.states.size
            for slot in places.indices { add(state.checkpoints(in: slot), to: &bytes) }
            for entry in state.states.entries { add(entry.sequence.checkpoints, to: &bytes) }
            return bytes
        }
        func add(_ checkpoints: [Checkpoint], to bytes: inout Int) {
            for checkpoint in checkpoints where seen?.insert(checkpoint.id).inserted != false {
                bytes += checkpoint.state.count
            }
        }
        // Mostly they fit even if each counts as often as it is there.
        let limit = min(stateLimit ?? .max, rules.stateBytes)
        guard bytes() > limit else { return }
        seen = []
        if bytes() > limit { fault("\(bytes()) bytes of states and checkpoints, of \(limit)") }
    }

    /// What the books say of a slot is what its memory holds.
    private mutating func checkBooks(_ slot: Int) {
        let tokens = state.tokens(in: slot)
        let isEmbedding = tokens.isEmpty && job != nil
        let bits = rules.adapters > 0 ? FakeCells.tokenBits : -1
        if !isEmbedding, !tokens.areFirst(cache.full[slot].count, of: cache.full[slot].tokens, in: bits) {
            fault("slot \(slot) holds \(cache.full[slot].tokens), its books say \(tokens)")
        }
        let checkpoints = state.checkpoints(in: slot)
        guard let last = checkpoints.last else { return }
        if checkpoints.count > rules.checkpoints.limit { fault("too many checkpoints") }
        if last.length > tokens.count { fault("a checkpoint lies behind the end") }
    }

    /// The engine has a generation.
    private mutating func meet(_ id: UInt64) {
        let place = place(of: id)
        if clients[place].seen == checks { fault("generation \(id) is in two places") }
        if clients[place].ends > 0 { fault("generation \(id) has ended, and is still there") }
        clients[place].seen = checks
    }

    // MARK: Doing

    private mutating func perform(_ actions: [EngineAction]) -> EngineEvent? {
        for place in actions.indices {
            let isLast = place == actions.count - 1
            switch actions[place] {
            case .cache(let action):
                if case .remove(let sequence, let range) = action { forgetting(Int(sequence), range) }
                if case .keep(_, _, .max) = action { notes.add(.detached) }
                guard let outcome = cache.perform(action) else { continue }
                switch outcome {
                case .kept:
                    guard let event = perform(state.handle(.cache(outcome), at: now)) else { continue }
                    return answer(event, isLast, "keep")
                case .loaded(let hasRoom):
                    notes.add(hasRoom ? .loaded : .notLoaded)
                    return answer(.cache(outcome), isLast, "load")
                }
            case .draft(let action):
                guard case .kept(_, let bytes) = draft?.perform(action) else { continue }
                if let event = perform(state.handle(.draftKept(bytes), at: now)) {
                    return answer(event, isLast, "keep")
                }
            case .shelve(let item): shelved = shelve(item)
            case .unshelve(let id): records[id] = nil
            case .fetch(let id, let sequence): return answer(fetch(id, sequence), isLast, "fetch")
            case .decode(let plan): return answer(decode(plan), isLast, "decode")
            case .choose(let wish): return answer(choose(wish), isLast, "choose")
            case .encode(let slot, _, let span, let position, let scales):
                cache.scales = scales
                return answer(encode(slot, span, position), isLast, "encode")
            case .embed(let plan): return answer(embed(plan), isLast, "embed")
            case .finish: job = nil
            case .follow(let batch): return answer(follow(batch), isLast, "follow")
            case .propose(let wishes): return answer(propose(wishes), isLast, "propose")
            case .send(let id, let event, _): take(event, of: id)
            case .end(let id, let event, _):
                take(event, of: id)
                end(id)
            case .drop(let id, _): end(id)
            case .act(let order, let cached): return answer(act(order, cached), isLast, "act")
            case .rest: notes.add(.rested)
            case .count(.setAside): notes.add(.setAside)
            case .count(.reused(let count)): if count > 0 { notes.add(.reused) }
            case .count(.checked(_, let accepted)): if accepted > 0 { notes.add(.accepted) }
            case .accepted, .begin, .release, .count, .note: break
            }
        }
        return nil
    }

    /// An answer, which must be that of the last action.
    private mutating func answer(_ event: EngineEvent, _ isLast: Bool, _ what: StaticString) -> EngineEvent {
        if !isLast { fault("\(what) answers and isn't the last action") }
        if hasWindow { _ = state.handle(.windows(places.indices.map { cache.first(of: Int32($0)) }), at: now) }
        if let draft, draft.window != nil {
            _ = state.handle(.draftWindows(places.indices.map { draft.first(of: Int32($0)) }), at: now)
        }
        return event
    }

    private mutating func end(_ id: UInt64) {
        let place = place(of: id)
        clients[place].ends += 1
        running.removeAll { $0 == id }
        behind.removeAll { $0 == id }
        if clients[place].ends != 1 { fault("generation \(id) ends \(clients[place].ends) times") }
    }

    private mutating func take(_ event: GenerationEvent, of id: UInt64) {
        let place = place(of: id)
        guard clients[place].ends == 0 else { return fault("\(id) hears something after its end") }
        switch event {
        case .finished(let summary):
            switch summary.reason {
            case .limit: notes.add(.reachedLimit)
            case .contextFull: notes.add(.filledContext)
            default: notes.add(.ended)
            }
            if summary.hasForgotten != clients[place].hasForgotten { fault("\(id) isn't told what it has forgotten") }
        case .failed: notes.add(.failed)
        case .progress, .token: break
        }
    }

    /// A generation forgets a part of its context, or a prompt moves one.
    private mutating func forgetting(_ slot: Int, _ range: Range<Int>) {
        guard state.next(in: slot) != nil, let id = state.generation(in: slot) else { return }
        notes.add(.forgot)
        clients[place(of: id)].forget(range)
    }

    // MARK: Computing

    private mutating func decode(_ plan: StepPlan) -> EngineEvent {
        cache.scales = plan.scales
        if failures > 0, random.next() % 100 < failures {
            _ = cache.decode(plan.batch)
            notes.add(.stepFailed)
            return .failed(EngineError(.decodeFailed, "the device is gone"))
        }
        for share in plan.shares {
            guard let id = state.generation(in: share.slot) else { continue }
            let count = state.tokens(in: share.slot).count
            if let text = cache.wrong(share.slot, clients[place(of: id)].contents, count) {
                fault("before a step of \(id), \(text)")
            }
        }
        guard cache.decode(plan.batch) else {
            notes.add(.noRoom)
            return .noRoom
        }
        computed += plan.promptTokens
        for slot in places.indices { places[slot] = state.tokens(in: slot).count }
        for entry in 0..<plan.batch.count { checkToken(plan.batch.tokens[entry], of: Int(plan.batch.sequences[entry])) }
        return .computed(reports: [])
    }

    /// A token that was computed is the next one of its generation, or of the proposal behind that.
    private mutating func checkToken(_ token: Int32, of slot: Int) {
        guard let id = state.generation(in: slot) else { return fault("slot \(slot) is idle, and computed") }
        let client = place(of: id)
        let index = places[slot]
        places[slot] += 1
        if index < clients[client].tokens.count {
            if clients[client].tokens[index] == token { return }
        } else {
            let proposal = state.proposal(in: slot)
            let offset = index - clients[client].tokens.count
            if offset < proposal.count, proposal[offset] == token { return }
        }
        fault("\(id) computes \(token) at \(index), its tokens are \(clients[client].tokens)")
    }

    private mutating func choose(_ wish: TokenWish) -> EngineEvent {
        if random.next() % 400 == 0 {
            return .refused(EngineError(.invalidRequest, "the grammar cannot be followed"))
        }
        let client = place(of: wish.generation)
        var choice = ChosenToken(token: clients[client].next, bytes: Self.letter)
        choice.isProposed = choice.token == wish.proposed
        choice.isEnd = isEnd(choice.token)
        if !choice.isEnd { clients[client].append(choice.token) }
        return .chosen(choice)
    }

    private static let letter: [UInt8] = [0x61]

    private mutating func follow(_ batch: Batch) -> EngineEvent {
        for slot in places.indices { places[slot] = draft?.full[slot].count ?? 0 }
        for entry in 0..<batch.count {
            let slot = Int(batch.sequences[entry])
            let tokens = state.tokens(in: slot)
            let index = places[slot]
            if index == draft?.full[slot].count { checkDraft(slot, tokens) }
            if index >= tokens.count || tokens[index] != batch.tokens[entry] { fault("the draft model follows nobody") }
            places[slot] += 1
        }
        return .followed(draft?.decode(batch) ?? false)
    }

    /// What the draft model is about to compute behind is what the other one has.
    private mutating func checkDraft(_ slot: Int, _ tokens: [Int32]) {
        guard let draft, let text = draft.wrong(slot, tokens, draft.full[slot].count) else { return }
        fault("of the draft model, \(text)")
    }

    private mutating func propose(_ wishes: [ProposalWish]) -> EngineEvent {
        var proposals: [[Int32]] = []
        for wish in wishes {
            var hash = TokenHash()
            hash.add(wish.history)
            hash.add(wish.last)
            var tokens: [Int32] = []
            let dice = random.next()
            for index in 0..<(Int(dice & 0xFF) % (wish.limit + 1)) {
                tokens.append((dice >> (8 + 2 * index)) & 3 > 0 ? hash.next : 7)
                hash.add(tokens[index])
            }
            proposals.append(tokens)
            guard draft != nil else { continue }
            if draft?.full[Int(wish.sequence)].count != wish.history.count { fault("the draft model lacks tokens") }
            checkDraft(Int(wish.sequence), wish.history)
            var batch = Batch()
            batch.append(wish.last, position: wish.history.count, sequence: wish.sequence, output: true)
            for (offset, token) in tokens.dropLast().enumerated() {
                batch.append(token, position: wish.history.count + 1 + offset, sequence: wish.sequence, output: true)
            }
            if draft?.decode(batch) == false { proposals[proposals.count - 1] = [] }
        }
        notes.add(.proposed)
        return .proposed(proposals, lengths: draft.map { draft in wishes.map { draft.length(of: $0.sequence) } } ?? [])
    }
}
