// SPDX-License-Identifier: MIT

import Engine
import Wire

/// The routes that say how well documents fit a query.
struct RerankRoutes: Sendable {
    let state: ModelState

    /// Documents of one request.
    private static let limit = 2048

    func add(to routes: inout RouteTable) {
        routes.post("/rerank", "/reranking", "/v1/rerank", "/v1/reranking", use: rank)
    }

    private func rank(_ request: Request) async throws -> Response {
        let fields = try request.fields()
        let model = try state.get()
        guard model.engine.embeddings?.pooling == .rank else {
            throw APIError(
                .notSupported,
                "This server does not support reranking. Start it with `--reranking`"
            )
        }
        guard let query = try fields.string("query") else {
            throw APIError(.invalidRequest, "\"query\" must be provided")
        }
        let documents =
            try fields.strings("documents", atMost: Self.limit) ?? fields.strings("texts", atMost: Self.limit)
        guard let documents, !documents.isEmpty else {
            throw APIError(.invalidRequest, "\"documents\" must be a non-empty string array")
        }
        let top = try fields.integer("top_n", in: 0...Int(Int32.max)) ?? documents.count
        var prompts: [[Int32]] = []
        for document in documents {
            prompts.append(try model.engine.model.rankingPrompt(query: query, document: document))
        }
        let job = try model.engine.embed(prompts)
        let rows = try await request.untilGone(job.cancel) { try await job.result() }
        let scores = rows.map { $0.first?.first ?? -.infinity }
        let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(top)
        // Text Embeddings Inference's names, else Jina's.
        guard fields["texts"] == nil else {
            let returnsText = try fields.bool("return_text") ?? false
            return Response(
                .array(
                    order.map { index in
                        Self.entry(index, "score", scores[index], text: returnsText ? documents[index] : nil)
                    }
                )
            )
        }
        let count = JSONValue.integer(Int64(prompts.reduce(0) { $0 + $1.count }))
        return Response([
            "model": .string(try fields.string("model") ?? model.name),
            "object": "list",
            "usage": ["prompt_tokens": count, "total_tokens": count],
            "results": .array(order.map { Self.entry($0, "relevance_score", scores[$0], text: nil) }),
        ])
    }

    private static func entry(_ index: Int, _ name: String, _ score: Float, text: String?) -> JSONValue {
        var members: [JSONValue.Member] = [.init("index", .integer(Int64(index))), .init(name, .number(Double(score)))]
        if let text { members.append(.init("text", .string(text))) }
        return .object(members)
    }
}
