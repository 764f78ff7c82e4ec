// SPDX-License-Identifier: MIT

import Engine
import Foundation
import TestKit
import Testing

/// Case B1: what has left a sliding window is no hit, in whatever way a cache gets to it.
@Suite("Sliding windows on a real model", .timeLimit(.minutes(5)))
struct SlidingWindowTests {
    private static let path = EngineFixture.models.deletingLastPathComponent()
        .appending(path: "Tests/Conformance/models/vision-tiny-Q8_0.gguf").path
    private static let window = ["gemma3.attention.sliding_window=int:32"]

    private func start(
        metrics: EngineMetrics = EngineMetrics(),
        adjust: (inout EngineOptions) -> Void = { _ in }
    ) async throws -> Engine {
        try await EngineFixture.start(path: Self.path, metrics: metrics) {
            $0.model.overrides = Self.window
            $0.context.size = 2_048
            $0.context.microBatch = 32
            adjust(&$0)
        }
    }

    private func request(_ engine: Engine, _ prompt: [Int32], usesCache: Bool = true) throws -> GenerationRequest {
        var sampling = SamplingParameters()
        sampling.temperature = 0
        var request = GenerationRequest(
            prompt: prompt,
            sampler: try Sampler(sampling, for: engine.model, conversation: nil)
        )
        request.maxTokens = 1
        request.topLogProbabilities = 1
        request.usesCache = usesCache
        return request
    }

    /// The likeliest next token's logarithm, and how much of the prompt was cached.
    private func answer(_ stream: GenerationStream) async throws -> (value: Float, cached: Int) {
        var value: Float?
        while true {
            let events = await stream.next()
            guard !events.isEmpty else { throw CancellationError() }
            for event in events {
                switch event {
                case .progress: break
                case .token(let token): value = token.logProbabilities?.top.first?.value
                case .failed(let error): throw error
                case .finished(let summary): return (try #require(value), summary.cachedTokens)
                }
            }
        }
    }

    /// How the cache is to be got at.
    enum Way: String, CaseIterable {
        case shared, equalShares, mainMemory, oneSlot
    }

    @Test("an edited conversation is answered as without a cache", arguments: Way.allCases)
    func edits(way: Way) async throws {
        let engine = try await start {
            $0.context.unified = way != .equalShares
            $0.context.sequences = way == .oneSlot ? 1 : 3
            $0.context.size = way == .equalShares ? 6_144 : 2_048
            $0.stateBytes = way == .mainMemory || way == .oneSlot ? 64 << 20 : 0
        }
        let reference = try await start { $0.context.sequences = 1 }
        var random = SeededGenerator(seed: 3)
        func tokens(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32.random(in: 10..<600, using: &random) } }
        var prompts = [tokens(500)]
        for _ in 0..<14 {
            let base = prompts[Int.random(in: prompts.indices, using: &random)]
            prompts.append(
                base.prefix(Int.random(in: 1...base.count, using: &random))
                    + tokens([3, 40, 300].randomElement(using: &random) ?? 3)
            )
        }
        var hits = 0
        for prompt in prompts + prompts.prefix(3) {
            let prompt = Array(prompt.prefix(1_500))
            let found = try await answer(engine.generate(request(engine, prompt)))
            let right = try await answer(reference.generate(request(reference, prompt, usesCache: false)))
            #expect(abs(found.value - right.value) < 0.1, "\(found) \(right) of \(prompt.count)")
            hits += found.cached > 0 ? 1 : 0
        }
        #expect(hits > 0)
    }

    @Test("prompts that begin alike are computed once, though the window would pass what they share")
    func followers() async throws {
        let metrics = EngineMetrics()
        let engine = try await start(metrics: metrics) {
            $0.context.sequences = 4
            // So that the others come before the first one has passed what they share.
            $0.context.batch = 32
        }
        let reference = try await start { $0.context.sequences = 1 }
        let start = (0..<400).map { Int32(10 + $0 * 7 % 500) }
        // The first one goes on for long behind what the others share with it.
        let prompts = (0..<4).map { index in
            start + (0..<(index == 0 ? 600 : 5)).map { Int32(10 + ($0 + index * 31) * 11 % 500) }
        }
        let streams = try prompts.map { try engine.generate(request(engine, $0)) }
        for (stream, prompt) in zip(streams, prompts) {
            let found = try await answer(stream)
            let right = try await answer(reference.generate(request(reference, prompt, usesCache: false)))
            #expect(abs(found.value - right.value) < 0.1, "\(found) \(right)")
        }
        #expect(metrics.scrape().prompt.tokens < 400 + 600 + 4 * 40)
    }

    @Test("a draft model with a window proposes what it would without its cache")
    func draft() async throws {
        let engine = try await start {
            var draft = ModelOptions(path: Self.path)
            draft.overrides = Self.window
            var options = SpeculationOptions(kinds: [.draftModel])
            options.draft = DraftModelOptions(model: draft)
            $0.speculation = options
            $0.context.sequences = 1
        }
        let biases = engine.model.endTokens.map { SamplingParameters.Bias(token: $0, value: -.infinity) }
        let long = (0..<600).map { Int32(10 + $0 * 7 % 500) }
        for prompt in [long, Array(long.prefix(200)) + [77, 78, 79]] {
            var sampling = SamplingParameters()
            (sampling.temperature, sampling.biases) = (0, biases)
            var request = GenerationRequest(
                prompt: prompt,
                sampler: try Sampler(sampling, for: engine.model, conversation: nil)
            )
            request.maxTokens = 60
            let timings = try await engine.run(request).summary.timings
            #expect(timings.proposedTokens > 20)
            #expect(Double(timings.acceptedTokens) > 0.8 * Double(timings.proposedTokens), "\(timings)")
        }
    }
}
