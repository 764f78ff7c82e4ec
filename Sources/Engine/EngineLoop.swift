// SPDX-License-Identifier: MIT

/// Computes all generations of one context, step by step, on the engine's own thread.
struct EngineLoop: ~Copyable {
    private let model: Model
    let context: Context
    let projector: Projector?
    var embeddings: EmbeddingCache<Int32, MediaEmbeddings>
    private let mailbox: Mailbox
    private let texts: EmbeddingQueue
    private var embedding: EmbeddingWork?
    let metrics: EngineMetrics
    private let batcher: Batcher
    private let similarity: Double
    let clock = ContinuousClock()
    var slots: [Slot]
    private var queue: [QueuedGeneration] = []
    private var batch = Batch()
    var step: UInt64 = 0
    private var lastTask: UInt64 = 0
    private let isPooled: Bool
    /// When the first step began whose time isn't counted yet, since nobody has waited for its result.
    var uncounted: ContinuousClock.Instant?

    init(
        _ model: Model,
        _ context: consuming Context,
        projector: Projector?,
        options: EngineOptions,
        mailbox: Mailbox,
        texts: EmbeddingQueue,
        metrics: EngineMetrics
    ) {
        self.model = model
        self.projector = projector
        embeddings = EmbeddingCache(limit: options.projector?.cacheBytes ?? 0)
        self.mailbox = mailbox
        self.texts = texts
        self.metrics = metrics
        similarity = options.slotSimilarity
        slots = (0..<Int(options.context.sequences)).map { Slot(id: $0) }
        batcher = Batcher(
            batch: context.batchSize,
            microBatch: min(Int(options.context.microBatch), context.batchSize)
        )
        isPooled = context.embeddingFacts.pooling != .none
        if options.context.givesEmbeddings, context.hasCache { context.computes(embeddings: false) }
        self.context = context
        mailbox.publish(slots.map(SlotStatus.init), waiting: 0)
    }

    /// Runs until the mailbox is stopped.
    mutating func run() {
        while let arrived = mailbox.take() {
            queue.append(contentsOf: arrived)
            dropCancelled()
            let hasEmbedded = embed()
            assignSlots()
            let shares = batcher.plan(slots.map(\.need))
            guard !shares.isEmpty || slots.contains(where: { $0.pendingMedia != nil }) else {
                if hasEmbedded { continue }
                mailbox.publish(slots.map(SlotStatus.init), waiting: queue.count)
                mailbox.sleep()
                continue
            }
            compute(shares)
            computeMedia()
            mailbox.publish(slots.map(SlotStatus.init), waiting: queue.count)
        }
        let error = EngineError(.stopped, "the worker is shutting down")
        for generation in queue { generation.stream.send(.failed(error)) }
        for slot in slots { slot.generation?.stream.send(.failed(error)) }
    }

    private mutating func dropCancelled() {
        queue.removeAll { $0.stream.isCancelled }
        for index in slots.indices where slots[index].generation?.stream.isCancelled == true {
            release(index)
        }
    }

    // MARK: Slots

    /// Gives idle slots to waiting generations, first come, first served.
    private mutating func assignSlots() {
        var position = 0
        while position < queue.count {
            guard let slot = chooseSlot(for: queue[position].request) else {
                // Somebody who waits for a particular slot doesn't hold up the others.
                guard queue[position].request.slot != nil else { return }
                position += 1
                continue
            }
            start(queue.remove(at: position), in: slot)
        }
    }

    /// The idle slot whose cache holds most of the prompt, if that is a good part of it, else the one idle longest.
    private func chooseSlot(for request: GenerationRequest) -> Int? {
        if let wanted = request.slot {
            return slots[wanted].generation == nil ? wanted : nil
        }
        let idle = slots.indices.filter { slots[$0].generation == nil }
        if request.usesCache {
            let best = idle.map { ($0, slots[$0].commonPrefix(with: request.prompt)) }.max { $0.1 < $1.1 }
            if let best, Double(best.1) > similarity * Double(request.prompt.count) { return best.0 }
        }
        return idle.min { slots[$0].lastUsed < slots[$1].lastUsed }
    }

    private mutating func start(_ queued: QueuedGeneration, in index: Int) {
        let prompt = queued.request.prompt
        // The last token is always computed: its logits choose the first new one.
        let common = queued.request.usesCache ? slots[index].commonPrefix(with: prompt) : 0
        let wanted = min(common, prompt.count - 1)
        let kept = wanted == slots[index].cached.count ? wanted : truncate(index, to: wanted)
        slots[index].cached.removeLast(slots[index].cached.count - kept)
        step += 1
        lastTask += 1
        let generation = ActiveGeneration(queued, age: step, cachedTokens: kept, now: clock.now)
        slots[index].generation = generation
        slots[index].lastTask = (lastTask, queued.request.settings)
        slots[index].lastUsed = step
        metrics.update { $0.reuse(kept) }
        queued.request.sampler.acceptPrompt(prompt)
        if queued.request.reportsProgress {
            queued.stream.send(.progress(generation.progress(cached: kept, now: clock.now)))
        }
    }

