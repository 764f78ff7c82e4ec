// SPDX-License-Identifier: MIT

import Engine
import Foundation
import TestKit
import Testing

@Suite("Many requests of all kinds in a small cache", .timeLimit(.minutes(5)))
struct FullCacheStressTests {
    private static let starts = [
        "Once upon a time there was a little girl who", "Tim and Tom were two dogs. They liked to run and",
        "One day a big bear came out of the forest and", "The sun was hot, and the old cat wanted to",
    ]

    /// What a reader does.
    private enum Reader: CaseIterable {
        case fast, slow, leaves
    }

    @Test("each gets its tokens, whoever leaves or reads slowly; nothing stays behind", arguments: [false, true])
    func stress(shifts: Bool) async throws {
        let metrics = EngineMetrics()
        let engine = try await EngineFixture.start(metrics: metrics) {
            $0.context.size = 512
            $0.context.sequences = 6
            $0.context.batch = 64
            $0.context.microBatch = 64
            $0.context.givesEmbeddings = true
            $0.shiftsContext = shifts
            $0.stateBytes = 200_000
        }
        let biases = engine.model.endTokens.map { SamplingParameters.Bias(token: $0, value: -.infinity) }
        var random = SeededGenerator(seed: 5)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<60 {
                let text = String(
                    repeating: Self.starts.randomElement(using: &random)! + ". ",
                    count: Int.random(in: 1...20, using: &random)
                )
                let reader = Reader.allCases.randomElement(using: &random)!
                var request = try engine.request(text, tokens: nil) { $0.biases = biases }
                let tokens = Int.random(in: 0...300, using: &random)
                request.maxTokens = tokens
                request.usesCache = Int.random(in: 0..<4, using: &random) > 0
                request.reportsProgress = Bool.random(using: &random)
                let size = request.prompt.count
                guard size < 512 else { continue }
                let stream = try engine.generate(request)
                let leavesAfter = Int.random(in: 0...300, using: &random)
                group.addTask {
                    var count = 0
                    while true {
                        let events = await stream.next()
                        // Everybody else gets many turns before it reads on.
                        if reader == .slow { for _ in 0..<200 { await Task.yield() } }
                        for event in events {
                            switch event {
                            case .progress: break
                            case .token: count += 1
                            case .failed(let error): throw error
                            case .finished(let summary):
                                let expected = shifts ? tokens : min(tokens, 512 - size)
                                #expect(summary.generatedTokens == expected)
                                #expect(summary.timings.promptTokens + summary.cachedTokens == size)
                                return
                            }
                        }
                        if events.isEmpty || reader == .leaves && count >= leavesAfter { return stream.cancel() }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(metrics.scrape().preemptions > (shifts ? 0 : 5))
        // An action waits until its slot is idle.
        for slot in 0..<engine.slotCount { _ = try await engine.perform(.erase, slot: slot) }
        #expect(engine.slots.allSatisfy { !$0.isProcessing })
        // All of the cache is there for the next one.
        var request = try engine.request("Once", tokens: 500) { $0.biases = biases }
        request.usesCache = false
        #expect(try await engine.run(request).summary.generatedTokens == 500)
    }
}
