// SPDX-License-Identifier: MIT

/// What the engine decides: which generation has which slot, where its prompt's beginning comes from, what is computed next,
/// and what a full cache gives up. Pure: events go in, actions come out, and nothing is computed here.
///
/// A turn goes through the stages in their order. An action that answers ends the list; its answer goes on where the stage was left.
/// Each stage looks anew at what there is, so that it makes no difference how often it is entered.
package struct EngineState: ~Copyable, Sendable {
    enum Stage: Int, Sendable {
        case actions
        case embedding
        case resuming
        case assigning
        case following
        case forgetting
        case draft
        case proposing
        case step
        case retreating
        case media
        case idle
        case shelving
        case over
    }

    /// What an answer is awaited for.
    enum Awaited: Sendable {
        /// A state that is loaded into a slot, in the place of what it held.
        case loading(slot: Int, PromptCache<[UInt8]>.Entry, Purpose)
        /// A record of the shelf that is put there.
        case fetching(slot: Int, PromptCache<ShelfMark>.Entry, Purpose)
        /// A checkpoint that is put back.
        case restoring(slot: Int, Purpose)
        /// A copy of a sequence that gets cells of its own.
        case detaching(slot: Int)
        case step(StepPlan)
        case choosing(Choosing)
        case media(slot: Int, MediaLayout.Span)
        /// Texts in the sequences of these slots.
        case embedding([Int], EmbeddingPlan)
        case following([(slot: Int, range: Range<Int>)])
        case proposing([Int], [ProposalWish])
        case acting(SlotOrder)
    }

    /// What follows once a slot's cache holds what was put there.
    enum Purpose: Sendable, Equatable {
        /// Its prompt looks for its beginning.
        case attach
        /// Its prompt goes on behind that.
        case prompt
        /// It gets back what it lost.
        case recover
        /// It holds these tokens again, which it held before it was moved, for an action on the slot.
        case act([Int32])
        /// That was cut down to them.
        case rest
        /// It has cells of its own and can forget a part.
        case forget
    }

    /// The tokens that are chosen out of a step.
    struct Choosing: Sendable {
        /// Slots that still get one, with the index of their first logits.
        var outputs: [(slot: Int, index: Int)]
        /// The proposal that is checked, of the first of them.
        var proposal: [Int32] = []
        /// How many of its tokens were right.
        var right = 0
    }

    package let rules: EngineRules
    let batcher: Batcher
    let preemption: Preemption
    let slowReaders: SlowReaders
    package internal(set) var slots: SlotTable
    package internal(set) var queue: [QueuedGeneration] = []
    package internal(set) var parked: [ParkedGeneration] = []
    /// Conversations that lost their place in the cache.
    package internal(set) var states: PromptCache<[UInt8]>
    /// Conversations that are written down outside of the engine.
    var shelf: ShelfState
    /// Copies that were asked for.
    var copies: [UInt64: Copy] = [:]
    /// What is to be done with slots that aren't idle yet.
    var orders: [SlotOrder] = []
    var embedding: EmbeddingWork?
    /// What the draft model's cache holds; nil without one.
    var draft: DraftState?
    var step: UInt64 = 0
    var lastTask: UInt64 = 0
    /// The last number of a copy or a checkpoint.
    var lastTicket: UInt64 = 0
    /// The step in which the last generation began; nil once the conversations of idle slots have moved.
    var begun: UInt64?
    /// Whether tokens may gather before their readers get them.
    var pace = StepPace()
    /// The time of the event, since the engine began. No instant of a clock: the library keeps an instant's shape to itself, and each
    /// copy of what has one in it would ask for that shape.
    var now = Duration.zero
    /// The oldest job of texts.
    var job: EmbeddingJob?
    /// When to look again for readers that are behind.
    var nextLook: Duration?
    /// Whether something was computed or has ended in this turn: then another one follows at once.
    var hasWorked = false
    var stage = Stage.over
    var awaited: Awaited?
    private var out: [EngineAction] = []

    package init(_ rules: EngineRules) {
        self.rules = rules
        batcher = Batcher(
            batch: rules.batch,
            microBatch: min(rules.microBatch, rules.batch),
            hasOneRun: rules.cutsSteps
        )
        preemption = Preemption(size: rules.size)
        slowReaders = SlowReaders(patience: rules.patience)
        slots = SlotTable(count: rules.slots)
        states = PromptCache(limit: rules.stateBytes, kind: rules.kind)
        shelf = ShelfState(rules.shelf, kind: rules.kind)
        draft = rules.proposals?.draft.map {
            DraftState(sequences: rules.slots, kind: $0.kind, isUnified: rules.isUnified)
        }
    }

    /// Takes an event in.
    /// - Parameter now: since the engine began.
    /// - Returns: what is to be done, in order. Where the last one answers, its answer is the next event.
    package mutating func handle(_ event: EngineEvent, at now: Duration) -> [EngineAction] {
        self.now = now
        out.reserveCapacity(4)
        take(event)
        while awaited == nil, stage != .over { advance() }
        defer { out = [] }
        return out
    }

    /// Whether a turn is going on.
    package var isInTurn: Bool { stage != .over }

    mutating func emit(_ action: EngineAction) { out.append(action) }

    private mutating func take(_ event: EngineEvent) {
        switch event {
        case .turn(let turn): begin(turn)
        case .cache(.kept(let ticket, let bytes)): copied(ticket, bytes)
        case .windows(let firsts): for (slot, first) in zip(slots.indices, firsts) { slots[slot].cached.first = first }
        case .draftWindows(let firsts): draft?.note(firsts)
        case .draftKept(let bytes):
            if let bytes { shelf.writingDraft?.state = bytes } else { shelf.writingDraft = nil }
        case .cache(.loaded(let hasRoom)): loaded(hasRoom)
        case .fetched(let state, let hasRoom, let took): fetched(state, hasRoom, took)
        case .computed(let reports): computed(reports)
        case .noRoom: noRoom()
        case .failed(let error): failed(error)
        case .chosen(let choice): chosen(choice)
        case .refused(let error): refused(error)
        case .encoded: encoded()
        case .embedded(let rows): embedded(rows)
        case .proposed(let proposals, let lengths): proposed(proposals, lengths)
        case .followed(let hasRoom): followed(hasRoom)
        case .acted(let outcome): acted(outcome)
        }
    }

    private mutating func begin(_ turn: EngineTurn) {
        job = turn.job
        hasWorked = false
        queue.append(contentsOf: turn.arrived)
        orders.append(contentsOf: turn.actions)
        if !turn.abandoned.isEmpty { orders.removeAll { turn.abandoned.contains($0.id) } }
        drop(turn.cancelled)
        for index in slots.indices {
            guard let id = slots[index].generation?.id else { continue }
            slots[index].generation?.behind = turn.behind[id]
        }
        for index in parked.indices { parked[index].generation.behind = turn.behind[parked[index].generation.id] }
        let limit = min(turn.stateLimit ?? rules.stateBytes, rules.stateBytes)
        if limit != states.limit {
            states.limit = limit
            fit()
        }
        if let outcome = turn.shelved { shelved(outcome) }
        stage = .actions
    }

    /// One piece of a stage's work, or the step to the next one.
    private mutating func advance() {
        let isDone =
            switch stage {
            case .actions: !act()
            case .embedding: !embed()
            case .resuming: !resumeNext()
            case .assigning: !assignNext()
            case .following: !followNext()
            case .forgetting: !forgetNext()
            case .draft: !followDraft()
            case .proposing: !propose()
            case .step: !compute()
            case .retreating: !retreatNext()
            case .media: !computeMedia()
            case .idle: !storeIdle()
            case .shelving: !shelveNext()
            case .over: true
            }
        if isDone, awaited == nil { leave() }
    }

    /// Goes on to the next stage.
    mutating func leave() {
        switch stage {
        case .actions:
            nextLook = parkUnread()
            stage = .embedding
        case .embedding:
            returnParked()
            stage = .resuming
        default:
            stage = Stage(rawValue: stage.rawValue + 1) ?? .over
            if stage == .over, !hasWorked { emit(.rest(atMost: [nextLook, shelf.wait].compactMap(\.self).min())) }
        }
    }

    // MARK: Slots

    /// Whether a slot neither generates nor embeds.
    func isIdle(_ index: Int) -> Bool { slots[index].generation == nil && embedding?.long?.slot != index }

    func age(of slot: Int) -> UInt64 { slots[slot].generation?.age ?? 0 }

    /// Slots whose generation has its place in the cache.
    var busySlots: Int { slots.indices.count { slots[$0].generation?.isSetAside == false } }

    var longestSequence: Int { slots.indices.reduce(0) { max($0, slots[$1].cached.count) } }

    /// Ends what clients have left.
    private mutating func drop(_ cancelled: Set<UInt64>) {
        guard !cancelled.isEmpty else { return }
        for queued in queue where cancelled.contains(queued.id) {
            emit(.drop(queued.id, GenerationTimings(cachedTokens: 0)))
        }
        queue.removeAll { cancelled.contains($0.id) }
        for index in slots.indices {
            guard let generation = slots[index].generation, cancelled.contains(generation.id) else { continue }
            slots[index].generation = nil
            emit(.drop(generation.id, generation.timings))
        }
        for waiting in parked where cancelled.contains(waiting.generation.id) {
            emit(.drop(waiting.generation.id, waiting.generation.timings))
        }
        parked.removeAll { cancelled.contains($0.generation.id) }
    }

    /// Ends a slot's generation with all that it said; its cache stays.
    mutating func finish(
        _ index: Int,
        _ reason: GenerationSummary.Reason,
        ending: GenerationSummary.Ending? = nil
    ) {
        guard var generation = slots[index].generation else { return }
        slots[index].generation = nil
        hasWorked = true
        let held = generation.matcher.finish()
        let rest = Array(held[..<generation.indents.append(held)])
        var summary = generation.summary(reason, rest: rest, slot: index)
        summary.ending = ending
        emit(.end(generation.id, .finished(summary), generation.timings))
    }

    /// Ends a slot's generation with an error; its cache stays.
    mutating func fail(_ index: Int, _ error: EngineError) {
        guard let generation = slots[index].generation else { return }
        slots[index].generation = nil
        hasWorked = true
        emit(.end(generation.id, .failed(error), generation.timings))
    }

    /// Empties a slot's cache.
    mutating func forget(_ index: Int) {
        emit(.cache(.cut(slots[index].sequence, to: 0)))
        if draft?.forget(slots[index].id) == true { emit(.draft(.cut(slots[index].sequence, to: 0))) }
        slots[index].cached = CachedSequence(adapters: slots[index].cached.adapters)
        slots[index].sharedLength = 0
        slots[index].retreat = nil
    }
}
