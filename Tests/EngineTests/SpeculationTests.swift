// SPDX-License-Identifier: MIT

import Engine
import Foundation
import Testing

@Suite("Speculative decoding on a real model", .serialized, .timeLimit(.minutes(5)))
struct SpeculationTests {
    private let story = "Once upon a time there was a little girl who lived in a small house near the big dark forest. "

    /// The kinds, each with options under which the small models get proposals.
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case itself, other, simple, mapK, mapK4V, mod, cache, allOfThem

        var testDescription: String { rawValue }

        var options: SpeculationOptions {
            var ngram = NgramOptions()
            (ngram.key, ngram.value) = (3, 8)
            var options = SpeculationOptions(kinds: [])
            (options.simple, options.mapK, options.mapK4V) = (ngram, ngram, ngram)
            (options.modMatch, options.modMin, options.modMax) = (16, 2, 16)
            options.draftMax = 6
            switch self {
            case .itself, .other:
                options.kinds = [.draftModel]
                let name = self == .itself ? "stories-chat-Q8_0" : "pirate-chat-Q8_0"
                options.draft = DraftModelOptions(
                    model: ModelOptions(path: EngineFixture.models.appending(path: "\(name).gguf").path)
                )
            case .simple: options.kinds = [.ngramSimple]
            case .mapK: options.kinds = [.ngramMapK]
            case .mapK4V: options.kinds = [.ngramMapK4V]
            case .mod: options.kinds = [.ngramMod]
            case .cache: options.kinds = [.ngramCache]
            case .allOfThem:
                options = Way.other.options
                options.kinds = SpeculationKind.allCases
                (options.simple, options.mapK, options.mapK4V) = (ngram, ngram, ngram)
                (options.modMatch, options.modMin, options.modMax) = (16, 2, 16)
            }
            return options
        }
    }

    private func engine(
        _ way: Way?,
        metrics: EngineMetrics = EngineMetrics(),
        adjust: (inout EngineOptions) -> Void = { _ in }
    )
        async throws -> Engine
    {
        try await EngineFixture.start(metrics: metrics) {
            $0.context.size = 1_024
            $0.context.sequences = 4
            $0.speculation = way?.options
            adjust(&$0)
        }
    }

    private func endless(_ engine: Engine) -> (inout SamplingParameters) -> Void {
        let biases = engine.model.endTokens.map { SamplingParameters.Bias(token: $0, value: -.infinity) }
        return {
            $0.temperature = 0
            $0.biases = biases
        }
    }

    @Test("the likeliest text is the same with and without proposals", arguments: Way.allCases)
    func sameText(way: Way) async throws {
        let metrics = EngineMetrics()
        let plain = try await engine(nil)
        let fast = try await engine(way, metrics: metrics)
        #expect(fast.speculation == way.options.kinds)
        let prompt = String(repeating: story, count: 3)
        let expected = try await plain.run(plain.request(prompt, tokens: 96, adjust: endless(plain)))
        for round in 0..<2 {
            let found = try await fast.run(fast.request(prompt, tokens: 96, adjust: endless(fast)))
            #expect(found.text == expected.text)
            #expect(found.summary.generatedTokens == 96)
            let timings = found.summary.timings
            // That one proposes what another generation went on with.
            if way != .mod || round > 0 { #expect(timings.proposedTokens > 0) }
            #expect(timings.acceptedTokens <= timings.proposedTokens)
            if way == .itself { #expect(timings.acceptedTokens > timings.proposedTokens / 2) }
        }
        let counters = metrics.scrape()
        #expect(counters.proposals > 0)
        #expect(counters.acceptedTokens <= counters.proposedTokens)
        if way == .itself { #expect(counters.decodes < 96) }
        #expect(counters.acceptedByPlace.count <= 16)
    }

    @Test("several at once, of which some leave", arguments: [Way.itself, .other, .simple])
    func together(way: Way) async throws {
        let engine = try await engine(way) {
            $0.context.microBatch = 24; $0.context.batch = 64
        }
        let beginnings = [
            "Tom was a dog. ", "Lily had a red ball. ", "One day it rained. ", "The sun was up. ", "A cat sat. ",
        ]
        var alone: [String] = []
        for text in beginnings { alone.append(try await engine.run(engine.request(story + text, tokens: 40)).text) }
        let streams = try beginnings.map { try engine.generate(engine.request(story + $0, tokens: 40)) }
        streams[2].cancel()
        var same = 0
        for index in [0, 1, 3, 4] where try await streams[index].collect().text == alone[index] { same += 1 }
        // Sums over other batches round differently, which may tip what is open.
        #expect(same >= 3)
        #expect(engine.slots.allSatisfy { !$0.isProcessing })
    }

    @Test("seeds, grammars and stop strings mean the same", arguments: [Way.itself, .simple])
    func sameChoices(way: Way) async throws {
        let plain = try await engine(nil)
        let fast = try await engine(way)
        func texts(_ engine: Engine) async throws -> [String] {
            var texts: [String] = []
            texts.append(
                try await engine.run(
                    engine.request(story, tokens: 48) {
                        $0.temperature = 0.9
                        $0.seed = 42
                    }
                ).text
            )
            let grammar = try engine.request(story, tokens: 32) {
                $0.temperature = 0
                $0.grammar = #"root ::= ("yes " | "no "){10,10} "end""#
            }
            texts.append(try await engine.run(grammar).text)
            var stopped = try engine.request(story, tokens: 64)
            stopped.stops = ["."]
            let (text, summary) = try await engine.run(stopped)
            #expect(summary.reason == .stopWord("."))
            texts.append(text)
            return texts
        }
        let expected = try await texts(plain)
        #expect(try await texts(fast) == expected)
        #expect(expected[1].contains("yes") || expected[1].contains("no"))
        // What the last one left in the cache is sound.
        let again = try await fast.run(fast.request(story + "She had a dog.", tokens: 24)).text
        #expect(try await plain.run(plain.request(story + "She had a dog.", tokens: 24)).text == again)
    }

    @Test("each token comes with its probabilities")
    func probabilities() async throws {
        func values(_ engine: Engine) async throws -> [Float] {
            var request = try engine.request(story, tokens: 24)
            request.topLogProbabilities = 2
            let stream = try engine.generate(request)
            var values: [Float] = []
            while true {
                for event in await stream.next() {
                    switch event {
                    case .token(let token): values.append(try #require(token.logProbabilities).chosen)
                    case .finished: return values
                    case .failed(let error): throw error
                    case .progress: break
                    }
                }
            }
        }
        let expected = try await values(engine(nil))
        let found = try await values(engine(.itself))
        #expect(found.count == 24)
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 0.05 })
    }

    @Test("a full context forgets and goes on", arguments: [Way.itself, .mapK, .allOfThem])
    func forgets(way: Way) async throws {
        let engine = try await engine(way) {
            $0.context.size = 256; $0.context.sequences = 2; $0.shiftsContext = true
        }
        let streams = try (0..<2).map { _ in
            try engine.generate(engine.request(story, tokens: 500, adjust: endless(engine)))
        }
        for stream in streams {
            let (_, summary) = try await stream.collect()
            #expect(summary.generatedTokens == 500)
            #expect(summary.hasForgotten)
        }
    }

    @Test("a context that doesn't shift is filled to its end, as without")
    func fills() async throws {
        let plain = try await engine(nil) {
            $0.context.size = 128; $0.context.sequences = 1
        }
        let fast = try await engine(.itself) {
            $0.context.size = 128; $0.context.sequences = 1
        }
        let expected = try await plain.run(plain.request(story, tokens: nil, adjust: endless(plain)))
        let found = try await fast.run(fast.request(story, tokens: nil, adjust: endless(fast)))
        #expect(expected.summary.reason == .contextFull)
        #expect(found.summary.reason == .contextFull)
        #expect(found.text == expected.text)
    }

    @Test("a request may want fewer, or none")
    func requestLimits() async throws {
        let engine = try await engine(.itself)
        var request = try engine.request(story, tokens: 24)
        request.proposalMax = 0
        #expect(try await engine.run(request).summary.timings.proposedTokens == 0)
        request = try engine.request(story, tokens: 24)
        request.proposalMin = 20
        #expect(try await engine.run(request).summary.timings.proposedTokens == 0)
        request = try engine.request(story, tokens: 24)
        request.proposalMax = 1
        let timings = try await engine.run(request).summary.timings
        #expect((1...12).contains(timings.proposedTokens))
    }

    @Test("made-up acceptance keeps to its rates", arguments: [0.0, 1.0])
    func synthetic(rate: Double) async throws {
        let engine = try await engine(.itself) {
            $0.speculation?.syntheticRates = Array(repeating: rate, count: 6)
        }
        let timings = try await engine.run(engine.request(story, tokens: 32, adjust: endless(engine))).summary.timings
        #expect(timings.proposedTokens > 0)
        #expect(timings.acceptedTokens == (rate == 0 ? 0 : timings.proposedTokens))
    }

    @Test("a draft model with another vocabulary is refused")
    func otherVocabulary() async {
        let error = await #expect(throws: EngineError.self) {
            try await engine(.itself) {
                let path = EngineFixture.models.appending(path: "stories-tiny-F32.gguf").path
                $0.speculation?.draft?.model.path = path
            }
        }
        #expect(error?.code == .loadFailed)
        #expect(error?.message.contains("vocab") ?? false, "\(error?.message ?? "no error")")
    }
}
