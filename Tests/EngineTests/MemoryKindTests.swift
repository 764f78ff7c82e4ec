// SPDX-License-Identifier: MIT

import Engine
import Foundation
import TestKit
import Testing

/// Whatever a cache holds and whatever can't be cut in it: an answer is that of its own tokens alone.
@Suite("Memory of each kind on a real model", .timeLimit(.minutes(5)))
struct MemoryKindTests {
    /// How far logarithms may be apart. Rounding makes some 1e-5 of them; a state of other tokens makes 1e-2 and more.
    private static let tolerance: Float = 1e-3

    private struct Answer {
        var tokens: [Int32] = []
        var probabilities: [LogProbabilities] = []
        var cached = 0
    }

    private func request(
        _ engine: Engine,
        _ prompt: EditScript.Conversation,
        usesCache: Bool,
        tokens: Int = 6,
        among allowed: [Int32]? = nil
    ) throws -> GenerationRequest {
        var sampling = SamplingParameters()
        sampling.temperature = 0
        let all = 0..<engine.model.facts.vocabularySize
        let refused = allowed.map { allowed in all.filter { !allowed.contains($0) } } ?? engine.model.endTokens
        sampling.biases = refused.map { .init(token: $0, value: -.infinity) }
        var request = GenerationRequest(
            prompt: prompt.tokens,
            sampler: try Sampler(sampling, for: engine.model, conversation: nil)
        )
        request.messages.users = prompt.messages.filter { $0 > 0 }
        request.maxTokens = tokens
        request.topLogProbabilities = 3
        request.usesCache = usesCache
        return request
    }

    private func answer(_ stream: GenerationStream) async throws -> Answer {
        var answer = Answer()
        while true {
            let events = await stream.next()
            guard !events.isEmpty else { throw CancellationError() }
            for event in events {
                switch event {
                case .progress: break
                case .token(let token):
                    answer.tokens.append(token.id)
                    answer.probabilities.append(try #require(token.logProbabilities))
                case .failed(let error): throw error
                case .finished(let summary):
                    answer.cached = summary.cachedTokens
                    return answer
                }
            }
        }
    }

    /// Where two answers part for another reason than rounding; nil where they don't.
    private func difference(_ found: Answer, _ right: Answer) -> String? {
        guard found.tokens.count == right.tokens.count else { return "\(found.tokens) instead of \(right.tokens)" }
        for (index, (one, other)) in zip(found.probabilities, right.probabilities).enumerated() {
            // Ranks, not tokens: two that are as likely may change places.
            let pairs = zip([one.chosen] + one.top.map(\.value), [other.chosen] + other.top.map(\.value))
            let distance = pairs.map { abs($0 - $1) }.max() ?? 0
            guard distance < Self.tolerance else { return "token \(index) is off by \(distance)" }
            // What follows another token is another text.
            guard found.tokens[index] == right.tokens[index] else { return nil }
        }
        return nil
    }

    /// How slots have their cells.
    enum Layout: String, CaseIterable {
        /// One cache that is too small for all, whose conversations leave it for the main memory.
        case shared
        /// Equal shares.
        case shares
        /// One cache of which idle conversations keep their part.
        case staying
    }

    @Test("answers as without a cache", arguments: MemoryKindModel.allCases, Layout.allCases)
    func edits(model: MemoryKindModel, layout: Layout) async throws {
        let metrics = EngineMetrics()
        let engine = try await model.start(metrics: metrics) {
            $0.context.sequences = 3
            $0.context.unified = layout != .shares
            $0.context.size = layout == .shares ? 3 * 1_024 : 1_024
            $0.stateBytes = 64 << 20
            $0.storesIdleSlots = layout == .shared
            $0.checkpointStep = 40
        }
        let reference = try await model.start {
            ($0.context.sequences, $0.context.size) = (1, 1_024)
        }
        var script = EditScript(seed: 11, limit: 700)
        var (hits, prompts) = (0, 0)
        for step in 0..<40 {
            let wanted = script.next()
            let streams = try wanted.map { try engine.generate(request(engine, $0.prompt, usesCache: true)) }
            for (stream, (conversation, prompt)) in zip(streams, wanted) {
                let found = try await answer(stream)
                let right = try await answer(
                    reference.generate(request(reference, prompt, usesCache: false))
                )
                let problem = difference(found, right)
                #expect(problem == nil, "step \(step), \(prompt.tokens.count) tokens, \(found.cached) of them cached")
                hits += found.cached > 0 ? 1 : 0
                prompts += 1
                script.answered(conversation, prompt, right.tokens)
            }
        }
        // The same again, an exact extension, a second answer: each memory has a use for these.
        #expect(hits > prompts / 10)
    }

    @Test(
        "the memory's kind is found",
        arguments: [
            (.any, .any), (.window, .window(32)), (.wholeWindow, .window(32)), (.hybrid, .whole),
            (.convolutions, .whole),
            (.hybridWindow, .whole), (.recurrent, .whole),
        ] as [(MemoryKindModel, MemoryKind)]
    )
    func kinds(model: MemoryKindModel, kind: MemoryKind) async throws {
        #expect(try await model.start { _ in }.memoryKind == kind)
    }

    @Test("only architectures that can step back are told to")
    func rollback() async throws {
        func kind(_ model: MemoryKindModel) async throws -> MemoryKind {
            try await model.start { $0.context.rollback = 3 }.memoryKind
        }
        #expect(try await kind(.hybrid) == .rollback(3))
        #expect(try await kind(.hybridWindow) == .rollback(3))
        #expect(try await kind(.recurrent) == .whole)
        #expect(try await kind(.any) == .any)
    }

    @Test(
        "a state that can step back is as good as one that can't",
        arguments: [MemoryKindModel.hybrid, .hybridWindow]
    )
    func edits(model: MemoryKindModel) async throws {
        let engine = try await model.start {
            ($0.context.sequences, $0.context.size) = (2, 1_024)
            $0.context.rollback = 4
        }
        let reference = try await model.start {
            ($0.context.sequences, $0.context.size) = (1, 1_024)
        }
        var script = EditScript(seed: 12, limit: 700)
        for step in 0..<20 {
            for (conversation, prompt) in script.next() {
                let found = try await answer(engine.generate(request(engine, prompt, usesCache: true)))
                let right = try await answer(reference.generate(request(reference, prompt, usesCache: false)))
                #expect(
                    difference(found, right) == nil,
                    "step \(step), \(found.cached) of \(prompt.tokens.count) cached"
                )
                script.answered(conversation, prompt, right.tokens)
            }
        }
    }

