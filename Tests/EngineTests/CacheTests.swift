// SPDX-License-Identifier: MIT

import Engine
import Foundation
import Testing

@Suite("Caches on a real model", .timeLimit(.minutes(5)))
struct CacheTests {
    private let story = "Once upon a time there was a little girl who lived in a small house near the big dark forest. "

    private func prefix(_ count: Int) -> String { String(repeating: story, count: count) }

    private func endless(_ engine: Engine) -> (inout SamplingParameters) -> Void {
        let biases = engine.model.endTokens.map { SamplingParameters.Bias(token: $0, value: -.infinity) }
        return {
            $0.temperature = 0
            $0.biases = biases
        }
    }

    @Test("a prefix that several waiting requests share is computed once", arguments: [true, false])
    func sharedPrefix(isUnified: Bool) async throws {
        let metrics = EngineMetrics()
        let engine = try await EngineFixture.start(metrics: metrics) {
            $0.context.sequences = 8; $0.context.size = 8_192; $0.context.unified = isUnified
        }
        let start = prefix(16)
        let shared = try engine.model.tokenize(start, addSpecial: true, parseSpecial: true).count
        var alone: [String] = []
        for index in 0..<8 {
            var request = try engine.request(start + "Her name was \(index)", tokens: 12)
            request.usesCache = false
            alone.append(try await engine.run(request).text)
        }
        // Forget what is cached.
        for slot in 0..<8 { _ = try await engine.perform(.erase, slot: slot) }
        let before = metrics.scrape().prompt.tokens
        let requests = try (0..<8).map { try engine.request(start + "Her name was \($0)", tokens: 12) }
        let streams = try requests.map { try engine.generate($0) }
        var texts: [String] = []
        for stream in streams { texts.append(try await stream.collect().text) }
        let computed = metrics.scrape().prompt.tokens - before
        #expect(computed < shared + 8 * 16, "\(computed) tokens were computed for a prefix of \(shared)")
        // Sums over other batches round differently, which may tip what is open.
        #expect(zip(texts, alone).count { $0 == $1 } >= 6)
    }

