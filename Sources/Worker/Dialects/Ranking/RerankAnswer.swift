// SPDX-License-Identifier: MIT

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
        case .tei:
            return .array(order.map { entry($0, "score", text: fields.returnsDocuments ? "text" : nil) })
        case .cohere:
            return [
                "id": .string(id), "results": .array(results),
                "meta": ["api_version": ["version": "2"], "billed_units": ["search_units": 1]],
            ]
        case .jina(let isVoyages):
            let count = JSONValue.integer(Int64(tokens))
            var members: [JSONValue.Member] = [
                .init("model", .string(model)), .init("object", "list"),
                .init("usage", ["prompt_tokens": count, "total_tokens": count]), .init("results", .array(results)),
            ]
            if isVoyages {
                let name = fields.returnsDocuments ? "document" : nil
                members.append(.init("data", .array(order.map { entry($0, "relevance_score", text: name) })))
            }
            return .object(members)
        }
    }

    /// The documents with their scores, as Jina and Cohere have them.
    private var results: [JSONValue] {
        order.map { index in
            guard fields.returnsDocuments else { return entry(index, "relevance_score", text: nil) }
            let members = entry(index, "relevance_score", text: nil).members ?? []
            return .object(members + [.init("document", ["text": .string(fields.documents[index])])])
        }
    }

    private func entry(_ index: Int, _ score: String, text: String?) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("index", .integer(Int64(index))), .init(score, .number(Double(scores[index]))),
        ]
        if let text { members.append(.init(text, .string(fields.documents[index]))) }
        return .object(members)
    }
}
