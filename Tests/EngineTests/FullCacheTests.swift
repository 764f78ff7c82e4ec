// SPDX-License-Identifier: MIT

import Engine
import Foundation
import TestKit
import Testing

@Suite("A full cache that all share, on a real model", .timeLimit(.minutes(5)))
struct FullCacheTests {
    private static let starts = [
        "Once upon a time there was a little girl who", "Tim and Tom were two dogs. They liked to run and",
        "One day a big bear came out of the forest and", "The sun was hot, and the old cat wanted to",
    ]

    private let story = "Once upon a time there was a little girl who lived in a small house near the big dark forest. "

    /// Tokens of a generation that stays set aside for long enough to be asked something, in a cache of 2048 cells.
    private static let long = 1500

    private func start(
        cells: UInt32 = 256,
        stateBytes: Int = 64 << 20,
        metrics: EngineMetrics = EngineMetrics(),
        adjust: (inout EngineOptions) -> Void = { _ in }
    ) async throws -> Engine {
        try await EngineFixture.start(metrics: metrics) {
            $0.context.size = cells
            $0.context.sequences = 4
            $0.stateBytes = stateBytes
            adjust(&$0)
        }
    }

    /// A request that doesn't end before its last token.
    private func request(_ engine: Engine, _ text: String, tokens: Int?) throws -> GenerationRequest {
        let biases = engine.model.endTokens.map { SamplingParameters.Bias(token: $0, value: -.infinity) }
        var request = try engine.request(text, tokens: tokens) {
            $0.temperature = 0
            $0.biases = biases
        }
        request.topLogProbabilities = 6
        return request
    }

    /// Waits until a slot's generation is set aside.
    /// - Parameter events: one each time that a reader got something.
    private func preemptedSlot(_ engine: Engine, _ events: AsyncStream<Void>) async throws -> Int {
        for await _ in events {
            if let slot = engine.slots.first(where: \.isPreempted) { return slot.id }
        }
        throw CancellationError()
    }

    /// What a generation said, and how sure the model was of each token: by how much the likeliest was ahead.
    private struct Answer {
        var tokens: [Int32] = []
        var leads: [Float] = []
        var summary: GenerationSummary

        /// - Parameter ends: tokens that weren't to be chosen.
        init(_ stream: GenerationStream, ends: [Int32] = []) async throws {
            while true {
                let events = await stream.next()
                guard !events.isEmpty else { throw CancellationError() }
                for event in events {
                    switch event {
                    case .progress: break
                    case .token(let token):
                        let top = (token.logProbabilities?.top ?? []).filter { !ends.contains($0.token) }
                        tokens.append(token.id)
                        leads.append(top.count > 1 ? top[0].value - top[1].value : 0)
                    case .failed(let error): throw error
                    case .finished(let summary):
                        self.summary = summary
                        return
                    }
                }
            }
        }

