// SPDX-License-Identifier: MIT

import Engine
import Hummingbird
import NIOCore
import Wire

/// The routes that turn texts into vectors.
struct EmbeddingRoutes: Sendable {
    let state: ModelState

    func add(to router: Router<WorkerContext>) {
        for path in ["/embedding", "/embeddings"] {
            router.post(RouterPath(path)) { request, context in
                try await embed(try await RequestFields.read(request), isOpenAI: false, context)
            }
        }
        router.post("/v1/embeddings") { request, context in
            try await embed(try await RequestFields.read(request), isOpenAI: true, context)
        }
    }

    private func embed(_ fields: RequestFields, isOpenAI: Bool, _ context: WorkerContext) async throws -> Response {
        let model = try state.get()
        guard let facts = model.engine.embeddings else { throw Self.notStarted }
        let request = try await EmbeddingFields(fields, model: model)
        // `content` is llama-server's own name, and asks for its own answer.
        let isOpenAI = isOpenAI && !request.isNative
        if isOpenAI, facts.pooling == .none {
            throw APIError(
                .invalidRequest,
                "Pooling type 'none' is not OAI compatible. Please use a different pooling type, or POST /embeddings"
            )
        }
        let job = try model.engine.embed(request.texts)
        let texts = try await context.untilGone(job.cancel) { try await job.result() }
        let rows = texts.map { rows in facts.pooling == .none ? rows : rows.map(request.shape) }
        guard isOpenAI else {
            return Response(
                .array(
                    rows.enumerated().map { index, rows in
                        ["index": .integer(Int64(index)), "embedding": .array(rows.map(Self.list))]
                    }
                )
            )
        }
        let count = JSONValue.integer(Int64(request.texts.reduce(0) { $0 + $1.tokens.count }))
        return Response([
            "object": "list",
            "model": .string(try fields.string("model") ?? model.name),
            "usage": ["prompt_tokens": count, "total_tokens": count],
            "data": .array(
                rows.enumerated().map { index, rows in Self.entry(rows.first ?? [], index, request.isBase64) }
            ),
        ])
    }

    static let notStarted = APIError(
        .notSupported,
        "This server does not support embeddings. Start it with `--embeddings`"
    )

    private static func entry(_ values: [Float], _ index: Int, _ isBase64: Bool) -> JSONValue {
        let place = JSONValue.integer(Int64(index))
        guard isBase64 else { return ["object": "embedding", "index": place, "embedding": list(values)] }
        let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
        return [
            "object": "embedding", "index": place, "embedding": .string(Base64.text(of: bytes)),
            "encoding_format": "base64",
        ]
    }

    private static func list(_ values: [Float]) -> JSONValue { .array(values.map { .number(Double($0)) }) }
}
