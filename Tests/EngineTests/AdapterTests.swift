// SPDX-License-Identifier: MIT

import Engine
import Foundation
import Testing

@Suite("LoRA adapters on a real model", .timeLimit(.minutes(5)))
struct AdapterTests {
    private static let pirate = EngineFixture.models.deletingLastPathComponent()
        .appending(path: "Tests/Conformance/models/pirate-adapter-F16.gguf").path
    private let question = "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"

    private func start(scale: Float = 1, adjust: (inout EngineOptions) -> Void = { _ in }) async throws -> Engine {
        try await EngineFixture.start {
            $0.context.sequences = 4
            $0.context.size = 2_048
            $0.adapters = [AdapterOptions(path: Self.pirate, scale: scale)]
            adjust(&$0)
        }
    }

    private func ask(_ engine: Engine, scale: Float? = nil) throws -> GenerationRequest {
        var request = try engine.request(question, tokens: 12)
        request.adapterScales = scale.map { [$0] }
        return request
    }

    @Test("an adapter changes what the model says, in so far as the request asks for it")
    func changes() async throws {
        let engine = try await start()
        #expect(engine.adapters.map(\.taskName) == ["Pirate Adapter"])
        let other = try await EngineFixture.start()
        let plain = try await other.run(ask(other)).text
        #expect(plain.contains("Paris"))
        #expect(try await engine.run(ask(engine, scale: 0)).text == plain)
        let pirate = try await engine.run(ask(engine)).text
        #expect(pirate.contains("Aye"))
        #expect(try await engine.run(ask(engine, scale: 1)).text == pirate)
        engine.adapterScales.current = [0]
        #expect(try await engine.run(ask(engine)).text == plain)
    }

    @Test("requests with other scales at the same time don't disturb each other")
    func together() async throws {
        let engine = try await start()
        let scales: [Float] = [0, 1, 0, 1, 0.5, 1, 0, 0.5]
        let alone = try await oneByOne(engine, scales)
        let beside = try await atOnce(engine, scales)
        #expect(Set(alone).count > 1)
        #expect(beside == alone)
    }

    // Functions of their own: Swift 6.3.1's optimiser crashes on these loops beside the checks.

    private func oneByOne(_ engine: Engine, _ scales: [Float]) async throws -> [String] {
        var texts: [String] = []
        for scale in scales {
            var request = try ask(engine, scale: scale)
            request.usesCache = false
            texts.append(try await engine.run(request).text)
        }
        return texts
    }

    private func atOnce(_ engine: Engine, _ scales: [Float]) async throws -> [String] {
        var streams: [GenerationStream] = []
        for scale in scales { streams.append(try engine.generate(ask(engine, scale: scale))) }
        var texts: [String] = []
        for stream in streams { texts.append(try await stream.collect().text) }
        return texts
    }

    @Test("what was computed with an adapter is no beginning for others")
    func caches() async throws {
        let engine = try await start {
            $0.context.sequences = 1; $0.stateBytes = 64 << 20
        }
        #expect(try await engine.run(ask(engine, scale: 1)).summary.cachedTokens == 0)
        #expect(try await engine.run(ask(engine, scale: 0)).summary.cachedTokens == 0)
        #expect(try await engine.run(ask(engine, scale: 0.5)).summary.cachedTokens == 0)
        // The main memory has both.
        let prompt = try ask(engine).prompt.count
        #expect(try await engine.run(ask(engine, scale: 1)).summary.cachedTokens == prompt - 1)
        #expect(try await engine.run(ask(engine, scale: 0)).summary.cachedTokens == prompt - 1)
    }

    @Test("a file that is no adapter of the model is an error that says so")
    func broken() async throws {
        await #expect(throws: EngineError.self) {
            _ = try await EngineFixture.start("stories-tiny-F32") { $0.adapters = [AdapterOptions(path: Self.pirate)] }
        }
        let error = await #expect(throws: EngineError.self) {
            _ = try await start { $0.adapters = [AdapterOptions(path: "/nowhere.gguf")] }
        }
        #expect(error?.code == .loadFailed)
        #expect(error?.message.contains("/nowhere.gguf") == true)
    }

    @Test("scales that don't go with the adapters are refused")
    func count() async throws {
        let engine = try await EngineFixture.start()
        var request = try ask(engine)
        request.adapterScales = [1]
        #expect(throws: EngineError.self) { _ = try engine.generate(request) }
    }
}
