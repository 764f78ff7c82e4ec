// SPDX-License-Identifier: MIT

import Engine
import Foundation
import TestKit
import Testing

@Suite("Pictures", .timeLimit(.minutes(5)))
struct MediaTests {
    private static let models = EngineFixture.models.deletingLastPathComponent()
        .appending(path: "Tests/Conformance/models")
    private static let marker = "<__media__>"

    private func start(adjust: @escaping (inout EngineOptions) -> Void = { _ in }) async throws -> Engine {
        try await EngineFixture.start(path: Self.models.appending(path: "vision-tiny-Q8_0.gguf").path) { options in
            let path = Self.models.appending(path: "mmproj-vision-tiny-F16.gguf").path
            options.projector = ProjectorOptions(path: path, marker: Self.marker)
            options.context.size = 2_048
            adjust(&options)
        }
    }

    private func prompt(
        _ engine: Engine,
        _ text: String = "What is this: \(marker)\n",
        _ images: [UInt8]...,
        limits: MediaLimits = MediaLimits()
    ) throws -> Prompt {
        try #require(engine.projector).prompt(text, media: images.map { Medium($0) }, limits: limits)
    }

    private func request(_ engine: Engine, _ prompt: Prompt, tokens: Int = 8) throws -> GenerationRequest {
        var sampling = SamplingParameters()
        sampling.temperature = 0
        var request = GenerationRequest(prompt, sampler: try Sampler(sampling, for: engine.model, conversation: nil))
        request.maxTokens = tokens
        request.topLogProbabilities = 1
        return request
    }

    /// The logarithms of the generated tokens' probabilities: finer than words.
    private func answer(_ engine: Engine, _ prompt: Prompt) async throws -> [Float] {
        let stream = try engine.generate(try request(engine, prompt))
        var values: [Float] = []
        while true {
            let events = await stream.next()
            for event in events {
                switch event {
                case .token(let token): values.append(token.logProbabilities?.chosen ?? 0)
                case .failed(let error): throw error
                case .progress: break
                case .finished: return values
                }
            }
            if events.isEmpty { throw CancellationError() }
        }
    }

    @Test("other images get other answers, the same image the same one")
    func answers() async throws {
        let engine = try await start()
        #expect(engine.projector?.takesImages == true)
        #expect(engine.projector?.takesAudio == false)
        let red = try await answer(engine, try prompt(engine, images(1)))
        let blue = try await answer(engine, try prompt(engine, images(2)))
        #expect(red != blue)
        // In a slot that holds nothing of it.
        var again = try request(engine, try prompt(engine, images(1)))
        again.usesCache = false
        let first = try await engine.run(again)
        let second = try await engine.run(again)
        #expect(first.text == second.text)
        #expect(first.summary.cachedTokens == 0)
    }

    private func images(_ number: Int) -> [UInt8] {
        number == 1 ? TestImage.png(48, 32, (220, 20, 20)) : TestImage.bmp(32, 32, (10, 200, 90))
    }

    private func prompt(_ engine: Engine, _ image: [UInt8]) throws -> Prompt {
        try prompt(engine, "What is this: \(Self.marker)\n", image)
    }

    @Test(
        "the model names what it sees",
        arguments: [
            (true, (220, 30, 30), "red circle"), (false, (40, 60, 220), "blue square"),
            (true, (30, 160, 50), "green circle"),
        ] as [(Bool, TestImage.Color, String)]
    )
    func sees(isCircle: Bool, color: TestImage.Color, words: String) async throws {
        let engine = try await start()
        let text = "<start_of_turn>user\nWhat is this:\n\(Self.marker)<end_of_turn>\n<start_of_turn>model\n"
        let prompt = try prompt(engine, text, TestImage.shape(isCircle: isCircle, color))
        let answer = try await engine.run(request(engine, prompt, tokens: 16)).text
        #expect(answer.contains(words))
    }

    @Test("an image is encoded once, and the prompt cache holds it")
    func caches() async throws {
        let engine = try await start()
        let projector = try #require(engine.projector)
        let image = images(1)
        let first = try await engine.run(request(engine, try prompt(engine, image)))
        let chunks = projector.encodedChunks
        #expect(chunks >= 1)
        let second = try await engine.run(request(engine, try prompt(engine, image)))
        #expect(second.text == first.text)
        #expect(second.summary.cachedTokens == second.summary.promptTokens - 1)
        // Behind other words it isn't in the cache of prompts, but in that of embeddings.
        let other = try await engine.run(
            request(engine, try prompt(engine, "Look here: \(Self.marker)\nWhat?", image))
        )
        #expect(other.summary.cachedTokens < other.summary.promptTokens / 2)
        #expect(projector.encodedChunks == chunks)
        // Another image in its place is never taken for it.
        let blue = try await engine.run(request(engine, try prompt(engine, images(2))))
        #expect(projector.encodedChunks == chunks * 2)
        #expect(blue.summary.cachedTokens < blue.summary.promptTokens / 2)
    }