        /// Whether it says the same, or parts where the model wasn't sure: sums over other batches round differently, which
        /// may tip what is open. A prompt that is computed in two parts moves these leads by 0.3.
        func agrees(with other: Answer) -> Bool {
            guard let place = zip(tokens, other.tokens).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
                return tokens.count == other.tokens.count
            }
            return leads[place] < 0.6
        }
    }

    private func collect(_ streams: [GenerationStream]) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            for (index, stream) in streams.enumerated() { group.addTask { (index, try await Answer(stream)) } }
            var all: [Int: Answer] = [:]
            for try await (index, result) in group { all[index] = result }
            return streams.indices.compactMap { all[$0] }
        }
    }

    /// Runs requests alone, then together.
    private func compare(
        _ engine: Engine,
        _ metrics: EngineMetrics,
        _ requests: () throws -> [GenerationRequest]
    ) async throws -> [GenerationSummary] {
        var alone: [Answer] = []
        for var request in try requests() {
            request.usesCache = false
            alone.append(try await Answer(engine.generate(request), ends: engine.model.endTokens))
        }
        #expect(metrics.scrape().preemptions == 0)
        for slot in 0..<engine.slotCount { _ = try await engine.perform(.erase, slot: slot) }
        let together = try await collect(try requests().map { try engine.generate($0) })
        #expect(metrics.scrape().preemptions > 0)
        for (one, other) in zip(alone, together) {
            #expect(one.agrees(with: other), "\(one.tokens) \(other.tokens) \(one.leads)")
        }
        #expect(engine.slots.allSatisfy { !$0.isProcessing && !$0.isPreempted })
        return together.map(\.summary)
    }

    @Test("all get all their tokens, and the text that they get alone", arguments: [0, 64 << 20])
    func generations(stateBytes: Int) async throws {
        let metrics = EngineMetrics()
        let engine = try await start(stateBytes: stateBytes, metrics: metrics)
        let results = try await compare(engine, metrics) {
            try Self.starts.map { try request(engine, $0, tokens: 110) }
        }
        for (text, summary) in zip(Self.starts, results) {
            #expect(summary.reason == .limit)
            #expect(summary.generatedTokens == 110)
            let prompt = try engine.model.tokenize(text, addSpecial: true, parseSpecial: true).count
            #expect(summary.cachedTokens + summary.timings.promptTokens == prompt)
        }
    }

    @Test("stop strings, probabilities and what is held back of characters stay as they are")
    func details() async throws {
        let metrics = EngineMetrics()
        let engine = try await start(metrics: metrics)
        let results = try await compare(engine, metrics) {
            try Self.starts.enumerated().map { index, text in
                var request = try request(engine, text, tokens: 110)
                request.stops = ["zebra crossing", "\u{1F600}\u{1F600}"]
                request.reportsTimings = true
                request.reportsProgress = index == 3
                return request
            }
        }
        #expect(results.allSatisfy { $0.generatedTokens == 110 })
    }

    @Test("prompts that don't fit beside each other wait", arguments: [0, 64 << 20])
    func prompts(stateBytes: Int) async throws {
        let metrics = EngineMetrics()
        let engine = try await start(stateBytes: stateBytes, metrics: metrics) {
            $0.context.batch = 32; $0.context.microBatch = 32
        }
        let long = Self.starts.map { String(repeating: $0 + ". ", count: 10) }
        let results = try await compare(engine, metrics) {
            try long.enumerated().map { index, text in
                var request = try request(engine, text, tokens: 24)
                request.reportsPrompt = index == 2
                request.usesCache = index != 2
                return request
            }
        }
        for (text, summary) in zip(long, results) {
            #expect(summary.generatedTokens == 24)
            let prompt = try engine.model.tokenize(text, addSpecial: true, parseSpecial: true).count
            #expect(prompt > 100 && summary.cachedTokens + summary.timings.promptTokens == prompt)
        }
        #expect(results[2].promptProbabilities.count == results[2].promptTokens - 1)
    }

    @Test("what many share takes its room once")
    func sharedPrompt() async throws {
        let metrics = EngineMetrics()
        let engine = try await start(cells: 512, stateBytes: 0, metrics: metrics)
        let start = String(repeating: story, count: 8)
        let results = try await compare(engine, metrics) {
            try (0..<4).map { try request(engine, start + "Her name was \($0)", tokens: 120) }
        }
        #expect(results.allSatisfy { $0.generatedTokens == 120 })
    }

    @Test("proposals go on behind what was lost", arguments: [SpeculationKind.ngramSimple, .ngramCache, .draftModel])
    func speculation(kind: SpeculationKind) async throws {
        let metrics = EngineMetrics()
        let engine = try await start(metrics: metrics) {
            var options = SpeculationOptions(kinds: [kind])
            if kind == .draftModel {
                let path = EngineFixture.models.appending(path: "stories-chat-Q8_0.gguf").path
                options.draft = DraftModelOptions(model: ModelOptions(path: path))
            }
            options.draftMax = 4
            $0.speculation = options
        }
        let results = try await compare(engine, metrics) {
            try Self.starts.map { try request(engine, $0, tokens: 110) }
        }
        #expect(results.allSatisfy { $0.generatedTokens == 110 })
    }

    @Test("adapters work on in what is computed again")
    func adapters() async throws {
        let metrics = EngineMetrics()
        let engine = try await start(stateBytes: 0, metrics: metrics) {
            let path = EngineFixture.models.deletingLastPathComponent()
                .appending(path: "Tests/Conformance/models/pirate-adapter-F16.gguf").path
            $0.adapters = [AdapterOptions(path: path, scale: 1)]
        }
        let results = try await compare(engine, metrics) {
            // Each change of adapters takes a while.
            try Self.starts.prefix(2).enumerated().map { index, text in
                var request = try request(engine, String(repeating: text + ". ", count: 8), tokens: 40)
                request.adapterScales = [index == 1 ? 1 : 0]
                return request
            }
        }
        #expect(results.allSatisfy { $0.generatedTokens == 40 })
    }

    @Test("pictures are computed again, where they stood")
    func pictures() async throws {
        let models = EngineFixture.models.deletingLastPathComponent().appending(path: "Tests/Conformance/models")
        let metrics = EngineMetrics()
        let path = models.appending(path: "vision-tiny-Q8_0.gguf").path
        let engine = try await EngineFixture.start(path: path, metrics: metrics) {
            let path = models.appending(path: "mmproj-vision-tiny-F16.gguf").path
            $0.projector = ProjectorOptions(path: path, marker: "<__media__>")
            $0.context.size = 256
            $0.context.sequences = 4
        }
        let projector = try #require(engine.projector)
        let colors: [TestImage.Color] = [(220, 30, 30), (40, 60, 220), (30, 160, 50), (200, 200, 20)]
        let results = try await compare(engine, metrics) {
            try colors.map { color in
                let image = Medium(TestImage.png(48, 32, color))
                let plain = try request(engine, "What", tokens: 100)
                let text = "What is this:\n<__media__>\nTell me more: <__media__>\nIt is"
                var request = GenerationRequest(
                    try projector.prompt(text, media: [image, image], limits: MediaLimits()),
                    sampler: plain.sampler
                )
                request.maxTokens = 100
                request.topLogProbabilities = 6
                return request
            }
        }
        #expect(results.allSatisfy { $0.generatedTokens == 100 })
    }

    @Test("one alone that fills the cache ends, and then the next one has it")
    func alone() async throws {
        let engine = try await start()
        let requests = try Self.starts.map { try request(engine, $0, tokens: nil) }
        let results = try await collect(requests.map { try engine.generate($0) })
        for (request, summary) in zip(requests, results.map(\.summary)) {
            #expect(summary.reason == .contextFull)
            #expect(request.prompt.count + summary.generatedTokens == 256)
        }
    }

    @Test("more than there are slots share it, and each gets all its tokens")
    func many() async throws {
        // Which comes first is the walks' to check: here the order in which tasks are resumed would be measured.
        let engine = try await start { $0.context.sequences = 3 }
        let requests = try (0..<6).map { try request(engine, Self.starts[$0 % 4], tokens: 100) }
        let results = try await collect(requests.map { try engine.generate($0) })
        #expect(results.allSatisfy { $0.summary.generatedTokens == 100 })
    }

    @Test("who leaves while it is set aside frees its slot")
    func cancel() async throws {
        let engine = try await start(cells: 2048)
        let (counts, slot) = try await cancelOne(engine)
        #expect(counts.allSatisfy { $0 == Self.long }, "\(counts)")
        #expect(engine.slots.allSatisfy { !$0.isProcessing })
        #expect(
            try await engine.run(request(engine, Self.starts[slot], tokens: Self.long)).summary.generatedTokens
                == Self.long
        )
    }

    // A function of its own: Swift 6.3.1's optimiser crashes on its loop beside the checks.
    private func cancelOne(_ engine: Engine) async throws -> (counts: [Int], slot: Int) {
        let streams = try begin(engine, Self.starts, tokens: Self.long)
        let (readers, events) = read(streams)
        let slot = try await preemptedSlot(engine, events)
        // Slots are taken in order.
        streams[slot].cancel()
        var counts: [Int] = []
        for (index, reader) in readers.enumerated() {
            let result = await reader.result
            if index != slot { counts.append(try result.get().summary.generatedTokens) }
        }
        return (counts, slot)
    }

    @Test("an action waits for a slot whose generation is set aside")
    func actions() async throws {
        let engine = try await start(cells: 2048)
        let (readers, events) = read(try begin(engine, Self.starts, tokens: Self.long))
        let slot = try await preemptedSlot(engine, events)
        let error = await #expect(throws: EngineError.self) {
            _ = try await engine.perform(.erase, slot: slot, patience: .zero)
        }
        #expect(error?.code == .queueFull)
        #expect(try await engine.perform(.erase, slot: slot, patience: .seconds(280)).tokens > 0)
        // One that failed has none.
        let counts = await results(readers).map { try? $0.get().summary.generatedTokens }
        #expect(counts.allSatisfy { $0 == Self.long }, "\(counts)")
    }

    @Test("a shutdown ends those that are set aside")
    func shutdown() async throws {
        let engine = try await start(cells: 2048)
        let (readers, events) = read(try begin(engine, Self.starts, tokens: Self.long))
        _ = try await preemptedSlot(engine, events)
        await engine.end()
        for result in await results(readers) {
            let error = #expect(throws: EngineError.self) { try result.get() }
            #expect(error?.code == .stopped)
        }
    }

    // Functions of their own: Swift 6.3.1's optimiser crashes on these loops beside the checks.

    private typealias Reader = Task<(text: String, summary: GenerationSummary), any Error>

    /// Reads streams, and says each time that something came.
    private func read(_ streams: [GenerationStream]) -> (readers: [Reader], events: AsyncStream<Void>) {
        let (events, event) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return (streams.map { stream in Task { try await stream.collect { event.yield() } } }, events)
    }

    private func results(_ readers: [Reader]) async -> [Result<(text: String, summary: GenerationSummary), any Error>] {
        var results: [Result<(text: String, summary: GenerationSummary), any Error>] = []
        for reader in readers { results.append(await reader.result) }
        return results
    }

    @Test("a reader who is behind holds up nobody")
    func slowReader() async throws {
        let engine = try await start(cells: 512)
        // It stops after a few tokens, long before the others are done.
        let slow = try engine.generate(request(engine, Self.starts[0], tokens: 400))
        let others = try await summaries(of: begin(engine, Self.starts[1...], tokens: 400))
        #expect(others.allSatisfy { $0.generatedTokens == 400 }, "\(others)")
        #expect(engine.slots[0].isPreempted)
        let own = try await slow.collect()
        #expect(own.summary.generatedTokens == 400)
    }

    private func begin(_ engine: Engine, _ texts: some Sequence<String>, tokens: Int) throws -> [GenerationStream] {
        var streams: [GenerationStream] = []
        for text in texts { streams.append(try engine.generate(request(engine, text, tokens: tokens))) }
        return streams
    }

    @Test("a context that shifts goes on shifting, whoever is set aside")
    func shifting() async throws {
        let engine = try await start { $0.shiftsContext = true }
        let texts = Self.starts.map { String(repeating: $0 + ". ", count: 11) }
        let summaries = try await summaries(of: begin(engine, texts, tokens: 300))
        #expect(summaries.allSatisfy { $0.reason == .limit && $0.generatedTokens == 300 }, "\(summaries)")
    }

    private func summaries(of streams: [GenerationStream]) async throws -> [GenerationSummary] {
        try await collect(streams).map(\.summary)
    }
}
