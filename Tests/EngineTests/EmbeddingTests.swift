// SPDX-License-Identifier: MIT

import Engine
import Foundation
import Testing

@Suite("Embeddings")
struct EmbeddingTests {
    private static let fixtures = EngineFixture.models.deletingLastPathComponent().appending(
        path: "Tests/Conformance/models"
    )

    private func start(_ name: String, pooling: Pooling? = nil, slots: UInt32 = 2) async throws -> Engine {
        try await EngineFixture.start(path: Self.fixtures.appending(path: "\(name).gguf").path) { options in
            options.context.givesEmbeddings = true
            options.context.pooling = pooling
            options.context.batch = 64
            options.context.microBatch = 64
            options.context.sequences = slots
        }
    }

    @Test(
        "are brought to a length",
        arguments: [
            (-1, [3, -4]), (0, [24_570, -32_760]), (1, [3.0 / 7, -4.0 / 7]), (2, [0.6, -0.8]), (1_000, [0.75, -1]),
        ] as [(Int, [Float])]
    )
    func norms(number: Int, wanted: [Float]) {
        let found = EmbeddingNorm(number: number).apply([3, -4])
        for (a, b) in zip(found, wanted) { #expect(abs(a - b) <= abs(b) * 1e-3) }
        #expect(EmbeddingNorm(number: number).apply([0, 0]) == [0, 0])
    }

    @Test("texts are computed together as long as they fit, and never lost")
    func work() {
        let job = EmbeddingJob(texts: [3, 4, 9, 1, 1, 1].map { Prompt([Int32](repeating: 1, count: $0)) })
        var work = EmbeddingWork(job)
        var steps: [[Int]] = []
        while !work.isComplete {
            let next = work.next(sequences: 3, tokens: 8)
            steps.append(next.map(\.tokens.count))
            for _ in next { work.append([]) }
        }
        #expect(steps == [[3, 4], [9], [1, 1, 1]])
        #expect(work.next(sequences: 3, tokens: 8).isEmpty)
    }

    @Test("of one text are the same alone and among others")
    func together() async throws {
        let engine = try await start("embed-tiny-F16", pooling: .mean)
        let texts = try ["a cat", "a dog and a cat", "nothing at all", "a cat"].map {
            try engine.model.tokenize($0, addSpecial: true, parseSpecial: true)
        }
        let all = try await engine.embed(texts).result()
        let alone = try await engine.embed([texts[0]]).result()
        #expect(all.count == 4 && all.allSatisfy { $0.count == 1 })
        for (a, b) in zip(all[0][0], alone[0][0]) { #expect(abs(a - b) < 1e-3) }
        for (a, b) in zip(all[0][0], all[3][0]) { #expect(abs(a - b) < 1e-3) }
        #expect(all[0] != all[1])
    }

    @Test("without pooling there is one for each token; too long a text is refused, and the next is served")
    func unpooled() async throws {
        let engine = try await start("embed-tiny-F16", pooling: Pooling.none)
        let error = #expect(throws: EngineError.self) { try engine.embed([[Int32](repeating: 5, count: 65)]) }
        #expect(error?.code == .invalidRequest && error?.message.contains("too large") == true)
        let rows = try await engine.embed([[5, 6, 7]]).result()
        #expect(rows.map(\.count) == [3])
        #expect(throws: EngineError.self) { try engine.generate(try engine.request("x")) }
    }

    @Test("beside generations, which go on as they would without")
    func besideGenerations() async throws {
        let engine = try await EngineFixture.start { options in
            options.context.givesEmbeddings = true
            options.context.pooling = .last
            options.context.batch = 128
            options.context.microBatch = 128
        }
        let beside = try engine.request("Once upon a time", tokens: 40)
        let alone = try await engine.run(try engine.request("Once upon a time", tokens: 40)).text
        let text = try engine.model.tokenize("A cat sat on a mat. ", addSpecial: true, parseSpecial: true)
        let long = Array(repeatElement(text, count: 40).joined().prefix(300))
        async let generated = engine.run(beside)
        let first = try await engine.embed([text, long, text]).result()
        #expect(first[0] == first[2] && first[1] != first[0])
        #expect(try await generated.text == alone)
        #expect(try await engine.run(try engine.request("Once upon a time", tokens: 40)).text == alone)
    }

    @Test("nobody waits for ever: an engine that stops ends its jobs")
    func stop() async throws {
        let engine = try await start("embed-tiny-F16", pooling: .mean)
        engine.stop()
        #expect(throws: EngineError.self) { try engine.embed([[5]]) }
    }

    @Test("a ranking prompt holds what the vocabulary puts around two texts")
    func ranking() async throws {
        let engine = try await start("rerank-tiny-F16", pooling: .rank, slots: 1)
        let prompt = try engine.model.rankingPrompt(query: "a cat", document: "a dog")
        let plain = try engine.model.tokenize("a cat", addSpecial: false, parseSpecial: false)
        #expect(prompt.count > 2 * plain.count)
        let rows = try await engine.embed([prompt, prompt]).result()
        #expect(rows[0].map(\.count) == [1])
        #expect(rows[0] == rows[1])
    }

    @Test("an infill prompt keeps what is next to the gap")
    func infill() async throws {
        let engine = try await EngineFixture.start(
            path: Self.fixtures.appending(path: "stories-infill-F32.gguf").path
        )
        let marks = engine.model.infillTokens
        let prompt = InfillPrompt(prefix: String(repeating: "a b ", count: 200) + "END", suffix: "BEGIN c d e f g h")
        let tokens = try prompt.tokens(engine.model, .init(batch: 40, context: 512, generated: 10))
        let text = engine.model.detokenize(tokens)
        #expect(tokens.last == marks.middle)
        #expect(tokens.count <= 44)
        #expect(text.contains("END") && text.contains("BEGIN"))
        var other = prompt
        other.suffixFirst = true
        #expect(try other.tokens(engine.model, .init(batch: 40, context: 512, generated: 10)).count == tokens.count)
        let plain = try await EngineFixture.start("stories-tiny-F32")
        let error = #expect(throws: EngineError.self) {
            try prompt.tokens(plain.model, .init(batch: 40, context: 512, generated: 10))
        }
        #expect(error?.code == .notSupported)
    }
}