    @Test("many streams with and without images get what each gets alone")
    func mixes() async throws {
        let engine = try await start {
            $0.context.sequences = 4; $0.context.size = 4_096
        }
        let prompts = try [
            prompt(engine, images(1)), prompt(engine, images(2)),
            Prompt(try engine.model.tokenize("Once upon a time", addSpecial: true, parseSpecial: true)),
            prompt(engine, "\(Self.marker) and \(Self.marker) differ", images(1), images(2)),
        ]
        var alone: [String] = []
        for prompt in prompts {
            var request = try request(engine, prompt, tokens: 1)
            request.usesCache = false
            alone.append(try await engine.run(request).text)
        }
        let together = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for (index, prompt) in (prompts + prompts).enumerated() {
                let request = try request(engine, prompt, tokens: 1)
                group.addTask { (index, try await engine.run(request).text) }
            }
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        for (index, text) in together { #expect(text == alone[index % prompts.count]) }
    }

    @Test("a cache that is full makes room for an image")
    func fullCache() async throws {
        let engine = try await start {
            $0.context.sequences = 3; $0.context.size = 512
        }
        for number in [1, 2, 1, 2] {
            let size = try await engine.run(request(engine, try prompt(engine, images(number)))).summary.promptTokens
            #expect(size > 10)
        }
    }

    @Test("files that lie are refused, and the next one is read")
    func hostile() async throws {
        let engine = try await start()
        let good = images(1)
        let files: [(String, [UInt8])] = [
            ("empty", []), ("text", Array("hello, this is no image".utf8)), ("magic only", Array(good.prefix(8))),
            ("cut off", Array(good.prefix(good.count / 2))), ("head only", Array(good.prefix(33))),
            ("fewer rows", TestImage.png(32, 32, rows: 3)), ("more rows", TestImage.png(32, 32, rows: 3_000)),
            ("huge", TestImage.png(claimed: (30_000, 30_000))), ("negative", TestImage.png(claimed: (-1, 5))),
            ("no width", TestImage.png(claimed: (0, 5))), ("long", TestImage.png(10_000, 1)),
            ("bomb", TestImage.bomb(bombBytes: 4 << 20)),
            ("GIF head", Array("GIF89a".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0]),
            ("JPEG head", [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10]), ("sound", Array("RIFF....WAVEfmt ".utf8)),
            ("film", [0, 0, 0, 24] + Array("ftypmp42".utf8)), ("WEBP", Array("RIFF....WEBPVP8 ".utf8)),
        ]
        for (name, file) in files {
            let error = #expect(throws: EngineError.self, "\(name)") { try prompt(engine, file) }
            #expect(error?.code == .invalidRequest, "\(name)")
        }
        // A BMP that breaks off is read as far as it goes, as everywhere.
        let odd = [
            TestImage.png(1, 1), TestImage.png(150, 1), TestImage.png(1, 150), TestImage.bmp(700, 500), good,
            Array(TestImage.bmp().prefix(60)),
        ]
        for image in odd {
            #expect(try await engine.run(request(engine, try prompt(engine, image))).summary.promptTokens > 1)
        }
    }

    @Test("limits hold before anything is unpacked")
    func limits() async throws {
        let engine = try await start()
        var limits = MediaLimits()
        limits.count = 1
        limits.pixels = 32 * 31
        limits.bytes = 10_000
        let text = "\(Self.marker) \(Self.marker) ?"
        #expect(throws: EngineError.self) { try prompt(engine, text, images(2), images(2), limits: limits) }
        #expect(throws: EngineError.self) { try prompt(engine, "\(Self.marker)?", images(2), limits: limits) }
        limits.pixels = 32 * 32
        _ = try prompt(engine, "\(Self.marker)?", images(2), limits: limits)
        limits.bytes = 1_000
        #expect(throws: EngineError.self) { try prompt(engine, "\(Self.marker)?", images(2), limits: limits) }
    }

    @Test("media and markers must match")
    func markers() async throws {
        let engine = try await start()
        for text in ["no marker", "\(Self.marker)\(Self.marker)?"] {
            #expect(throws: EngineError.self) { try prompt(engine, text, images(1)) }
        }
        // Numbers that stand for media mean nothing without them.
        let request = try request(engine, Prompt(try prompt(engine, images(1)).tokens))
        #expect(throws: EngineError.self) { try engine.generate(request) }
    }

    @Test("a micro-batch that is too small for an image is said")
    func microBatch() async throws {
        let engine = try await start { $0.context.microBatch = 8 }
        let error = #expect(throws: EngineError.self) { try prompt(engine, images(1)) }
        #expect(error?.message.contains("--ubatch-size") == true)
    }

    @Test("a projector of another model is refused")
    func wrongProjector() async throws {
        await #expect(throws: EngineError.self) {
            try await EngineFixture.start { options in
                options.projector = ProjectorOptions(
                    path: Self.models.appending(path: "mmproj-vision-tiny-F16.gguf").path
                )
            }
        }
    }
}
