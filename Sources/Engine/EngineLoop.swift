// SPDX-License-Identifier: MIT

/// Computes all generations of one context, step by step, on the engine's own thread.
struct EngineLoop: ~Copyable {
    let model: Model
    let context: Context
    let projector: Projector?
    let speculator: Speculator?
    var embeddings: EmbeddingCache<Int32, MediaEmbeddings>
    private let mailbox: Mailbox
    let texts: EmbeddingQueue
    var embedding: EmbeddingWork?
    let metrics: EngineMetrics
    let batcher: Batcher
    let preemption: Preemption
    let similarity: Double
    /// What the caches' contents are computed with; asked for only where files are saved or restored.
    lazy var origin = StateOrigin(modelOptions, model.facts, contextOptions)
    private let modelOptions: ModelOptions
    private let contextOptions: ContextOptions
    let clock = ContinuousClock()
    var slots: [Slot]
    var queue: [QueuedGeneration] = []
    var batch = Batch()
    var step: UInt64 = 0
    var lastTask: UInt64 = 0
    let isPooled: Bool
    /// Conversations that lost their place in the KV cache.
    var states: PromptCache<[UInt8]>
    /// Whether conversations of idle slots move there when a generation begins.
    let storesIdle: Bool
    /// The step in which the last one began; nil once they have moved.
    var begun: UInt64?
    /// What is to be done with slots that aren't idle yet.
    var actions: [QueuedAction] = []
    /// Generations that gave up their slots because their streams are not read, in that order.
    var parked: [ParkedGeneration] = []
    /// Most of those.
    let parkedLimit: Int
    let slowReaders: SlowReaders
    /// Whether a full context forgets a part to go on.
    let forgets: Bool
    let standardReuse: Int?
    let adapters: [Adapter]
    let adapterScales: AdapterScales
    /// When the first step began whose time isn't counted yet, since nobody has waited for its result.
    var uncounted: ContinuousClock.Instant?
    /// Whether tokens may gather before their readers get them.
    var pace = StepPace()
    /// By slot, the sampler that the context's graph chooses with.
    var offloaded: [Sampler?]
    /// Whether there may be such. The graph chooses one token a step for a sequence, so neither proposals nor texts to
    /// embed can be computed with them.
    var mayOffload: Bool

    init(
        _ model: Model,
        _ context: consuming Context,
        projector: Projector?,
        adapters: [Adapter],
        speculator: Speculator?,
        options: EngineOptions,
        mailbox: Mailbox,
        texts: EmbeddingQueue,
        metrics: EngineMetrics
    ) {
        self.model = model
        self.projector = projector
        self.speculator = speculator
        embeddings = EmbeddingCache(limit: options.projector?.cacheBytes ?? 0)
        self.mailbox = mailbox
        self.texts = texts
        self.metrics = metrics
        similarity = options.slotSimilarity
        modelOptions = options.model
        contextOptions = options.context
        parkedLimit = options.queueLimit
        slowReaders = SlowReaders(patience: options.readerPatience)
        states = PromptCache(limit: options.stateBytes)
        storesIdle = options.storesIdleSlots == true
        forgets = options.shiftsContext && context.canShift
        standardReuse = options.cacheReuse
        self.adapters = adapters
        adapterScales = options.adapterScales
        slots = (0..<Int(options.context.sequences)).map { Slot(id: $0) }
        offloaded = slots.map { _ in nil }
        mayOffload = speculator == nil && !options.context.givesEmbeddings
        batcher = Batcher(
            batch: context.batchSize,
            microBatch: min(Int(options.context.microBatch), context.batchSize)
        )
        preemption = Preemption(size: context.size)
        isPooled = context.embeddingFacts.pooling != .none
        if options.context.givesEmbeddings, context.hasCache { context.computes(embeddings: false) }
        self.context = context
    }

    /// Runs until the mailbox is stopped.
    mutating func run() {
        while let arrived = mailbox.take() {
            mailbox.watch.begin(.compute)
            queue.append(contentsOf: arrived)
            actions.append(contentsOf: mailbox.takeActions())
            dropCancelled()
            performActions()
            let nextLook = parkUnread()
            let hasEmbedded = embed()
            returnParked()
            resumePreempted()
            assignSlots()
            attachFollowers()
            shiftFull()
            propose()
            let turn = nextScales()
            let shares = batcher.plan(needs(turn))
            guard !shares.isEmpty || slots.contains(where: { $0.pendingMedia != nil }) else {
                if hasEmbedded { continue }
                settle()
                mailbox.publish(slots.map(SlotStatus.init), waiting: queue.count)
                mailbox.sleep(atMost: nextLook)
                continue
            }
            setPace(shares)
            compute(shares, with: turn)
            mailbox.watch.begin(.compute)
            computeMedia()
            storeIdle()
            mailbox.publish(slots.map(SlotStatus.init), waiting: queue.count)
        }
        mailbox.watch.begin(.rest)
        let error = EngineError(.stopped, "the worker is shutting down")
        for generation in queue { generation.stream.send(.failed(error)) }
        for waiting in parked { waiting.generation.stream.send(.failed(error)) }
        for slot in slots { slot.generation?.stream.send(.failed(error)) }
        for action in actions + mailbox.takeActions() { action.finish(.failure(error)) }
    }