    @Test(
        "tokens are proposed to models with recurrent states, and the text is the same",
        arguments: [
            (.hybrid, .rollback(8)), (.hybridWindow, .rollback(8)), (.recurrent, .whole),
        ] as [(MemoryKindModel, MemoryKind)]
    )
    func proposals(model: MemoryKindModel, kind: MemoryKind) async throws {
        let options = SpeculationOptions(kinds: [.ngramCache])
        let metrics = EngineMetrics()
        let engine = try await model.start(metrics: metrics) {
            ($0.context.sequences, $0.context.size) = (2, 1_024)
            $0.speculation = options
            $0.stateBytes = 64 << 20
        }
        #expect(engine.memoryKind == kind && engine.warnings.isEmpty)
        let reference = try await model.start { ($0.context.sequences, $0.context.size) = (2, 1_024) }
        // Texts of three words only repeat themselves: they get proposals.
        let phrase: [Int32] = [40, 41, 42]
        for round in 0..<6 {
            var tokens: [Int32] = []
            for _ in 0..<12 { tokens += phrase }
            tokens += [Int32(50 + round), 40, 41]
            let prompt = EditScript.Conversation(tokens: tokens, messages: [])
            let streams = try (0..<2).map { _ in
                try engine.generate(request(engine, prompt, usesCache: true, tokens: 100, among: phrase))
            }
            let right = try await answer(
                reference.generate(request(reference, prompt, usesCache: false, tokens: 100, among: phrase))
            )
            for stream in streams { #expect(try await answer(stream).tokens == right.tokens, "round \(round)") }
        }
        // Wrong ones are what this is about: they are taken back.
        let counted = metrics.scrape()
        #expect(counted.proposedTokens > 500 && counted.acceptedTokens < counted.proposedTokens, "\(counted)")
    }
}
