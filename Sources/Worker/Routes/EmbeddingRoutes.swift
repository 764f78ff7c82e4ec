// SPDX-License-Identifier: MIT

import API
import Engine
import HTTPServer
import NIOCore
import Wire

/// The routes that turn texts into vectors.
struct EmbeddingRoutes: Sendable {
    let state: ModelState

    func add(to routes: inout RouteTable) {
        routes.post("/embedding", "/embeddings") { try await embed($0, isOpenAI: false) }
        routes.post("/v1/embeddings") { try await embed($0, isOpenAI: true) }
        // Text Embeddings Inference's.
        routes.post("/embed") { try await embedTexts($0, wantsAll: false) }
        routes.post("/embed_all") { try await embedTexts($0, wantsAll: true) }
        routes.get("/info") { _ in
            guard let info = try state.portrait().portrait.embeddingsInfo else { throw Self.notStarted }
            return Response(info.json)
        }
    }

    private func embed(_ request: Request, isOpenAI: Bool) async throws -> Response {
        let fields = try request.fields()
        let model = try state.get()
        guard let facts = model.engine.embeddings else { throw Self.notStarted }
        let wanted = try await EmbeddingFields(fields, model: model)
        // `content` is llama-server's own name, and asks for its own answer.
        let isOpenAI = isOpenAI && !wanted.isNative
        if isOpenAI, facts.pooling == .none {
            throw APIError(
                .invalidRequest,
                "Pooling type 'none' is not OAI compatible. Please use a different pooling type, or POST /embeddings"
            )
        }
        let rows = try await rows(wanted, facts, model, request)
        guard isOpenAI else {
            return Response(
                .array(
                    rows.enumerated().map { index, rows in
                        ["index": .integer(Int64(index)), "embedding": .array(rows.map(Self.list))]
                    }
                )
            )
        }
        var list = EmbeddingList()
        list.model = try fields[\EmbeddingMembers.model] ?? model.name
        list.usage = .init(tokens: wanted.texts.reduce(0) { $0 + $1.tokens.count })
        list.data = rows.enumerated().map { index, rows in Self.entry(rows.first ?? [], index, wanted.isBase64) }
        return Response(list.json)
    }

    private func embedTexts(_ request: Request, wantsAll: Bool) async throws -> Response {
        let fields = try request.fields()
        let model = try state.get()
        guard let facts = model.engine.embeddings, facts.pooling != .rank else { throw Self.notStarted }
        guard wantsAll == (facts.pooling == .none) else {
            throw APIError(
                .invalidRequest,
                wantsAll
                    ? "this model gives one vector for a text, which POST /embed asks for; for one of each token start it "
                        + "with `--pooling none`"
                    : "this model gives a vector for each token, which POST /embed_all asks for; for one of a text start it "
                        + "with another `--pooling` than none"
            )
        }
        let wanted = try await EmbeddingFields(texts: fields, model: model, limit: facts.limit)
        let rows = try await rows(wanted, facts, model, request)
        return Response(
            .array(rows.map { rows in wantsAll ? .array(rows.map(Self.list)) : Self.list(rows.first ?? []) })
        )
    }

    private func rows(
        _ wanted: EmbeddingFields,
        _ facts: EmbeddingFacts,
        _ model: ServedModel,
        _ request: Request
    ) async throws -> [[[Float]]] {
        let job = try model.engine.embed(wanted.texts)
        let texts = try await request.untilGone(job.cancel) { try await job.result() }
        return texts.map { rows in facts.pooling == .none ? rows : rows.map(wanted.shape) }
    }

    static let notStarted = APIError(
        .notSupported,
        "This model does not support embeddings. Start it with `--embeddings` (`embeddings = true` in its preset), or ask "
            + "another"
    )

    private static func entry(_ values: [Float], _ index: Int, _ isBase64: Bool) -> EmbeddingList.Entry {
        var entry = EmbeddingList.Entry()
        entry.index = index
        guard isBase64 else {
            entry.embedding = list(values)
            return entry
        }
        let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
        entry.embedding = .string(Base64.text(of: bytes))
        entry.encoding = "base64"
        return entry
    }

    private static func list(_ values: [Float]) -> JSONValue { .array(values.map { .number(Double($0)) }) }
}
