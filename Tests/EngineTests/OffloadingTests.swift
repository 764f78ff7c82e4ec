// SPDX-License-Identifier: MIT

import Engine
import Testing

@Suite("Samplers that choose where the model is computed", .timeLimit(.minutes(5)))
struct OffloadingTests {
    private func request(
        _ engine: Engine,
        offloads: Bool,
        tokens: Int = 24,
        text: String = "Once upon a time",
        adjust: (inout SamplingParameters) -> Void = { _ in }
    ) throws -> GenerationRequest {
        var request = try engine.request(text, tokens: tokens) { sampling in
            sampling.seed = 4242
            sampling.biases = engine.model.endTokens.map { .init(token: $0, value: -.infinity) }
            sampling.offloads = offloads
            adjust(&sampling)
        }
        request.usesCache = false
        return request
    }

    /// The tokens with their probabilities.
    private func tokens(_ engine: Engine, _ request: GenerationRequest) async throws -> [GeneratedToken] {
        let stream = try engine.generate(request)
        var tokens: [GeneratedToken] = []
        while true {
            for event in await stream.next() {
                switch event {
                case .progress: break
                case .token(let token): tokens.append(token)
                case .failed(let error): throw error
                case .finished: return tokens
                }
            }
        }
    }

    @Test("choose what they choose elsewhere, with the same probabilities")
    func same() async throws {
        let engine = try await EngineFixture.start()
        let ways: [(inout SamplingParameters) -> Void] = [
            { _ in },
            { $0.temperature = 0 },
            { $0.repeatPenalty = 1.3 },
            // These can't be computed there: the rest of the chain follows on the processor.
            { $0.dryMultiplier = 0.8 },
            { $0.typicalP = 0.9 },
            { $0.mirostat = 2 },
        ]
        for way in ways {
            var both: [[GeneratedToken]] = []
            for offloads in [true, false] {
                var request = try request(engine, offloads: offloads) {
                    $0.reportsSampledProbabilities = true
                    way(&$0)
                }
                request.topLogProbabilities = 10
                #expect(request.sampler.offloads == offloads)
                both.append(try await tokens(engine, request))
            }
            #expect(both[0].map(\.id) == both[1].map(\.id))
            for (here, there) in zip(both[0], both[1]) {
                let (some, others) = try (#require(here.logProbabilities), #require(there.logProbabilities))
                #expect(abs(some.chosen - others.chosen) < 0.01)
                #expect(zip(some.top, others.top).allSatisfy { abs($0.value - $1.value) < 0.01 })
            }
        }
    }

    @Test("do without, in silence, where it can't be")
    func without() async throws {
        let engine = try await EngineFixture.start()
        var grammar = try request(engine, offloads: true) {
            $0.grammar = "root ::= \"yes\" | \"no\""
            $0.biases = []
        }
        #expect(!grammar.sampler.offloads)
        grammar.maxTokens = 4
        #expect(["yes", "no"].contains(try await engine.run(grammar).text))
        let budget = try request(engine, offloads: true) {
            ($0.reasoningStart, $0.reasoningEnds, $0.reasoningBudget) = ("<think>", ["</think>"], 3)
        }
        #expect(!budget.sampler.offloads)
        // Probabilities before the samplers.
        var before = try request(engine, offloads: true)
        before.topLogProbabilities = 3
        let values = try await tokens(engine, before).compactMap(\.logProbabilities)
        #expect(values.count == 24 && values.allSatisfy { $0.top.count == 3 && $0.chosen <= 0 })
        var parameters = SamplingParameters()
        parameters.offloads = true
        #expect(parameters.mayOffload)
        parameters.grammar = "root ::= \"x\""
        #expect(!parameters.mayOffload)
    }

    @Test("of several slots go beside each other and beside others, come and go")
    func several() async throws {
        let engine = try await EngineFixture.start {
            $0.context.sequences = 4; $0.context.size = 2_048
        }
        let texts = ["Once upon a time", "The dog ran to", "One day a bear", "Lily and Tom saw", "It was cold and"]
        var alone: [String] = []
        for (index, text) in texts.enumerated() {
            let request = try request(engine, offloads: false, tokens: 8 + index * 4, text: text) { $0.temperature = 0 }
            alone.append(try await engine.run(request).text)
        }
        for round in 0..<3 {
            let streams = try texts.enumerated().map { index, text in
                try engine.generate(
                    request(engine, offloads: index % 3 != round, tokens: 8 + index * 4, text: text) {
                        $0.temperature = 0
                    }
                )
            }
            // One that leaves in the middle takes nothing with it.
            let left = try engine.generate(request(engine, offloads: true, tokens: 400))
            _ = await left.next()
            left.cancel()
            var together: [String] = []
            for stream in streams { together.append(try await stream.collect().text) }
            // Sums over other batches round differently, which may tip what is open.
            #expect(zip(together, alone).count { $0 == $1 } >= 4)
        }
    }

    @Test("go on when the context is full and forgets")
    func forgets() async throws {
        let engine = try await EngineFixture.start {
            $0.context.size = 256; $0.context.sequences = 2; $0.shiftsContext = true
        }
        let streams = try [true, true, false].map { try engine.generate(request(engine, offloads: $0, tokens: 400)) }
        for stream in streams {
            let (_, summary) = try await stream.collect()
            #expect(summary.generatedTokens == 400 && summary.hasForgotten)
        }
    }

    @Test("aren't used beside proposals, nor where texts are embedded")
    func beside() async throws {
        var kinds = SpeculationOptions(kinds: [.ngramSimple])
        (kinds.simple.key, kinds.simple.value) = (3, 8)
        for adjust: (inout EngineOptions) -> Void in [
            { $0.speculation = kinds },
            {
                $0.context.givesEmbeddings = true; $0.context.batch = 512
            },
        ] {
            let engine = try await EngineFixture.start(adjust: adjust)
            var texts: [String] = []
            for offloads in [true, false] {
                texts.append(try await engine.run(request(engine, offloads: offloads) { $0.temperature = 0 }).text)
            }
            #expect(texts[0] == texts[1])
            guard engine.embeddings != nil else { continue }
            let stream = try engine.generate(request(engine, offloads: true, tokens: 64))
            let tokens = try engine.model.tokenize("A text.", addSpecial: true, parseSpecial: true)
            #expect(try await engine.embed([tokens]).result().count == 1)
            #expect(try await stream.collect().summary.generatedTokens == 64)
        }
    }
}
