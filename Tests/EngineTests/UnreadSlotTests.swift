// SPDX-License-Identifier: MIT

import Engine
import Foundation
import Testing

/// Case D4.
@Suite("Slots of generations that nobody reads, on a real model", .timeLimit(.minutes(5)))
struct UnreadSlotTests {
    private func start(queueLimit: Int = 512, adjust: (inout EngineOptions) -> Void = { _ in }) async throws -> Engine {
        try await EngineFixture.start {
            $0.context.sequences = 2
            $0.context.size = 2_048
            $0.readerPatience = .zero
            $0.queueLimit = queueLimit
            adjust(&$0)
        }
    }

    private func request(_ engine: Engine, _ text: String, tokens: Int) throws -> GenerationRequest {
        let biases = engine.model.endTokens.map { SamplingParameters.Bias(token: $0, value: -.infinity) }
        return try engine.request(text, tokens: tokens) {
            $0.temperature = 0
            $0.biases = biases
        }
    }

    private static let starts = ["Once upon a time there was a", "Tim and Tom were two dogs who"]

    @Test("go to those who wait; read again, the generations go on where they were", arguments: [0, 64 << 20])
    func parked(stateBytes: Int) async throws {
        let engine = try await start { $0.stateBytes = stateBytes }
        let alone = try await engine.run(request(engine, Self.starts[0], tokens: 400))
        let unread = try Self.starts.map { try engine.generate(request(engine, $0, tokens: 400)) }
        for index in 0..<4 {
            let other = try await engine.run(request(engine, "The sun was hot, and \(index)", tokens: 20))
            #expect(other.summary.generatedTokens == 20)
        }
        let first = try await unread[0].collect()
        #expect(first.summary.generatedTokens == 400)
        // What is computed again is rounded otherwise, which may tip what is open.
        #expect(first.text.prefix(200) == alone.text.prefix(200))
        #expect(try await unread[1].collect().summary.generatedTokens == 400)
        for slot in 0..<2 { _ = try await engine.perform(.erase, slot: slot) }
    }

    @Test("of a particular number go to those who want that one")
    func particular() async throws {
        let engine = try await start()
        let unread = try Self.starts.enumerated().map { index, text in
            var request = try request(engine, text, tokens: 400)
            request.slot = index
            return try engine.generate(request)
        }
        var wanted = try request(engine, "The sun was hot", tokens: 20)
        wanted.slot = 1
        #expect(try await engine.run(wanted).summary.slot == 1)
        for (index, stream) in unread.enumerated() {
            let summary = try await stream.collect().summary
            #expect(summary.generatedTokens == 400 && summary.slot == index)
        }
    }

    @Test("go to texts to embed as well")
    func embeddings() async throws {
        let engine = try await start { $0.context.givesEmbeddings = true }
        let unread = try Self.starts.map { try engine.generate(request(engine, $0, tokens: 400)) }
        let text = try engine.model.tokenize("The sun was hot", addSpecial: true, parseSpecial: true)
        #expect(try await engine.embed([text]).result().count == 1)
        for stream in unread { #expect(try await stream.collect().summary.generatedTokens == 400) }
    }

    @Test("are lost for good where too many aren't read, and to clients that leave")
    func bounded() async throws {
        let engine = try await start(queueLimit: 2)
        var unread: [GenerationStream] = []
        for index in 0..<6 {
            unread.append(try engine.generate(request(engine, "Number \(index) was", tokens: 400)))
            // Whoever comes next finds the queue empty, and both slots with generations that aren't read.
            _ = try await engine.run(request(engine, "The sun was hot", tokens: 1))
        }
        let error = await #expect(throws: EngineError.self) { try await unread[0].collect() }
        #expect(error?.code == .queueFull)
        for stream in unread { stream.cancel() }
        for slot in 0..<2 { _ = try await engine.perform(.erase, slot: slot) }
        #expect(try await engine.run(request(engine, "The sun was hot", tokens: 20)).summary.generatedTokens == 20)
    }
}
