// SPDX-License-Identifier: MIT

import Engine
import Foundation
import TestKit
import Testing
import Wire

@Suite("The engine on real models", .timeLimit(.minutes(5)))
struct EngineTests {
    private let hello = "<|im_start|>user\nHello!<|im_end|>\n<|im_start|>assistant\n"

    @Test("answers as trained, and ends its turn")
    func answers() async throws {
        let engine = try await EngineFixture.start()
        let (text, summary) = try await engine.run(engine.request(hello, tokens: nil))
        #expect(text == "Hello! How can I help you today?")
        #expect(summary.reason == .endOfGeneration)
        #expect(summary.cachedTokens == 0)
        #expect(engine.measured.weightBytes > 700_000)
        #expect(engine.measured.contextBytes > 0)
    }

    @Test("computes only what the cache doesn't hold")
    func reusesPrefix() async throws {
        let engine = try await EngineFixture.start()
        let first = try await engine.run(engine.request(hello))
        let second = try await engine.run(engine.request(hello))
        #expect(second.text == first.text)
        #expect(second.summary.cachedTokens == second.summary.promptTokens - 1)
        #expect(second.summary.slot == first.summary.slot)
        var fresh = try engine.request(hello)
        fresh.usesCache = false
        #expect(try await engine.run(fresh).summary.cachedTokens == 0)
    }

    @Test("the same seed and request give the same text, another seed another")
    func seeds() async throws {
        let engine = try await EngineFixture.start()
        func story(_ seed: UInt32) async throws -> String {
            var request = try engine.request("Once upon", tokens: 40) { $0.seed = seed }
            request.usesCache = false
            return try await engine.run(request).text
        }
        let first = try await story(1)
        #expect(try await story(1) == first)
        #expect(try await story(2) != first)
    }

