// SPDX-License-Identifier: MIT

import Engine
import TestKit

/// The engine's state with a fake memory, a fake model and fake readers around it, and the rules that must hold whatever
/// happens. The model's next token is a hash of the tokens before it, so that each answer is known.
struct EngineWorld {
    /// A generation as its client sees it.
    struct Client {
        let order: GenerationOrder
        /// The prompt and what was generated, as far as it wasn't forgotten.
        var tokens: [Int32]
        var generated: [Int32] = []
        var ends = 0
        var hasForgotten = false
    }

    static let vocabulary: Int32 = 1_000

    private(set) var state: EngineState
    private(set) var cache: FakeCache
    private(set) var draft: FakeCache?
    private(set) var clients: [UInt64: Client] = [:]
    private(set) var violations: [String] = []
    /// How often what happened.
    private(set) var counts: [String: Int] = [:]
    private(set) var isResting = false
    private(set) var now = ContinuousClock.now
    private var turn: EngineTurn
    private var lastNumber: UInt64 = 0
    private(set) var behind: Set<UInt64> = []
    private(set) var job: EmbeddingJob?
    private(set) var files: [String: (bytes: [UInt8], sequence: CachedSequence)] = [:]
    private var random: SeededGenerator
    /// Of a hundred steps, how many fail.
    private let failures: Int
    private let rules: EngineRules

    init(_ rules: EngineRules, failures: Int, seed: UInt64) {
        self.rules = rules
        self.failures = failures
        random = SeededGenerator(seed: seed)
        state = EngineState(rules, now: now)
        cache = FakeCache(rules, capacity: rules.isUnified ? rules.size : rules.sizePerSequence, seed: seed)
        turn = EngineTurn(now: now)
        if rules.proposals?.draft != nil {
            var own = rules
            own.kind = rules.proposals?.draft?.kind ?? .any
            draft = FakeCache(own, capacity: rules.isUnified ? rules.size : rules.sizePerSequence, seed: seed)
        }
    }