    private mutating func dropCancelled() {
        queue.removeAll { $0.stream.isCancelled }
        for index in slots.indices where slots[index].generation?.stream.isCancelled == true {
            release(index)
        }
        dropCancelledParked()
    }

    /// Ends a slot's generation, however; its cache stays.
    @discardableResult
    mutating func release(_ index: Int) -> ActiveGeneration? {
        guard let generation = slots[index].generation else { return nil }
        slots[index].generation = nil
        metrics.update { $0.end(generation.timings) }
        return generation
    }

    // MARK: Steps

    private mutating func compute(_ shares: [Batcher.Share], with scales: [Float]) {
        step += 1
        var shares = shares
        apply(scales)
        trimProposals(shares)
        offloadSamplers()
        while !shares.isEmpty {
            let outputs = fill(shares)
            let began = clock.now
            do {
                switch try context.decode(batch) {
                case .computed:
                    // Without results the next step is prepared while a device still computes this one. Whoever is told how far
                    // it is gets the truth.
                    let isAwaited = !outputs.isEmpty || shares.contains { reportsProgress($0.slot) }
                    if isAwaited { context.synchronize() }
                    try reportPrompts(shares)
                    let promptTokens = promptTokens(shares)
                    advance(shares)
                    count(promptTokens, began: began, isDone: isAwaited)
                    for (slot, index) in outputs { takeTokens(slot, at: index) }
                    return
                case .noRoom:
                    shares = dropProposals(shares) ?? makeRoom(shares)
                }
            } catch {
                // What the cache holds now is unknown.
                for share in shares {
                    fail(share.slot, error)
                    forget(share.slot)
                }
                return
            }
        }
    }

    private func reportsProgress(_ index: Int) -> Bool { slots[index].generation?.request.reportsProgress == true }

    /// Fills the batch.
    /// - Returns: the slots that get a token out of it, with the index of their first logits.
    private mutating func fill(_ shares: [Batcher.Share]) -> [(slot: Int, index: Int)] {
        var outputs: [(slot: Int, index: Int)] = []
        batch.removeAll()
        for share in shares {
            let slot = slots[share.slot]
            guard let generation = slot.generation else { continue }
            let start = slot.cached.count
            if generation.isGenerating, let next = generation.next {
                let position = slot.layout.position(of: start)
                let index = batch.append(next, position: position, sequence: slot.sequence, output: true)
                outputs.append((share.slot, index))
                for (offset, token) in generation.proposal.enumerated() {
                    batch.append(token, position: position + offset + 1, sequence: slot.sequence, output: true)
                }
                continue
            }
            let isPrompt = generation.isComputingPrompt
            let tokens = isPrompt ? generation.request.prompt : generation.lost
            slots[share.slot].generation?.entry = batch.count
            // Behind a medium positions may be lower than indices.
            let shift = slot.layout.position(of: start) - start
            for place in start..<(start + share.count) {
                let isLast = isPrompt && place == tokens.count - 1
                let index = batch.append(
                    tokens[place],
                    position: place + shift,
                    sequence: slot.sequence,
                    output: isLast || isPrompt && generation.request.reportsPrompt
                )
                if isLast { outputs.append((share.slot, index)) }
            }
        }
        return outputs
    }

    /// Notes how likely the tokens of prompts were that a step has computed the tokens before.
    private mutating func reportPrompts(_ shares: [Batcher.Share]) throws(EngineError) {
        for share in shares {
            guard let generation = slots[share.slot].generation, generation.request.reportsPrompt,
                generation.isComputingPrompt, let count = generation.request.topLogProbabilities
            else { continue }
            let start = slots[share.slot].cached.count
            if batch.count > generation.entry { context.synchronize() }
            for (offset, token) in generation.request.prompt[(start + 1)...].prefix(share.count).enumerated() {
                let probabilities = try context.logProbabilities(of: token, at: generation.entry + offset, count: count)
                slots[share.slot].generation?.promptProbabilities.append(probabilities)
            }
        }
    }

