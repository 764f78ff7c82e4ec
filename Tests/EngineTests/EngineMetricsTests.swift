// SPDX-License-Identifier: MIT

import Engine
import TestKit
import Testing
import Wire

@Suite("What the engine tells of its work", .timeLimit(.minutes(5)))
struct EngineMetricsTests {
    private let prompt = String(repeating: "the quick brown fox ", count: 12)

    @Test("counters say what requests say, and outlive an engine")
    func counters() async throws {
        let metrics = EngineMetrics()
        let engine = try await EngineFixture.start(metrics: metrics) { $0.context.sequences = 1 }
        let first = try await engine.run(engine.request(prompt, tokens: 5)).summary
        let second = try await engine.run(engine.request(prompt, tokens: 1)).summary
        #expect(second.timings.promptTokens + second.cachedTokens == second.promptTokens)
        let counted = metrics.scrape()
        #expect(counted.prompt.tokens == first.timings.promptTokens + second.timings.promptTokens)
        #expect(counted.cachedTokens == first.cachedTokens + second.cachedTokens)
        #expect(counted.generation.tokens == first.generatedTokens + second.generatedTokens)
        #expect(counted.generation.steps == first.generatedTokens - 1)
        #expect(counted.longestSequence == first.promptTokens + first.generatedTokens - 1)
        #expect(counted.decodes > 0 && counted.busySlots == counted.decodes)
        #expect(counted.generationWindow.rate > 0 && counted.prompt.time > .zero)
        await engine.end()
        #expect(throws: EngineError.self) { try engine.generate(try engine.request(prompt)) }
        let again = try await EngineFixture.start(metrics: metrics)
        let third = try await again.run(again.request(prompt, tokens: 2)).summary
        let later = metrics.scrape()
        #expect(later.generation.tokens == counted.generation.tokens + third.generatedTokens)
        #expect(later.generationWindow.tokens == third.generatedTokens)
    }

    @Test("a prompt's progress begins before its first token and ends with its last")
    func progress() async throws {
        let engine = try await EngineFixture.start {
            $0.context.batch = 16
            $0.context.microBatch = 16
        }
        var request = try engine.request(prompt, tokens: 2)
        request.reportsProgress = true
        request.reportsTimings = true
        let stream = try engine.generate(request)
        var told: [PromptProgress] = []
        var tokens: [GenerationTimings] = []
        var isOver = false
        while !isOver {
            for event in await stream.next() {
                switch event {
                case .progress(let progress):
                    #expect(tokens.isEmpty)
                    told.append(progress)
                case .token(let token): tokens.append(try #require(token.timings))
                case .finished: isOver = true
                case .failed(let error): throw error
                }
            }
        }
        let total = request.prompt.count
        #expect(told.map(\.processed) == [0] + Array(stride(from: 16, to: total, by: 16)) + [total])
        #expect(told.first?.timings == GenerationTimings(cachedTokens: 0))
        #expect(told.map(\.timings.promptDuration) == told.map(\.timings.promptDuration).sorted())
        #expect(tokens.map(\.generatedTokens) == [1, 2])
        #expect(tokens.allSatisfy { $0.generationDuration > .zero && $0.promptTokens == total })
    }

    @Test("slots show what they do, and forget it with its end")
    func slots() async throws {
        let engine = try await EngineFixture.start { $0.context.sequences = 1 }
        #expect(engine.slots == [SlotStatus(id: 0)])
        var request = try engine.request(prompt, tokens: 3)
        request.settings = ["n_predict": 3]
        _ = try await engine.run(request)
        let slot = try #require(engine.slots.first)
        #expect(slot.task == 1 && slot.settings == ["n_predict": 3])
        #expect(!slot.isProcessing && slot.remainingTokens == nil && slot.timings == GenerationTimings(cachedTokens: 0))
        #expect(slot.cachedTokens == request.prompt.count + 2)
    }
}