    /// The token that follows others.
    static func next(_ tokens: some Sequence<Int32>) -> Int32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for token in tokens { hash = (hash ^ UInt64(bitPattern: Int64(token))) &* 0x100_0000_01B3 }
        return Int32((hash >> 24) % UInt64(vocabulary))
    }

    /// Ends a generation.
    static func isEnd(_ token: Int32) -> Bool { token % 37 == 0 }

    mutating func note(_ what: String) { counts[what, default: 0] += 1 }

    private mutating func fault(_ text: String) {
        if violations.count < 8 { violations.append(text) }
    }

    // MARK: Outside

    mutating func arrive(_ order: GenerationOrder) {
        lastNumber += 1
        clients[lastNumber] = Client(order: order, tokens: order.prompt)
        turn.arrived.append(QueuedGeneration(id: lastNumber, order))
    }

    var running: [UInt64] { clients.filter { $0.value.ends == 0 }.keys.sorted() }

    mutating func cancel(_ id: UInt64) { turn.cancelled.insert(id) }

    mutating func fallBehind(_ id: UInt64) { behind.insert(id) }

    mutating func readAll() { behind = [] }

    mutating func ask(_ action: SlotAction, of slot: Int) {
        lastNumber += 1
        turn.actions.append(SlotOrder(id: lastNumber, slot: slot, action: action))
    }

    mutating func embed(_ texts: [[Int32]]) {
        if job == nil { job = EmbeddingJob(texts: texts.map { Prompt($0) }) }
    }

    mutating func giveUpTexts() { job = nil }

    mutating func pass(_ time: Duration) { now += time }

    /// Runs a turn to its end.
    mutating func run() {
        turn.now = now
        turn.job = job
        turn.behind = Dictionary(uniqueKeysWithValues: behind.map { ($0, .seconds(3)) })
        isResting = false
        var event: EngineEvent? = .turn(turn)
        turn = EngineTurn(now: now)
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

    /// What must hold between two turns.
    private mutating func check() {
        violations += cache.violations + (draft?.violations ?? [])
        if state.states.size + state.checkpointBytes > rules.stateBytes {
            fault(
                "\(state.states.size) bytes of states and \(state.checkpointBytes) of checkpoints are over \(rules.stateBytes)"
            )
        }
        for slot in state.slots {
            let isEmbedding = slot.cached.isEmpty && job != nil
            if !isEmbedding, slot.cached.tokens != cache.tokens(slot.id) {
                fault("slot \(slot.id) holds \(cache.tokens(slot.id)), its books say \(slot.cached.tokens)")
            }
            if slot.cached.checkpoints.count > rules.checkpoints.limit { fault("too many checkpoints") }
            if slot.cached.checkpoints.contains(where: { $0.length > slot.cached.count }) {
                fault("a checkpoint lies behind the end")
            }
        }
        let ids =
            state.slots.compactMap { $0.generation?.id } + state.queue.map(\.id) + state.parked.map(\.generation.id)
        if Set(ids).count != ids.count { fault("a generation is in two places") }
        if Set(ids) != Set(running) { fault("the engine has \(ids.sorted()), clients wait for \(running)") }
    }

    // MARK: Doing

    private mutating func perform(_ actions: [EngineAction]) -> EngineEvent? {
        for (place, action) in actions.enumerated() {
            switch action {
            case .cache(let action):
                forgetting(action)
                guard let outcome = cache.perform(action) else { continue }
                if case .kept = outcome {
                    guard let event = perform(state.handle(.cache(outcome), at: now)) else { continue }
                    if place != actions.count - 1 { fault("a copy that is awaited isn't the last action") }
                    return event
                }
                note("\(outcome)")
                return last(place, actions, .cache(outcome))
            case .draft(let action): _ = draft?.perform(action)
            case .decode(let plan): return last(place, actions, decode(plan))
            case .choose(let wish): return last(place, actions, choose(wish))
            case .encode(let slot, _, let span, let position, _):
                return last(place, actions, encode(slot, span, position))
            case .embed(let plan): return last(place, actions, embed(plan))
            case .finish: job = nil
            case .follow(let batch):
                let hasRoom = draft?.decode(batch) { _, _ in } ?? false
                return last(place, actions, .followed(hasRoom))
            case .propose(let wishes): return last(place, actions, propose(wishes))
            case .send(let id, let event, _): take(event, of: id)
            case .end(let id, let event, _):
                take(event, of: id)
                end(id)
            case .drop(let id, _): end(id)
            case .act(let order, let cached): return last(place, actions, act(order, cached))
            case .rest: isResting = true
            case .count(.setAside): note("set aside")
            case .count(.reused(let count)): if count > 0 { note("reused") }
            case .count(.checked(_, let accepted)): if accepted > 0 { note("accepted") }
            case .accepted, .begin, .release, .count, .note: break
            }
        }
        return nil
    }

    /// An answer, which must be that of the last action.
    private mutating func last(_ place: Int, _ actions: [EngineAction], _ event: EngineEvent) -> EngineEvent {
        if place != actions.count - 1 { fault("an action that answers isn't the last: \(actions[place])") }
        if case .window = rules.kind {
            _ = state.handle(.windows(state.slots.map { cache.first(of: $0.sequence) }), at: now)
        }
        if let draft, case .window = draft.kind {
            _ = state.handle(.draftWindows(state.slots.map { draft.first(of: $0.sequence) }), at: now)
        }
        return event
    }

    private mutating func end(_ id: UInt64) {
        clients[id]?.ends += 1
        behind.remove(id)
        if clients[id]?.ends != 1 { fault("generation \(id) ends \(clients[id]?.ends ?? 0) times") }
    }

    private mutating func take(_ event: GenerationEvent, of id: UInt64) {
        guard let client = clients[id], client.ends == 0 else { return fault("\(id) hears something after its end") }
        switch event {
        case .finished(let summary):
            note("\(summary.reason)")
            if summary.hasForgotten != client.hasForgotten { fault("\(id) isn't told what it has forgotten") }
        case .failed(let error): note("failed: \(error.code)")
        case .progress, .token: break
        }
    }

    /// A generation forgets a part of its context.
    private mutating func forgetting(_ action: CacheAction) {
        guard case .remove(let sequence, let range) = action, let generation = state.slots[Int(sequence)].generation,
            generation.next != nil
        else { return }
        note("forgot")
        clients[generation.id]?.tokens.removeSubrange(range)
        clients[generation.id]?.hasForgotten = true
    }

    private mutating func decode(_ plan: StepPlan) -> EngineEvent {
        if Int.random(in: 0..<100, using: &random) < failures {
            _ = cache.decode(plan.batch) { _, _ in }
            note("step failed")
            return .failed(EngineError(.decodeFailed, "the device is gone"))
        }
        var wrong: [String] = []
        var seen: [Int32: [Int32]] = [:]
        for share in plan.shares {
            let slot = state.slots[share.slot]
            guard let generation = slot.generation, let client = clients[generation.id] else { continue }
            let before = Array(client.tokens.prefix(slot.cached.count))
            seen[slot.sequence] = before
            if let text = cache.wrong(slot.id, before) { wrong.append("before a step of \(generation.id), \(text)") }
            if !before.isEmpty, slot.cached.tokens != before { wrong.append("the books are wrong") }
        }
        let hasRoom = cache.decode(plan.batch) { entry, cache in
            let sequence = plan.batch.sequences[entry]
            seen[sequence, default: []].append(plan.batch.tokens[entry])
            if let text = cache.wrong(Int(sequence), seen[sequence] ?? []) { wrong.append("in a step, \(text)") }
        }
        for text in wrong { fault(text) }
        guard hasRoom else {
            note("no room")
            return .noRoom
        }
        for share in plan.shares {
            let slot = state.slots[share.slot]
            guard let generation = slot.generation, let client = clients[generation.id],
                let seen = seen[slot.sequence]
            else { continue }
            let due = client.tokens + (generation.next == nil ? [] : generation.proposal)
            if !due.starts(with: seen) { fault("\(generation.id) computes \(seen), its tokens are \(due)") }
        }
        return .computed(reports: [])
    }

    private mutating func choose(_ wish: TokenWish) -> EngineEvent {
        guard let client = clients[wish.generation] else { return .refused(EngineError(.decodeFailed, "gone")) }
        if Int.random(in: 0..<400, using: &random) == 0 {
            return .refused(EngineError(.invalidRequest, "the grammar cannot be followed"))
        }
        var choice = ChosenToken(token: Self.next(client.tokens), bytes: [0x61])
        choice.isProposed = choice.token == wish.proposed
        choice.isEnd = Self.isEnd(choice.token)
        if !choice.isEnd {
            clients[wish.generation]?.tokens.append(choice.token)
            clients[wish.generation]?.generated.append(choice.token)
        }
        return .chosen(choice)
    }

    private mutating func propose(_ wishes: [ProposalWish]) -> EngineEvent {
        var proposals: [[Int32]] = []
        for wish in wishes {
            var tokens = wish.history + [wish.last]
            let start = tokens.count
            for _ in 0..<Int.random(in: 0...wish.limit, using: &random) {
                let isRight = Int.random(in: 0..<4, using: &random) > 0
                tokens.append(isRight ? Self.next(tokens) : 7)
            }
            proposals.append(Array(tokens[start...]))
            guard draft != nil else { continue }
            var batch = Batch()
            for (offset, token) in ([wish.last] + tokens[start...].dropLast()).enumerated() {
                batch.append(token, position: wish.history.count + offset, sequence: wish.sequence, output: true)
            }
            if draft?.decode(batch, sees: { _, _ in }) == false { proposals[proposals.count - 1] = [] }
        }
        note("proposed")
        return .proposed(proposals, lengths: draft.map { draft in wishes.map { draft.length(of: $0.sequence) } } ?? [])
    }

    private mutating func encode(_ index: Int, _ span: MediaLayout.Span, _ position: Int) -> EngineEvent {
        guard let generation = state.slots[index].generation, let client = clients[generation.id] else {
            return .encoded
        }
        if let text = cache.wrong(index, Array(client.tokens.prefix(span.start))) { fault("before a medium, \(text)") }
        note("medium")
        return cache.decode(span, at: position, in: index) ? .encoded : .noRoom
    }

    private mutating func embed(_ plan: EmbeddingPlan) -> EngineEvent {
        var batch = Batch()
        var count = 1
        switch plan {
        case .texts(let texts, let sequences):
            count = texts.count
            for (text, sequence) in zip(texts, sequences) {
                for (position, token) in text.enumerated() {
                    batch.append(token, position: position, sequence: sequence, output: true)
                }
            }
        case .text(let tokens, let position, let sequence, let isLast):
            for (offset, token) in tokens.enumerated() {
                batch.append(token, position: position + offset, sequence: sequence, output: true)
            }
            if !isLast { count = 0 }
        case .media: return .failed(EngineError(.notSupported, "no media"))
        }
        guard cache.decode(batch, sees: { _, _ in }) else { return .noRoom }
        note("embedded")
        return .embedded(count > 0 ? (0..<count).map { _ in [[1]] } : nil)
    }

    private mutating func act(_ order: SlotOrder, _ cached: CachedSequence) -> EngineEvent {
        switch order.action {
        case .erase: return .acted(.done)
        case .save(let path):
            guard case .kept(_, let bytes?) = cache.perform(.keep(Int32(order.slot), ticket: 0, atMost: .max)) else {
                return .acted(.kept)
            }
            note("saved")
            files[path] = (bytes, CachedSequence(cached.tokens, layout: cached.layout, adapters: cached.adapters))
            return .acted(.done)
        case .restore(let path):
            guard let file = files[path], case .loaded(true) = cache.perform(.load(Int32(order.slot), file.bytes))
            else {
                return .acted(.failed)
            }
            note("restored")
            return .acted(.restored(file.sequence))
        }
    }
}