    @Test("who wants something of a slot that stays busy is told so")
    func busySlot() async throws {
        let engine = try await EngineFixture.start {
            $0.context.sequences = 1; $0.shiftsContext = true
        }
        let stream = try engine.generate(engine.request("Once", tokens: nil, adjust: endless(engine)))
        defer { stream.cancel() }
        // With its first token it has the slot.
        _ = await stream.next()
        let reader = Task { try await stream.collect() }
        let error = await #expect(throws: EngineError.self) {
            _ = try await engine.perform(.erase, slot: 0, patience: .milliseconds(20))
        }
        #expect(error?.code == .queueFull)
        stream.cancel()
        _ = try? await reader.value
        #expect(try await engine.perform(.erase, slot: 0).tokens > 0)
    }

    @Test("who waits for another's prompt goes on when that one leaves")
    func leaderLeaves() async throws {
        let engine = try await EngineFixture.start {
            $0.context.sequences = 4; $0.context.size = 4_096; $0.context.batch = 64; $0.context.microBatch = 64
        }
        let streams = try (0..<4).map { try engine.generate(engine.request(prefix(20) + "\($0)", tokens: 4)) }
        streams[0].cancel()
        for stream in streams.dropFirst() {
            #expect(try await stream.collect().summary.generatedTokens > 0)
        }
        #expect(engine.slots.allSatisfy { !$0.isProcessing })
    }

    @Test("a full context forgets and goes on", arguments: [1, 3])
    func forgets(count: Int) async throws {
        let engine = try await EngineFixture.start {
            $0.context.size = 256; $0.context.sequences = 4; $0.shiftsContext = true
        }
        let streams = try (0..<count).map { _ in
            try engine.generate(engine.request(story, tokens: 600, adjust: endless(engine)))
        }
        for stream in streams {
            let (_, summary) = try await stream.collect()
            #expect(summary.reason == .limit)
            #expect(summary.generatedTokens == 600)
            #expect(summary.hasForgotten)
        }
    }

    @Test("what is behind a difference is used again, if that is wanted")
    func chunkReuse() async throws {
        let engine = try await EngineFixture.start { $0.context.sequences = 1 }
        let tail = "And then the little girl said to the old bear that she would like to play in the garden with him."
        _ = try await engine.run(engine.request("One day. " + story + tail, tokens: 1))
        var request = try engine.request("One day. " + tail, tokens: 4)
        let whole = request.prompt.count
        request.cacheReuse = 8
        let reused = try await engine.run(request)
        #expect(reused.summary.cachedTokens > whole / 2)
        request = try engine.request("One day. " + tail, tokens: 4)
        request.cacheReuse = 8
        request.usesCache = false
        #expect(try await engine.run(request).summary.cachedTokens == 0)
    }

    @Test("a conversation that lost its place comes back from the main memory")
    func mainMemory() async throws {
        let engine = try await EngineFixture.start {
            $0.context.sequences = 1; $0.context.size = 1_024; $0.stateBytes = 64 << 20
        }
        let first = try engine.request(prefix(3) + "Her name was Anna", tokens: 8)
        let second = try engine.request(
            "Tim and Tom were two dogs. They liked to run and jump all day long.",
            tokens: 8
        )
        let before = try await engine.run(first)
        _ = try await engine.run(second)
        var again = try engine.request(prefix(3) + "Her name was Anna", tokens: 8)
        let after = try await engine.run(again)
        #expect(after.summary.cachedTokens == first.prompt.count - 1)
        #expect(after.text == before.text)
        again = try engine.request("Tim and Tom were two dogs. They liked to run and jump all day long.", tokens: 8)
        #expect(try await engine.run(again).summary.cachedTokens == again.prompt.count - 1)
    }

    @Test("conversations of idle slots leave a shared cache when a request begins", arguments: [nil, true, false])
    func idleSlots(stores: Bool?) async throws {
        let engine = try await EngineFixture.start {
            $0.context.sequences = 3; $0.context.size = 1_024; $0.stateBytes = 64 << 20; $0.storesIdleSlots = stores
        }
        func request(_ text: String, slot: Int?, tokens: Int = 8) throws -> GenerationRequest {
            var request = try engine.request(text, tokens: tokens, adjust: endless(engine))
            request.slot = slot
            return request
        }
        let first = try await engine.run(request(prefix(3) + "Her name was Anna", slot: 0))
        // A slot isn't idle before what follows it begins, however short it was.
        _ = try await engine.run(request("It was a warm and sunny day, and all the birds sang.", slot: 2, tokens: 1))
        #expect(engine.slots[2].cachedTokens > 0)
        _ = try await engine.run(request("Tim and Tom were two dogs. They liked to run and jump.", slot: 1))
        #expect((engine.slots[0].cachedTokens == 0) == (stores != false))
        #expect(engine.slots[1].cachedTokens > 0)
        // What is saved is what the slot held, wherever that is.
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let saved = try await engine.perform(.save(path: folder.appending(path: "0").path), slot: 0)
        #expect(saved.tokens == first.summary.promptTokens + 7)
        _ = try await engine.run(request("A third one, which has nothing to do with them.", slot: 2))
        let again = try await engine.run(request(prefix(3) + "Her name was Anna", slot: nil))
        #expect(again.summary.cachedTokens == first.summary.promptTokens - 1)
        #expect(again.text == first.text)
    }

    @Test("an idle slot that holds what a request begins with is copied from before it is moved")
    func idleLender() async throws {
        let metrics = EngineMetrics()
        let engine = try await EngineFixture.start(metrics: metrics) {
            $0.context.sequences = 4; $0.context.size = 4_096; $0.stateBytes = 64 << 20
        }
        func request(_ end: String, slot: Int) throws -> GenerationRequest {
            var request = try engine.request(prefix(8) + end, tokens: 8)
            request.slot = slot
            return request
        }
        _ = try await engine.run(request("Her name was Anna", slot: 0))
        let shared = try engine.model.tokenize(prefix(8), addSpecial: true, parseSpecial: true).count
        let streams = try (1..<4).map { try engine.generate(request("Her name was \($0)", slot: $0)) }
        for stream in streams {
            #expect(try await stream.collect().summary.cachedTokens >= shared - 1)
        }
        #expect(engine.slots[0].cachedTokens == 0)
    }

    @Test("slots are saved, restored and erased")
    func slotFiles() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let engine = try await EngineFixture.start {
            $0.context.sequences = 2; $0.context.size = 1_024
        }
        var request = try engine.request(story, tokens: 8)
        request.slot = 1
        let first = try await engine.run(request)
        let path = folder.appending(path: "slot.bin").path
        let saved = try await engine.perform(.save(path: path), slot: 1)
        #expect(saved.tokens == request.prompt.count + 7)
        #expect(try await engine.perform(.erase, slot: 1).tokens == saved.tokens)
        let restored = try await engine.perform(.restore(path: path), slot: 0)
        #expect(restored.tokens == saved.tokens)
        #expect(restored.bytes == saved.bytes)
        request = try engine.request(story, tokens: 8)
        request.slot = 0
        let second = try await engine.run(request)
        #expect(second.text == first.text)
        #expect(second.summary.cachedTokens == request.prompt.count - 1)
        // What can't be restored leaves the slot empty and usable.
        let other = folder.appending(path: "other.bin")
        try Data("This is no slot.".utf8).write(to: other)
        for name in [other.path, folder.appending(path: "missing").path] {
            let error = await #expect(throws: EngineError.self) {
                try await engine.perform(.restore(path: name), slot: 0)
            }
            #expect(error?.code == .invalidRequest)
        }
        let nowhere = SlotAction.save(path: "/nowhere/slot.bin")
        let error = await #expect(throws: EngineError.self) { try await engine.perform(nowhere, slot: 0) }
        #expect(error?.code == .fileFailed)
        await #expect(throws: EngineError.self) { try await engine.perform(.erase, slot: 2) }
        #expect(try await engine.run(engine.request(story, tokens: 8)).text == first.text)
    }
}
