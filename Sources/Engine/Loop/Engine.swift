// SPDX-License-Identifier: MIT

package import Wire

/// A loaded model that generates: the door to the engine's thread.
package final class Engine: Sendable {
    package let model: Model
    package let templates: ChatTemplates
    /// What turns pictures and sounds into embeddings; nil for a model that reads text only.
    package let projector: Projector?
    /// The LoRA adapters, by their numbers.
    package let adapters: [Adapter]
    /// How strongly they work in requests that don't say otherwise.
    package let adapterScales: AdapterScales
    /// Tokens that one generation can use, prompt included.
    package let contextSize: Int
    /// Tokens that one step can hold.
    package let batchSize: Int
    /// Where conversations can be cut.
    package let memoryKind: MemoryKind
    /// Generations that run at the same time.
    package let slotCount: Int
    package let measured: WorkerMeasurements
    /// What embeddings it gives; nil if it wasn't started for that.
    package let embeddings: EmbeddingFacts?
    /// What proposes tokens; empty for nothing.
    package let speculation: [SpeculationKind]
    /// What it does without, though it was asked for.
    package let warnings: [String]
    /// Whether it can generate: models that only embed have no cache.
    package let generates: Bool
    private let texts: EmbeddingQueue
    private let mailbox: Mailbox

    private init(
        model: Model,
        templates: ChatTemplates,
        projector: Projector?,
        adapters: [Adapter],
        adapterScales: AdapterScales,
        contextSize: Int,
        batchSize: Int,
        memoryKind: MemoryKind,
        slotCount: Int,
        measured: WorkerMeasurements,
        embeddings: EmbeddingFacts?,
        speculation: [SpeculationKind],
        warnings: [String],
        generates: Bool,
        texts: EmbeddingQueue,
        mailbox: Mailbox
    ) {
        self.model = model
        self.templates = templates
        self.projector = projector
        self.adapters = adapters
        self.adapterScales = adapterScales
        self.contextSize = contextSize
        self.batchSize = batchSize
        self.memoryKind = memoryKind
        self.slotCount = slotCount
        self.measured = measured
        self.embeddings = embeddings
        self.speculation = speculation
        self.warnings = warnings
        self.generates = generates
        self.texts = texts
        self.mailbox = mailbox
    }

    /// Loads a model on a thread of its own, which then computes for it.
    /// - Parameters:
    ///   - metrics: counts what it does.
    ///   - progress: gets 0 to 1, on that thread.
    /// - Throws: `loadFailed`.
    package static func start(
        _ options: EngineOptions,
        metrics: EngineMetrics = EngineMetrics(),
        progress: @escaping @Sendable (Double) -> Void
    ) async throws(EngineError) -> Engine {
        let result: Result<Engine, EngineError> = await withCheckedContinuation { continuation in
            // Looking for what starts a lazy grammar takes some of the stack for each character of the text.
            let hasThread = EngineThread.start(stack: 64 << 20) {
                let mailbox = Mailbox(limit: options.queueLimit)
                EngineRuntime.recordErrors()
                do throws(EngineError) {
                    try serve(options, mailbox, metrics, progress: progress) {
                        _ = EngineRuntime.takeErrors()
                        continuation.resume(returning: .success($0))
                    }
                } catch {
                    let words = LoadErrors(EngineRuntime.takeErrors())
                    continuation.resume(returning: .failure(error.saying(words)))
                }
                mailbox.noteEnd()
            }
            if !hasThread {
                continuation.resume(
                    returning: .failure(EngineError(.loadFailed, "the system gives no thread for the engine"))
                )
            }
        }
        return try result.get()
    }

    deinit {
        stop()
    }

    /// Starts a generation.
    /// - Throws: `invalidRequest`, `contextExceeded`, `queueFull` or `stopped`.
    package func generate(_ request: GenerationRequest) throws(EngineError) -> GenerationStream {
        guard generates else {
            throw EngineError(.notSupported, "this model gives embeddings only; generating text needs another")
        }
        guard !request.prompt.isEmpty else {
            throw EngineError(.invalidRequest, "the prompt has no tokens; give it some text")
        }
        guard request.order.hasTokens(below: model.facts.vocabularySize) else {
            throw EngineError(
                .invalidRequest,
                "the prompt has a token outside of the vocabulary (0..<\(model.facts.vocabularySize))"
            )
        }
        guard request.order.media.last?.end != request.prompt.count else {
            throw EngineError(.invalidRequest, "the prompt ends with a medium; put some text behind it")
        }
        guard request.prompt.count < contextSize else {
            throw EngineError(
                .contextExceeded,
                "request (\(request.prompt.count) tokens) exceeds the available context size (\(contextSize) tokens); "
                    + "shorten the prompt or start the model with a larger --ctx-size"
            )
        }
        if let slot = request.slot, !(0..<slotCount).contains(slot) {
            throw EngineError(.invalidRequest, "there is no slot \(slot); slots are 0 to \(slotCount - 1)")
        }
        guard request.adapterScales.map({ $0.count == adapters.count }) ?? true else {
            throw EngineError(.invalidRequest, "there are \(adapters.count) adapters, and each needs a scale")
        }
        var request = request
        request.adapters = try AdapterUse(
            request.adapterScales ?? adapterScales.current,
            invocations: adapters.map(\.invocation),
            prompt: request.prompt
        )
        let stream = GenerationStream(wakeEngine: { [mailbox] in mailbox.wake() })
        try mailbox.submit(SubmittedGeneration(request: request, stream: stream))
        return stream
    }

    /// Starts to embed texts.
    /// - Parameter texts: tokens of each, all from the vocabulary.
    /// - Throws: as the other one.
    package func embed(_ texts: [[Int32]]) throws(EngineError) -> EmbeddingJob {
        try embed(texts.map { Prompt($0) })
    }

    /// Starts to embed texts with media.
    /// - Parameter texts: tokens of each, all from the vocabulary, and the media among them.
    /// - Throws: `notSupported`, `invalidRequest`, `queueFull` or `stopped`.
    package func embed(_ texts: [Prompt]) throws(EngineError) -> EmbeddingJob {
        guard let embeddings else {
            throw EngineError(.notSupported, "This model does not support embeddings. Start it with `--embeddings`")
        }
        for text in texts {
            let count = text.tokens.count
            guard count > 0 else { throw EngineError(.invalidRequest, "Input content cannot be empty") }
            guard text.media.last?.span.end != count else {
                throw EngineError(.invalidRequest, "the input ends with a medium; put some text behind it")
            }
            // What has media is computed piece by piece.
            let limit = text.media.isEmpty ? embeddings.limit : contextSize
            guard count > limit else { continue }
            throw EngineError(
                .invalidRequest,
                embeddings.isLimitedByBatch && text.media.isEmpty
                    ? "input (\(count) tokens) is too large to process. increase the physical batch size (current batch "
                        + "size: \(limit)) with --ubatch-size"
                    : "input (\(count) tokens) is too large for the context (\(limit)); start the model with a "
                        + "larger --ctx-size"
            )
        }
        let job = EmbeddingJob(texts: texts)
        try self.texts.submit(job)
        mailbox.wake()
        return job
    }

    /// Does something with what a slot holds, once the slot is idle.
    /// - Parameter patience: how long it may be busy.
    /// - Throws: `invalidRequest` for a slot that isn't there or a file that can't be used, `fileFailed`, `queueFull`,
    ///   also for a slot that stays busy, or `stopped`.
    package func perform(
        _ action: SlotAction,
        slot: Int,
        patience: Duration = .seconds(60)
    ) async throws(EngineError) -> SlotAction.Outcome {
        guard (0..<slotCount).contains(slot) else {
            throw EngineError(.invalidRequest, "there is no slot \(slot); slots are 0 to \(slotCount - 1)")
        }
        let queued = QueuedAction(slot: slot, action: action)
        try mailbox.submit(queued)
        // Unstructured: the action ends when either of the two is done, and this one is cancelled then.
        let deadline = Task { [mailbox] in
            do { try await Task.sleep(for: patience) } catch { return }
            let seconds = patience.components.seconds
            queued.giveUp(EngineError(.queueFull, "slot \(slot) was busy for \(seconds) s; try again when it is idle"))
            mailbox.wake()
        }
        defer { deadline.cancel() }
        return try await queued.outcome()
    }

    /// Computes with no more threads than these from the next step on.
    package func limitThreads(_ limit: ThreadCounts) { mailbox.limitThreads(limit) }

    /// Keeps no more than these bytes of conversations and checkpoints in main memory.
    package func limitStates(_ bytes: Int) { mailbox.limitStates(bytes) }

    /// For how long the engine's thread has been at one piece of work that should be over; nil where all is well.
    package var overdue: Duration? { mailbox.watch.overdue }

    /// What the slots did after the last step.
    package var slots: [SlotStatus] { mailbox.slots }

    /// Generations that wait for a slot.
    package var waiting: Int { mailbox.waiting }

    /// Ends the thread after its current step; what is in flight fails with `stopped`.
    package func stop() {
        let error = EngineError(.stopped, "the worker is shutting down")
        texts.stop(error)
        for generation in mailbox.stop() { generation.stream.send(.failed(error)) }
    }

    /// Stops, and waits until the thread has ended and the context is freed. The weights are freed with the last use of
    /// this engine's model.
    package func end() async {
        stop()
        await mailbox.waitForEnd()
    }

    /// How often a load's progress is told.
    private static let progressInterval: Duration = .milliseconds(20)

    /// Bounds the results of a step where that can be known: one for each slot, or a few of its prompt's. Proposals and embeddings may
    /// need all. For proposals recurrent states are kept to step back to, which takes memory that a fit counts.
    static func bounded(_ options: EngineOptions) -> EngineOptions {
        var options = options
        if let speculation = options.speculation { options.context.rollback = speculation.rollback }
        guard options.speculation == nil, !options.context.givesEmbeddings else { return options }
        options.context.outputs = options.context.sequences * UInt32(Slot.reportedTokens)
        return options
    }

    /// The body of the engine's thread: loads the model and computes until it is stopped.
    /// - Parameter ready: gets the engine once the model is loaded.
    private static func serve(
        _ options: EngineOptions,
        _ mailbox: Mailbox,
        _ metrics: EngineMetrics,
        progress: @escaping @Sendable (Double) -> Void,
        ready: (Engine) -> Void
    ) throws(EngineError) {
        let start = ContinuousClock.now
        let devices = DeviceMemory.devices
        let options = bounded(options)
        var lastTold = start
        try ModelHead.refuse(model: options.model.path)
        if let draft = options.speculation?.draft { try ModelHead.refuse(draft: draft.model.path) }
        let model = try Model(options.model, fitting: EngineFitting(options)) { value in
            // The engine says so for each tensor, far more often than a reader needs.
            let now = ContinuousClock.now
            if value >= 1 || now - lastTold >= progressInterval {
                lastTold = now
                progress(Double(value))
            }
            return true
        }
        guard model.facts.hasDecoder else {
            throw EngineError(.loadFailed, "this kind of model only encodes; generating text needs another")
        }
        var fitted = options.context
        if let fit = model.fit { fitted.size = UInt32(clamping: fit.context) }
        var warnings: [String] = []
        if let warning = fitted.cut(to: model.facts.trainedContext) { warnings.append(warning) }
        let context = try Context(model, fitted)
        if let steering = options.steering { try context.steer(steering) }
        if options.warmsUp, context.hasCache { try context.warmUp() }
        let templates = try ChatTemplates(model, replacement: options.chatTemplate)
        var projector: Projector?
        if let wanted = options.projector {
            projector = try Projector(wanted, for: model, context: options.context)
        }
        var adapters: [Adapter] = []
        for adapter in options.adapters { adapters.append(try Adapter(path: adapter.path, for: model)) }
        var speculator: Speculator?
        warnings += context.warnings
        do throws(EngineError) {
            if let wanted = options.speculation { speculator = try Speculator(wanted, for: context, options.context) }
            for warning in speculator?.draft?.context.warnings ?? [] where !warnings.contains(warning) {
                warnings.append(warning)
            }
        } catch {
            guard error.code == .notSupported else { throw error }
            warnings.append("no tokens are proposed: \(error.message)")
        }
        var settled = options
        let storesIdle = canStoreIdle(options, context, speculator)
        if options.storesIdleSlots == true, !storesIdle {
            warnings.append(
                "idle conversations stay in the KV cache: moving them needs --kv-unified, --cache-ram, and no draft model"
            )
        }
        settled.storesIdleSlots = storesIdle && options.storesIdleSlots ?? true
        if settled.storesIdleSlots == true {
            EngineRuntime.note("idle conversations leave the KV cache", .debug)
        }
        let memory = measured(context, draft: speculator?.draft?.context.handle, options, before: devices)
        let texts = EmbeddingQueue(limit: options.queueLimit)
        // A look before the first step sees the slots, too.
        mailbox.publish((0..<Int(options.context.sequences)).map { SlotStatus(id: $0) }, waiting: 0)
        // Not kept here: who has it is who uses it.
        ready(
            Engine(
                model: model,
                templates: templates,
                projector: projector,
                adapters: adapters,
                adapterScales: options.adapterScales,
                contextSize: context.sizePerSequence,
                batchSize: context.batchSize,
                memoryKind: context.kind,
                slotCount: Int(options.context.sequences),
                measured: WorkerMeasurements(
                    loadSeconds: (ContinuousClock.now - start) / .seconds(1),
                    memory: memory,
                    isFitted: model.fit?.hasChanged ?? false
                ),
                embeddings: options.context.givesEmbeddings ? context.embeddingFacts : nil,
                speculation: speculator?.kinds ?? [],
                warnings: warnings,
                generates: context.hasCache,
                texts: texts,
                mailbox: mailbox
            )
        )
        var loop = EngineLoop(
            model,
            context,
            projector: projector,
            adapters: adapters,
            speculator: speculator,
            options: settled,
            mailbox: mailbox,
            texts: texts,
            metrics: metrics
        )
        loop.run()
    }

    /// Whether conversations of idle slots can wait in the main memory: what a draft model holds of them would be lost, and
    /// a cache in equal shares has no use for their room.
    private static func canStoreIdle(
        _ options: EngineOptions,
        _ context: borrowing Context,
        _ speculator: Speculator?
    ) -> Bool {
        context.isUnified && context.hasCache && options.stateBytes > 0 && speculator?.draft == nil
    }
}