    @Test("many at once get what each would get alone")
    func batches() async throws {
        let engine = try await EngineFixture.start {
            $0.context.sequences = 8; $0.context.size = 4_096
        }
        // Questions that the model is sure about: sums over other batches round differently, which tips what is open.
        let prompts = [
            "Hello!", "What is 2 + 3?", "What is the capital of France?",
            "What is the capital of Spain?", "What is 1 + 1?", "What is the capital of Italy?",
        ].map { "<|im_start|>user\n\($0)<|im_end|>\n<|im_start|>assistant\n" }
        var alone: [String] = []
        for prompt in prompts { alone.append(try await engine.run(engine.request(prompt)).text) }
        let together = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for (index, prompt) in (prompts + prompts + prompts).enumerated() {
                let request = try engine.request(prompt)
                group.addTask { (index, try await engine.run(request).text) }
            }
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        for (index, text) in together { #expect(text == alone[index % prompts.count]) }
        #expect(engine.slots.allSatisfy { !$0.isProcessing })
    }

    @Test("a reader who leaves frees the slot")
    func cancellation() async throws {
        let engine = try await EngineFixture.start { $0.context.sequences = 1 }
        let forever = try engine.generate(try engine.request("Once", tokens: nil) { $0.temperature = 1 })
        _ = await forever.next()
        forever.cancel()
        // The only slot: this one ends only if the first was stopped.
        #expect(try await engine.run(engine.request(hello)).summary.generatedTokens > 0)
        #expect(await forever.next().isEmpty)
    }

    @Test("a reader who doesn't read pauses only himself")
    func backpressure() async throws {
        let engine = try await EngineFixture.start {
            $0.context.sequences = 2; $0.context.size = 2_048
        }
        let stuck = try engine.generate(
            try engine.request("Once", tokens: 400) { sampling in
                sampling.biases = engine.model.endTokens.map { .init(token: $0, value: -.infinity) }
            }
        )
        for _ in 0..<20 { _ = try await engine.run(engine.request(hello)) }
        let waiting = engine.slots.filter(\.isProcessing)
        #expect(waiting.count == 1)
        #expect((waiting.first?.timings.generatedTokens ?? 0) <= GenerationStream.limit)
        #expect(try await stuck.collect().summary.generatedTokens == 400)
    }

    @Test("a full context ends the text, and says so")
    func fullContext() async throws {
        let engine = try await EngineFixture.start {
            $0.context.size = 256; $0.context.sequences = 1
        }
        let (_, summary) = try await engine.run(
            engine.request("Once", tokens: nil) { sampling in
                sampling.biases = engine.model.endTokens.map { .init(token: $0, value: -.infinity) }
            }
        )
        #expect(summary.reason == .contextFull)
        #expect(summary.promptTokens + summary.generatedTokens <= engine.contextSize + 1)
    }

    @Test("requests that overfill a shared cache all get what they want")
    func sharedCacheOverflows() async throws {
        let engine = try await EngineFixture.start {
            $0.context.size = 256; $0.context.sequences = 4
        }
        try await withThrowingTaskGroup(of: GenerationSummary.self) { group in
            for index in 0..<8 {
                let request = try engine.request("Once \(index)", tokens: 150) { sampling in
                    sampling.biases = engine.model.endTokens.map { .init(token: $0, value: -.infinity) }
                }
                group.addTask { try await engine.run(request).summary }
            }
            for try await summary in group {
                #expect(summary.reason == .limit && summary.generatedTokens == 150)
            }
        }
        #expect(try await engine.run(engine.request(hello, tokens: nil)).text.hasPrefix("Hello!"))
    }

    @Test("stop strings, limits and probabilities")
    func details() async throws {
        let engine = try await EngineFixture.start()
        var request = try engine.request(hello, tokens: nil)
        request.stops = ["help"]
        let stopped = try await engine.run(request)
        #expect(stopped.text == "Hello! How can I ")
        #expect(stopped.summary.reason == .stopWord("help"))
        #expect(try await engine.run(engine.request(hello, tokens: 0)).summary.generatedTokens == 0)
        var probable = try engine.request(hello, tokens: 1)
        probable.topLogProbabilities = 3
        let stream = try engine.generate(probable)
        guard case .token(let token)? = await stream.next().first else {
            Issue.record("no token")
            return
        }
        let probabilities = try #require(token.logProbabilities)
        #expect(probabilities.top.count == 3)
        #expect(probabilities.top.first?.token == token.id)
        #expect(probabilities.top.reduce(0) { $0 + exp($1.value) } <= 1.0001)
    }

    @Test("a grammar binds the text")
    func grammar() async throws {
        let engine = try await EngineFixture.start()
        let request = try engine.request("a", tokens: 12) { $0.grammar = "root ::= \"yes\" | \"no\"" }
        #expect(["yes", "no"].contains(try await engine.run(request).text))
        let error = #expect(throws: EngineError.self) { try engine.request("a") { $0.grammar = "root ::= (" } }
        #expect(error?.code == .invalidRequest)
    }

    @Test("impossible requests are refused, and the engine lives on")
    func refusals() async throws {
        let engine = try await EngineFixture.start {
            $0.queueLimit = 1; $0.context.sequences = 1
        }
        var empty = try engine.request("a")
        empty.prompt = []
        #expect(throws: EngineError.self) { try engine.generate(empty) }
        var outside = try engine.request("a")
        outside.prompt = [1_000_000]
        #expect(throws: EngineError.self) { try engine.generate(outside) }
        let long = try engine.request(String(repeating: "hello ", count: 2_000))
        #expect(throws: EngineError.self) { try engine.generate(long) }
        var elsewhere = try engine.request("a")
        elsewhere.slot = 9
        #expect(throws: EngineError.self) { try engine.generate(elsewhere) }
        #expect(try await engine.run(engine.request(hello, tokens: nil)).text.hasPrefix("Hello!"))
    }

    @Test("text and tokens")
    func tokens() async throws {
        let engine = try await EngineFixture.start("stories-tiny-F32")
        for text in ["Hello there", "", "漢字 😀", "a\u{0}b", String(repeating: "x", count: 10_000)] {
            let tokens = try engine.model.tokenize(text, addSpecial: false, parseSpecial: false)
            #expect(engine.model.detokenize(tokens).trimmingPrefix(" ") == text)
        }
        #expect(engine.model.piece(-1, special: true).isEmpty)
        #expect(engine.model.facts.vocabularySize == 768)
    }

    @Test("templates render conversations, and refuse what is none")
    func conversations() async throws {
        let engine = try await EngineFixture.start()
        let rendered = try Conversation(
            engine.templates,
            request: "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello!\"}]}"
        )
        #expect(rendered.prompt == hello)
        #expect(rendered.isPlain)
        #expect(throws: EngineError.self) { try Conversation(engine.templates, request: "{\"messages\":7}") }
        #expect(throws: EngineError.self) { try Conversation(engine.templates, request: "nonsense") }
    }

    @Test("files that can't be loaded are an error", arguments: ["missing", "empty", "text", "truncated"])
    func brokenFiles(kind: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "model.gguf")
        let whole = try Data(contentsOf: EngineFixture.models.appending(path: "stories-tiny-F32.gguf"))
        switch kind {
        case "empty": try Data().write(to: file)
        case "text": try Data("This is no model.".utf8).write(to: file)
        case "truncated": try whole.prefix(whole.count / 2).write(to: file)
        default: break
        }
        let error = await #expect(throws: EngineError.self) { try await EngineFixture.start(path: file.path) }
        #expect(error?.code == .loadFailed)
    }
}
