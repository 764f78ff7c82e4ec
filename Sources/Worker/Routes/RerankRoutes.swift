// SPDX-License-Identifier: MIT

import API
import Engine
import HTTPServer
import Platform
import Wire

/// The routes that say how well documents fit a query.
struct RerankRoutes: Sendable {
    let state: ModelState

    func add(to routes: inout RouteTable) {
        routes.post("/rerank", "/reranking", "/v1/rerank", "/v1/reranking") { try await rank($0, isCohere: false) }
        routes.post("/v2/rerank") { try await rank($0, isCohere: true) }
    }

    private func rank(_ request: Request, isCohere: Bool) async throws -> Response {
        let fields = try request.fields()
        let model = try state.get()
        guard let facts = model.engine.embeddings, facts.pooling == .rank else {
            throw APIError(
                .notSupported,
                "This model does not support reranking. Start it with `--reranking` (`reranking = true` in its preset), or "
                    + "ask another"
            )
        }
        let wanted = try RerankFields(fields, isCohere: isCohere)
        var prompts: [[Int32]] = []
        for document in wanted.documents {
            prompts.append(try prompt(document, wanted, model.engine.model, limit: facts.limit))
        }
        let job = try model.engine.embed(prompts)
        let rows = try await request.untilGone(job.cancel) { try await job.result() }
        var scores = rows.map { $0.first?.first ?? -.infinity }
        if wanted.isScoredWithinOne, !givesProbabilities(model.engine.model) {
            scores = scores.map { 1 / (1 + exp(-$0)) }
        }
        let answer = RerankAnswer(wanted, scores: scores).json(
            model: try fields.string("model") ?? model.name,
            id: AnswerIdentity.randomID(),
            tokens: prompts.reduce(0) { $0 + $1.count }
        )
        return Response(answer).warning(wanted.warnings.sentences)
    }

    /// The tokens of the query and one document, which is cut if that is wanted.
    private func prompt(
        _ document: String,
        _ wanted: RerankFields,
        _ model: Model,
        limit: Int
    ) throws(EngineError) -> [Int32] {
        var document = document
        if let most = wanted.documentTokens { document = try cut(document, to: most, model) }
        let tokens = try model.rankingPrompt(query: wanted.query, document: document)
        guard wanted.truncates, tokens.count > limit else { return tokens }
        let others = try model.rankingPrompt(query: wanted.query, document: "").count
        // A cut text may have a few tokens more than its part of the whole had.
        for spare in [2, 16, 64] where limit - others - spare > 0 {
            let shorter = try cut(document, to: limit - others - spare, model)
            let tokens = try model.rankingPrompt(query: wanted.query, document: shorter)
            if tokens.count <= limit { return tokens }
        }
        return tokens
    }

    private func cut(_ text: String, to count: Int, _ model: Model) throws(EngineError) -> String {
        let tokens = try model.tokenize(text, addSpecial: false, parseSpecial: false)
        return tokens.count <= count ? text : model.detokenize(Array(tokens.prefix(count)))
    }

    /// Whether scores are between 0 and 1 already: llama.cpp computes those of Qwen3's rerankers so.
    private func givesProbabilities(_ model: Model) -> Bool { model.facts.description.hasPrefix("qwen3") }
}