    /// Notes what the caches hold after a step.
    private mutating func advance(_ shares: [Batcher.Share]) {
        let now = clock.now
        for share in shares {
            guard let generation = slots[share.slot].generation else { continue }
            slots[share.slot].lastUsed = step
            let start = slots[share.slot].cached.count
            if generation.isGenerating, let next = generation.next {
                slots[share.slot].cached.append(next)
            } else if !generation.isComputingPrompt {
                slots[share.slot].cached.append(contentsOf: generation.lost[start..<(start + share.count)])
                slots[share.slot].generation?.recovered(start + share.count)
            } else {
                slots[share.slot].cached.append(contentsOf: generation.request.prompt[start..<(start + share.count)])
                slots[share.slot].generation?.computedPrompt(share.count, now: now)
                guard generation.request.reportsProgress, let computed = slots[share.slot].generation else { continue }
                computed.stream.send(.progress(computed.progress(cached: start + share.count, now: now)))
            }
        }
    }

    // MARK: Tokens

    /// Chooses a slot's next token, or several where they were proposed.
    private mutating func takeTokens(_ index: Int, at output: Int) {
        guard let proposal = slots[index].generation?.proposal, !proposal.isEmpty else {
            takeToken(index, at: output)
            return
        }
        check(proposal, of: index, at: output)
    }

    /// Chooses a slot's next token and sends it.
    /// - Parameter proposed: the token that was proposed there, with its place in the proposal.
    /// - Returns: whether it is that one, and the generation goes on.
    @discardableResult
    mutating func takeToken(_ index: Int, at output: Int, proposed: (token: Int32, place: Int)? = nil) -> Bool {
        guard var generation = slots[index].generation else { return false }
        mailbox.watch.begin(.choose)
        if generation.request.maxTokens == 0 {
            slots[index].generation = generation
            finish(index, .limit)
            return false
        }
        if generation.stream.takeEndOfReasoning() { _ = generation.request.sampler.endReasoning() }
        do {
            let choice = try choose(at: output, proposed, &generation)
            let token = choice.token
            let now = clock.now
            generation.chose(now: now)
            var probabilities: LogProbabilities?
            if let count = generation.request.topLogProbabilities {
                probabilities = try context.probabilities(
                    of: token,
                    sampler: generation.request.sampler,
                    at: output,
                    count: count
                )
            }
            if model.isEnd(token) {
                slots[index].generation = generation
                finish(index, .endOfGeneration, ending: probabilities.map { .init(token: token, logProbabilities: $0) })
                return false
            }
            generation.next = token
            let request = generation.request
            let bytes = model.piece(token, special: request.showsSpecial || request.shownTokens.contains(token))
            var text = generation.matcher.append(bytes)
            let whole = generation.indents.append(text)
            if generation.indents.hasMatched { text = Array(text[..<whole]) }
            let isLast = generation.isOverTime(bytes) || generation.indents.hasMatched
            if !generation.hasNewLine { generation.hasNewLine = bytes.contains(0x0A) }
            let timings = generation.request.reportsTimings ? generation.timings : nil
            generation.stream.send(
                .token(GeneratedToken(id: token, text: text, logProbabilities: probabilities, timings: timings)),
                mayGatherAt: pace.isBrisk ? now : nil
            )
            slots[index].generation = generation
            guard let reason = isLast ? .limit : reasonToEnd(generation, cached: slots[index].cached.count) else {
                return choice.isProposed
            }
            finish(index, reason)
        } catch {
            slots[index].generation = generation
            fail(index, error)
        }
        return false
    }

    private func reasonToEnd(_ generation: ActiveGeneration, cached: Int) -> GenerationSummary.Reason? {
        if let word = generation.matcher.match { return .stopWord(word) }
        if let limit = generation.request.maxTokens, generation.generated >= limit { return .limit }
        return !forgets && cached + 1 > context.sizePerSequence - 1 ? .contextFull : nil
    }

    mutating func finish(
        _ index: Int,
        _ reason: GenerationSummary.Reason,
        ending: GenerationSummary.Ending? = nil
    ) {
        guard var generation = release(index) else { return }
        let held = generation.matcher.finish()
        let rest = Array(held[..<generation.indents.append(held)])
        var summary = generation.summary(reason, rest: rest, slot: index)
        summary.ending = ending
        // Published first: who reads the end of an answer finds its slot free.
        mailbox.publish(slots.map(SlotStatus.init), waiting: queue.count)
        generation.stream.send(.finished(summary))
    }

    mutating func fail(_ index: Int, _ error: EngineError) {
        release(index)?.stream.send(.failed(error))
    }
}