    /// Ends a slot's generation, however; its cache stays.
    @discardableResult
    private mutating func release(_ index: Int) -> ActiveGeneration? {
        guard let generation = slots[index].generation else { return nil }
        slots[index].generation = nil
        metrics.update { $0.end(generation.timings) }
        return generation
    }

    // MARK: Steps

    private mutating func compute(_ shares: [Batcher.Share]) {
        step += 1
        var shares = shares
        while !shares.isEmpty {
            let outputs = fill(shares)
            let began = clock.now
            do {
                switch try context.decode(batch) {
                case .computed:
                    // Without it a device may still compute, and the times would be wrong.
                    if !outputs.isEmpty { context.synchronize() }
                    advance(shares)
                    count(shares, began: began, isDone: !outputs.isEmpty)
                    for (slot, index) in outputs { takeToken(slot, at: index) }
                    return
                case .noRoom:
                    shares = makeRoom(shares)
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

    /// Fills the batch.
    /// - Returns: the slots that get a token out of it, with the index of their logits.
    private mutating func fill(_ shares: [Batcher.Share]) -> [(slot: Int, index: Int)] {
        var outputs: [(slot: Int, index: Int)] = []
        batch.removeAll()
        for share in shares {
            let slot = slots[share.slot]
            guard let generation = slot.generation else { continue }
            let start = slot.cached.count
            if let next = generation.next {
                let position = slot.layout.position(of: start)
                let index = batch.append(next, position: position, sequence: slot.sequence, output: true)
                outputs.append((share.slot, index))
                continue
            }
            let prompt = generation.request.prompt
            // Behind a medium positions may be lower than indices.
            let shift = slot.layout.position(of: start) - start
            for place in start..<(start + share.count) {
                let isLast = place == prompt.count - 1
                let index = batch.append(
                    prompt[place],
                    position: place + shift,
                    sequence: slot.sequence,
                    output: isLast
                )
                if isLast { outputs.append((share.slot, index)) }
            }
        }
        return outputs
    }

    /// Notes what the caches hold after a step.
    private mutating func advance(_ shares: [Batcher.Share]) {
        let now = clock.now
        for share in shares {
            guard let generation = slots[share.slot].generation else { continue }
            slots[share.slot].lastUsed = step
            if let next = generation.next {
                slots[share.slot].cached.append(next)
            } else {
                let start = slots[share.slot].cached.count
                slots[share.slot].cached.append(contentsOf: generation.request.prompt[start..<(start + share.count)])
                slots[share.slot].generation?.computedPrompt(share.count, now: now)
                guard generation.request.reportsProgress, let computed = slots[share.slot].generation else { continue }
                computed.stream.send(.progress(computed.progress(cached: start + share.count, now: now)))
            }
        }
    }

    /// Frees a part of a shared cache that is full: idle slots first, then it ends the generation that began last.
    /// - Returns: what can still be computed in this step.
    mutating func makeRoom(_ shares: [Batcher.Share]) -> [Batcher.Share] {
        let idle = slots.indices.filter { slots[$0].generation == nil && !slots[$0].cached.isEmpty }
        if let oldest = idle.min(by: { slots[$0].lastUsed < slots[$1].lastUsed }) {
            forget(oldest)
            return shares
        }
        let active = slots.indices.filter { slots[$0].generation != nil }
        guard let youngest = active.max(by: { age(of: $0) < age(of: $1) }) else { return [] }
        if slots[youngest].generation?.next != nil {
            finish(youngest, .contextFull)
        } else {
            fail(
                youngest,
                EngineError(
                    .contextExceeded,
                    "the context is full: other requests use it; try again, or start with a larger --ctx-size"
                )
            )
        }
        forget(youngest)
        return shares.filter { $0.slot != youngest }
    }

    func age(of slot: Int) -> UInt64 { slots[slot].generation?.age ?? 0 }

    // MARK: Embeddings

    /// Embeds the next texts in the sequences of idle slots, if any wait.
    /// - Returns: whether something was done.
    private mutating func embed() -> Bool {
        if embedding?.job.isOver ?? true { embedding = texts.first.map(EmbeddingWork.init) }
        guard var work = embedding else { return false }
        let idle = slots.indices.filter { slots[$0].generation == nil }.sorted {
            slots[$0].lastUsed < slots[$1].lastUsed
        }
        let next = work.next(sequences: idle.count, tokens: context.batchSize)
        guard !next.isEmpty else { return false }
        do throws(EngineError) {
            for rows in try embed(next, in: Array(idle.prefix(next.count))) { work.append(rows) }
            embedding = work
            if work.isComplete { work.job.finish(.success(work.rows)) }
        } catch {
            work.job.finish(.failure(error))
        }
        return true
    }

    /// Embeds texts together, each in the sequence of a slot.
    private mutating func embed(_ next: [[Int32]], in chosen: [Int]) throws(EngineError) -> [EmbeddingJob.Rows] {
        for index in chosen { forget(index) }
        if context.hasCache { context.computes(embeddings: true) }
        defer {
            for index in chosen { forget(index) }
            if context.hasCache { context.computes(embeddings: false) }
        }
        batch.removeAll()
        for (text, index) in zip(next, chosen) {
            for (position, token) in text.enumerated() {
                // A text that is longer than a step is alone, and its last part has what counts.
                if batch.count == context.batchSize { try decodeEmbeddings() }
                batch.append(token, position: position, sequence: slots[index].sequence, output: true)
            }
        }
        try decodeEmbeddings(isLast: true)
        var result: [EmbeddingJob.Rows] = []
        var start = 0
        for (text, index) in zip(next, chosen) {
            let sequence = slots[index].sequence
            if isPooled {
                result.append([try context.embedding(of: sequence, at: 0)])
            } else {
                var rows: EmbeddingJob.Rows = []
                for entry in start..<(start + text.count) {
                    rows.append(try context.embedding(of: sequence, at: entry))
                }
                result.append(rows)
            }
            start += text.count
        }
        return result
    }

    private mutating func decodeEmbeddings(isLast: Bool = false) throws(EngineError) {
        let began = clock.now
        while try context.decode(batch) == .noRoom {
            // What generates keeps its place; those who only left something in the cache don't.
            let left = slots.indices.filter { slots[$0].generation == nil && !slots[$0].cached.isEmpty }
            guard let oldest = left.min(by: { slots[$0].lastUsed < slots[$1].lastUsed }) else {
                throw EngineError(.queueFull, "the context is full: other requests use it; try again in a moment")
            }
            forget(oldest)
        }
        context.synchronize()
        metrics.update { $0.embedded(batch, in: clock.now - began) }
        if !isLast { batch.removeAll() }
    }

    // MARK: Tokens

    /// Chooses a slot's next token and sends it.
    private mutating func takeToken(_ index: Int, at output: Int) {
        guard var generation = slots[index].generation else { return }
        if generation.request.maxTokens == 0 {
            slots[index].generation = generation
            finish(index, .limit)
            return
        }
        if generation.stream.takeEndOfReasoning() { _ = generation.request.sampler.endReasoning() }
        do {
            let token = try context.sample(generation.request.sampler, at: output)
            generation.chose(now: clock.now)
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
                finish(index, .endOfGeneration)
                return
            }
            generation.next = token
            let bytes = model.piece(token, special: generation.request.showsSpecial)
            let text = generation.matcher.append(bytes)
            if !generation.hasNewLine { generation.hasNewLine = bytes.contains(0x0A) }
            let timings = generation.request.reportsTimings ? generation.timings : nil
            generation.stream.send(
                .token(GeneratedToken(id: token, text: text, logProbabilities: probabilities, timings: timings))
            )
            slots[index].generation = generation
            if let reason = reasonToEnd(generation, cached: slots[index].cached.count) { finish(index, reason) }
        } catch {
            slots[index].generation = generation
            fail(index, error)
        }
    }

    private func reasonToEnd(_ generation: ActiveGeneration, cached: Int) -> GenerationSummary.Reason? {
        if let word = generation.matcher.match { return .stopWord(word) }
        if let limit = generation.request.maxTokens, generation.generated >= limit { return .limit }
        return cached + 1 > context.sizePerSequence - 1 ? .contextFull : nil
    }

    private mutating func finish(_ index: Int, _ reason: GenerationSummary.Reason) {
        guard var generation = release(index) else { return }
        let rest = generation.matcher.finish()
        let summary = generation.summary(reason, rest: rest, slot: index)
        // Published first: who reads the end of an answer finds its slot free.
        mailbox.publish(slots.map(SlotStatus.init), waiting: queue.count)
        generation.stream.send(.finished(summary))
    }

    mutating func fail(_ index: Int, _ error: EngineError) {
        release(index)?.stream.send(.failed(error))
    }

    mutating func forget(_ index: Int) {
        _ = context.truncate(slots[index].sequence, to: 0)
        slots[index].cached = []
    }
}
