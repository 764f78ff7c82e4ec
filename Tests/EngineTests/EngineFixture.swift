// SPDX-License-Identifier: MIT

import Engine
import Foundation

/// Engines on the bundled models.
enum EngineFixture {
    static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "models")

    private static let runtime: Void = EngineRuntime.start { _ in }

    /// An engine on a bundled model, with the context's options changed by `adjust`.
    static func start(
        _ name: String = "stories-chat-Q8_0",
        metrics: EngineMetrics = EngineMetrics(),
        adjust: (inout EngineOptions) -> Void = { _ in }
    ) async throws -> Engine {
        try await start(path: models.appending(path: "\(name).gguf").path, metrics: metrics, adjust: adjust)
    }

    static func start(
        path: String,
        metrics: EngineMetrics = EngineMetrics(),
        adjust: (inout EngineOptions) -> Void = { _ in }
    ) async throws -> Engine {
        _ = runtime
        var options = EngineOptions(model: ModelOptions(path: path), context: ContextOptions(threads: 1))
        options.context.size = 512
        adjust(&options)
        return try await Engine.start(options, metrics: metrics) { _ in }
    }
}

extension Engine {
    /// A request for a text's continuation.
    func request(
        _ text: String,
        tokens: Int? = 16,
        adjust: (inout SamplingParameters) -> Void = { $0.temperature = 0 }
    ) throws -> GenerationRequest {
        var sampling = SamplingParameters()
        adjust(&sampling)
        let prompt = try model.tokenize(text, addSpecial: true, parseSpecial: true)
        var request = GenerationRequest(
            prompt: prompt,
            sampler: try Sampler(sampling, for: model, conversation: nil)
        )
        request.maxTokens = tokens
        return request
    }

    /// Runs a request to its end.
    func run(_ request: GenerationRequest) async throws -> (text: String, summary: GenerationSummary) {
        try await generate(request).collect()
    }
}

extension GenerationStream {
    /// Reads to the end.
    /// - Parameter tell: called each time that something came.
    func collect(tell: () -> Void = {}) async throws -> (text: String, summary: GenerationSummary) {
        var bytes: [UInt8] = []
        while true {
            let events = await next()
            tell()
            guard !events.isEmpty else { throw CancellationError() }
            for event in events {
                switch event {
                case .progress: break
                case .token(let token): bytes += token.text
                case .failed(let error): throw error
                case .finished(let summary):
                    return (String(decoding: bytes + summary.rest, as: UTF8.self), summary)
                }
            }
        }
    }
}
