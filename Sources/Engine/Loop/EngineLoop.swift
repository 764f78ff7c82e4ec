// SPDX-License-Identifier: MIT

import StateStore

/// Does what an ``EngineState`` decides, on the engine's own thread, and tells it what came of that. It decides nothing itself.
struct EngineLoop: ~Copyable {
    let model: Model
    var context: Context
    let projector: Projector?
    let speculator: Speculator?
    let adapters: [Adapter]
    let adapterScales: AdapterScales
    let mailbox: Mailbox
    let texts: EmbeddingQueue
    let metrics: EngineMetrics
    let isPooled: Bool
    let clock = ContinuousClock()
    /// When the engine began: the state's time counts from here.
    private let start = ContinuousClock.now
    /// What the caches' contents are computed with; asked for only where files are saved or restored.
    lazy var origin = StateOrigin(modelOptions, model.facts, contextOptions, projectorOptions)
    private let modelOptions: ModelOptions
    private let contextOptions: ContextOptions
    private let projectorOptions: ProjectorOptions?
    var state: EngineState
    /// All that have not ended, by the number that the state knows them by.
    var generations: [UInt64: SubmittedGeneration] = [:]
    /// Actions on slots, by theirs.
    var orders: [UInt64: QueuedAction] = [:]
    /// The last number of either.
    private var lastNumber: UInt64 = 0
    var media: EmbeddingCache<Int32, MediaEmbeddings>
    /// Where conversations outlive the engine; nil for nowhere.
    private(set) var shelf: StateShelf?
    var batch = Batch()
    var threads: StepThreads
    /// When the first step began whose time isn't counted yet, since its result hasn't been waited for.
    var uncounted: ContinuousClock.Instant?
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
        self.adapters = adapters
        adapterScales = options.adapterScales
        media = EmbeddingCache(limit: options.projector?.cacheBytes ?? 0)
        self.mailbox = mailbox
        self.texts = texts
        self.metrics = metrics
        modelOptions = options.model
        contextOptions = options.context
        projectorOptions = options.projector
        var rules = EngineRules(options, context, model.facts, speculator)
        if let place = options.store, context.hasCache, !options.context.givesEmbeddings {
            let origin = StateOrigin(options.model, model.facts, options.context, options.projector)
            do throws(StoreError) {
                shelf = try StateShelf(
                    place,
                    model: options.model.path.split(separator: "/").last.map(String.init) ?? "",
                    fingerprint: origin.lastingFingerprint(options),
                    draft: speculator?.draft.map { StateOrigin($0).lastingFingerprint() } ?? 0
                )
                rules.shelf = ShelfRules(
                    isMemory: place.kind == .memory,
                    bytes: Int(clamping: place.limit),
                    delay: Self.shelfDelay
                )
            } catch {
                EngineRuntime.note("conversations are not kept beyond this model's stay: \(error)", .warning)
            }
        }
        state = EngineState(rules)
        offloaded = Array(repeating: nil, count: rules.slots)
        mayOffload = speculator == nil && !options.context.givesEmbeddings
        threads = StepThreads(most: context.mostThreads, paces: options.context.pacesThreads)
        isPooled = context.embeddingFacts.pooling != .none
        if options.context.givesEmbeddings, context.hasCache { context.computes(embeddings: false) }
        self.context = context
    }

    /// Runs until the mailbox is stopped.
    mutating func run() {
        stock()
        while let arrived = mailbox.take() {
            mailbox.watch.begin(.compute)
            var event: EngineEvent? = .turn(turn(arrived))
            var rest: Duration??
            while let current = event { event = perform(state.handle(current, at: time), &rest) }
            if rest != nil { settle() }
            publish()
            if let rest { mailbox.sleep(atMost: rest) }
        }
        mailbox.watch.begin(.rest)
        let error = EngineError(.stopped, "the worker is shutting down")
        for generation in generations.values { generation.stream.send(.failed(error)) }
        for action in Array(orders.values) + mailbox.takeActions() { action.finish(.failure(error)) }
        leaveShelved()
    }

    private var time: Duration { clock.now - start }

    /// What has come from outside.
    private mutating func turn(_ arrived: [SubmittedGeneration]) -> EngineTurn {
        var turn = EngineTurn()
        let now = clock.now
        for generation in arrived {
            lastNumber += 1
            generations[lastNumber] = generation
            turn.arrived.append(QueuedGeneration(id: lastNumber, generation.request.order))
        }
        for action in mailbox.takeActions() {
            lastNumber += 1
            orders[lastNumber] = action
            turn.actions.append(SlotOrder(id: lastNumber, slot: action.slot, action: action.action))
        }
        for (id, generation) in generations {
            if generation.stream.isCancelled {
                turn.cancelled.insert(id)
            } else if let since = generation.stream.fullSince {
                turn.behind[id] = now - since
            }
        }
        for (id, action) in orders where action.isOver {
            turn.abandoned.insert(id)
            orders[id] = nil
        }
        turn.stateLimit = mailbox.stateLimit
        turn.shelved = mailbox.takeShelved()
        turn.job = texts.first
        return turn
    }

    private func publish() {
        mailbox.publish(state.slots.map(SlotStatus.init), waiting: state.queue.count)
    }

    /// Does something.
    /// - Parameter rest: gets how long to wait, where there is nothing else to do.
    /// - Returns: the answer, if the last of the actions has one.
    private mutating func perform(_ actions: [EngineAction], _ rest: inout Duration??) -> EngineEvent? {
        for action in actions {
            switch action {
            case .cache(let action):
                guard let outcome = context.perform(action) else { continue }
                guard case .kept = outcome else { return answer(.cache(outcome)) }
                // A copy is taken in as it comes, and what follows from it is done before the next action.
                if let event = perform(state.handle(.cache(outcome), at: time), &rest) { return event }
            case .draft(let action):
                guard case .kept(_, let bytes) = speculator?.draft?.context.perform(action) else { continue }
                if let event = perform(state.handle(.draftKept(bytes), at: time), &rest) { return event }
            case .shelve(let item): shelve(item)
            case .unshelve(let id): shelf?.remove(id)
            case .fetch(let id, let sequence): return answer(fetch(id, into: sequence))
            case .decode(let plan): return answer(decode(plan))
            case .choose(let wish): return choose(wish)
            case .encode(let slot, let generation, let span, let position, let scales):
                return answer(encode(generation, in: slot, span, at: position, scales))
            case .embed(let plan): return answer(embed(plan))
            case .finish(let job, let result): job.finish(result)
            case .follow(let batch): return draftAnswer(.followed(speculator?.compute(batch) ?? false))
            case .propose(let wishes): return draftAnswer(propose(wishes))
            case .accepted(let sequence, let count): speculator?.accepted(sequence, count)
            case .begin(let id):
                guard let request = generations[id]?.request else { continue }
                request.sampler.acceptPrompt(request.order.prompt)
            case .send(let id, let event, let mayGather):
                generations[id]?.stream.send(event, mayGatherAt: mayGather ? clock.now : nil)
            case .release(let id): generations[id]?.stream.release()
            case .end(let id, let event, let timings):
                metrics.update { $0.end(timings) }
                // Published first: a client that reads the end of an answer finds its slot free.
                publish()
                generations.removeValue(forKey: id)?.stream.send(event)
            case .drop(let id, let timings):
                metrics.update { $0.end(timings) }
                generations[id] = nil
            case .act(let order, let cached): return answer(act(order, cached))
            case .count(let count): self.count(count)
            case .note(let text, let isDebug): EngineRuntime.note(text, isDebug ? .debug : .info)
            case .rest(let duration): rest = .some(duration)
            }
        }
        return nil
    }

    /// An answer, after what it may have changed of windows is told.
    private mutating func answer(_ event: EngineEvent) -> EngineEvent {
        guard case .window = state.rules.kind else { return event }
        let firsts = state.slots.map { context.first(of: $0.sequence) }
        _ = state.handle(.windows(firsts), at: time)
        return event
    }

    private mutating func draftAnswer(_ event: EngineEvent) -> EngineEvent {
        guard let draft = speculator?.draft, case .window = draft.context.kind else { return event }
        let firsts = state.slots.map { draft.context.first(of: $0.sequence) }
        _ = state.handle(.draftWindows(firsts), at: time)
        return event
    }

    // MARK: Steps

    private mutating func decode(_ plan: StepPlan) -> EngineEvent {
        apply(plan.scales)
        offloadSamplers()
        let counts = takeThreads(tokens: plan.batch.count)
        let isFirst = uncounted == nil
        let began = clock.now
        do {
            guard try context.decode(plan.batch) == .computed else { return .noRoom }
            if plan.isAwaited { context.synchronize() }
            computed(plan.batch.count, by: counts, since: began, isOver: plan.isAwaited && isFirst)
            var reports: [(slot: Int, probabilities: [LogProbabilities])] = []
            for report in plan.reports {
                var probabilities: [LogProbabilities] = []
                for (offset, token) in report.tokens.enumerated() {
                    let place = report.entry + offset
                    probabilities.append(try context.logProbabilities(of: token, at: place, count: report.count))
                }
                reports.append((report.slot, probabilities))
            }
            took(plan, began: began)
            return .computed(reports: reports)
        } catch {
            return .failed(error)
        }
    }

    /// Makes what is computed next use adapters with these scales.
    func apply(_ scales: [Float]) {
        guard !adapters.isEmpty else { return }
        context.use(adapters, scales: scales.isEmpty ? adapters.map { _ in 0 } : scales)
    }

    private mutating func choose(_ wish: TokenWish) -> EngineEvent {
        mailbox.watch.begin(.choose)
        defer { mailbox.watch.begin(.compute) }
        guard let generation = generations[wish.generation] else {
            return .refused(EngineError(.decodeFailed, "there is no such generation"))
        }
        let request = generation.request
        if generation.stream.takeEndOfReasoning() { _ = request.sampler.endReasoning() }
        do {
            let token = try context.choose(request.sampler, at: wish.index)
            var choice = ChosenToken(token: token, bytes: [])
            if let verdict = wish.verdict, let proposed = wish.proposed {
                choice.isProposed = verdict && !model.isEnd(proposed)
                if choice.isProposed { choice.token = proposed }
                // The grammar doesn't know such a token, which may break it.
                try request.sampler.accept(choice.token, isChosen: !choice.isProposed)
            } else {
                choice.isProposed = token == wish.proposed
                try request.sampler.accept(token)
            }
            choice.isEnd = model.isEnd(choice.token)
            if let count = wish.probabilities {
                choice.probabilities = try context.probabilities(
                    of: choice.token,
                    sampler: request.sampler,
                    at: wish.index,
                    count: count
                )
            }
            if !choice.isEnd {
                let isShown = request.showsSpecial || request.shownTokens.contains(choice.token)
                choice.bytes = model.piece(choice.token, special: isShown)
            }
            return .chosen(choice)
        } catch {
            return .refused(error)
        }
    }

    private func propose(_ wishes: [ProposalWish]) -> EngineEvent {
        guard let speculator else { return .proposed([], lengths: []) }
        for wish in wishes where wish.begins { speculator.begin(wish.sequence, behind: wish.history) }
        let proposals = speculator.propose(wishes)
        return .proposed(
            proposals,
            lengths: speculator.draft.map { draft in wishes.map { draft.length(of: $0.sequence) } } ?? []
        )
    }
}
