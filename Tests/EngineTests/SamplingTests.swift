// SPDX-License-Identifier: MIT

import Engine
import Foundation
import Testing

@Suite("How tokens are chosen", .timeLimit(.minutes(5)))
struct SamplingTests {
    private func text(
        _ engine: Engine,
        tokens: Int = 24,
        adjust: (inout SamplingParameters) -> Void
    ) async throws -> String {
        var request = try engine.request("Once upon", tokens: tokens) { sampling in
            sampling.seed = 7
            sampling.temperature = 0.9
            adjust(&sampling)
        }
        request.usesCache = false
        return try await engine.run(request).text
    }

    @Test("every sampler can be used, alone and beside the others")
    func all() async throws {
        let engine = try await EngineFixture.start()
        for kind in SamplerKind.allCases {
            #expect(try await text(engine) { $0.order = [kind] }.isEmpty == false, "\(kind)")
        }
        let busy = try await text(engine) { sampling in
            sampling.order = SamplerKind.allCases
            sampling.dryMultiplier = 0.8
            sampling.topNSigma = 2
            sampling.typicalP = 0.9
            sampling.xtcProbability = 0.5
            sampling.xtcThreshold = 0.2
            sampling.dynamicRange = 0.3
            sampling.adaptiveTarget = 0.4
            sampling.repeatPenalty = 1.2
            sampling.minKeep = 2
        }
        #expect(!busy.isEmpty)
        for version in [1, 2] as [Int32] {
            #expect(try await text(engine) { $0.mirostat = version }.isEmpty == false)
        }
    }

    @Test("whatever narrows it down to one token, it is the likeliest")
    func greedy() async throws {
        let engine = try await EngineFixture.start()
        let likeliest = try await text(engine) { $0.temperature = 0 }
        #expect(try await text(engine) { $0.topK = 1 } == likeliest)
        #expect(try await text(engine) { $0.topP = 0 } == likeliest)
        #expect(try await text(engine) { $0.minP = 1 } == likeliest)
        #expect(try await text(engine) { $0.topNSigma = 0.0001 } == likeliest)
        #expect(
            try await text(engine) {
                $0.order = [.temperature, .topK]; $0.temperature = 0
            } == likeliest
        )
        // The long way gives what the short way gives.
        #expect(
            try await text(engine) {
                $0.temperature = 0; $0.reportsSampledProbabilities = true
            } == likeliest
        )
    }

    @Test("penalties and DRY end repetitions")
    func repetitions() async throws {
        let engine = try await EngineFixture.start()
        func most(_ adjust: (inout SamplingParameters) -> Void) async throws -> Int {
            let text = try await text(engine, tokens: 160) { sampling in
                sampling.temperature = 0
                sampling.biases = engine.model.endTokens.map { .init(token: $0, value: -.infinity) }
                adjust(&sampling)
            }
            return Dictionary(grouping: text.split(separator: " ")) { $0 }.map(\.value.count).max() ?? 0
        }
        let plain = try await most { _ in }
        #expect(
            try await most {
                $0.dryMultiplier = 5; $0.dryLast = .max; $0.dryBreakers = []
            } < plain
        )
        #expect(
            try await most {
                $0.frequencyPenalty = 2; $0.repeatLast = .max
            } < plain
        )
    }

    @Test("probabilities after the samplers are told as such, and add up")
    func sampledProbabilities() async throws {
        let engine = try await EngineFixture.start()
        var request = try engine.request("Once upon", tokens: 5) { sampling in
            sampling.temperature = 1
            sampling.topK = 3
            sampling.topP = 1
            sampling.minP = 0
            sampling.reportsSampledProbabilities = true
        }
        request.topLogProbabilities = 10
        let stream = try engine.generate(request)
        var seen = 0
        while true {
            let events = await stream.next()
            if events.isEmpty { break }
            for case .token(let token) in events {
                let told = try #require(token.logProbabilities)
                #expect(told.areSampled)
                #expect((1...3).contains(told.top.count))
                #expect(abs(told.top.reduce(0) { $0 + $1.value } - 1) < 0.001)
                #expect(told.top.contains { $0.token == token.id && $0.value == told.chosen })
                seen += 1
            }
        }
        #expect(seen > 0)
    }

    @Test("a lazy grammar waits for its trigger, and one without a trigger is refused")
    func lazyGrammar() async throws {
        let engine = try await EngineFixture.start()
        let free = try await text(engine) { $0.temperature = 0 }
        let waiting = try await text(engine) { sampling in
            sampling.temperature = 0
            sampling.grammar = "root ::= \"zzz\""
            sampling.isGrammarLazy = true
            sampling.grammarTriggers = [GrammarTrigger(kind: .word, value: "~never~")]
        }
        #expect(waiting == free)
        #expect(throws: EngineError.self) {
            try engine.request("a") {
                $0.grammar = "root ::= \"a\""; $0.isGrammarLazy = true
            }
        }
    }

    @Test("thoughts end when their budget is used up")
    func budget() async throws {
        let engine = try await EngineFixture.start()
        // A word of the answer that is one token, wherever it stands.
        let plain = try await text(engine) { $0.temperature = 0 }
        let words = plain.split(separator: " ").map { " \($0)" }
        let start = try #require(
            try words.first { try engine.model.tokenize($0, addSpecial: false, parseSpecial: true).count == 1 }
        )
        let text = try await text(engine, tokens: 60) { sampling in
            sampling.temperature = 0
            sampling.reasoningStart = start
            sampling.reasoningEnds = ["STOP"]
            sampling.reasoningBudget = 3
            sampling.reasoningMessage = "!!"
        }
        #expect(text.contains("!!STOP"), "\(text)")
    }

    @Test("nobody can make a sampler large: the longest look back costs little")
    func bounded() async throws {
        let engine = try await EngineFixture.start()
        let answer = try await text(engine) { sampling in
            sampling.repeatLast = .max
            sampling.dryLast = .max
            sampling.repeatPenalty = 1.1
            sampling.dryMultiplier = 1
            sampling.minKeep = .max
            sampling.topK = .max
            sampling.dryAllowedLength = .max
        }
        #expect(!answer.isEmpty)
    }

    @Test(
        "names of samplers",
        arguments: [
            ("top_k", SamplerKind.topK), ("Top-K", .topK), ("topk", .topK), ("nucleus", .topP), ("temp", .temperature),
            ("typ_p", .typical), ("adaptive-p", .adaptive), ("penalties", .penalties),
        ]
    )
    func names(name: String, kind: SamplerKind) {
        #expect(SamplerKind(named: name) == kind)
        #expect(SamplerKind(named: name + "x") == nil)
    }
}
