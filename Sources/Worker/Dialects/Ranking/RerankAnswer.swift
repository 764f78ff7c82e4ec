// SPDX-License-Identifier: MIT

import API
package import Wire

/// The answer to a request for ranking, in the shape of the route's vendor.
package struct RerankAnswer: Sendable {
    private let fields: RerankFields
    private let scores: [Float]
    /// Documents by their numbers, the best first.
    private let order: [Int]

    /// - Parameter scores: one for each document; more is better.
    package init(_ fields: RerankFields, scores: [Float]) {
        self.fields = fields
        self.scores = scores
        order = Array(scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(fields.top))
    }

    /// - Parameters:
    ///   - model: the model's name.
    ///   - id: the answer's own.
    ///   - tokens: of all prompts.
    package func json(model: String, id: String, tokens: Int) -> JSONValue {
        switch fields.shape {
        case .tei: return .array(order.map { scored($0).json })
        case .cohere:
            var ranking = CohereRanking()
            ranking.id = id
            ranking.results = order.map { ranked($0) { ["text": .string($0)] } }
            return ranking.json
        case .jina(let isVoyages):
            var ranking = Ranking()
            ranking.model = model
            ranking.usage = .init(tokens: tokens)
            ranking.results = order.map { ranked($0) { ["text": .string($0)] } }
            if isVoyages { ranking.data = order.map { ranked($0) { .string($0) } } }
            return ranking.json
        }
    }

    /// - Parameter written: a document's text as the dialect has it.
    private func ranked(_ index: Int, written: (String) -> JSONValue) -> RankedDocument {
        var document = RankedDocument()
        document.index = index
        document.score = Double(scores[index])
        if fields.returnsDocuments { document.document = written(fields.documents[index]) }
        return document
    }

    private func scored(_ index: Int) -> ScoredText {
        var text = ScoredText()
        text.index = index
        text.score = Double(scores[index])
        if fields.returnsDocuments { text.text = fields.documents[index] }
        return text
    }
}
