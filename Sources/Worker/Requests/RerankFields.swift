// SPDX-License-Identifier: MIT

package import API
package import Wire

/// What a request for ranking wants. Several vendors have such a route, with one body nearly and answers of their own.
package struct RerankFields: Sendable {
    /// Whose answer is given.
    package enum Shape: Sendable, Equatable {
        /// Jina's, which is Cohere's older one as well. `isVoyages`: with Voyage's list beside it.
        case jina(isVoyages: Bool)
        /// Cohere's `/v2/rerank`.
        case cohere
        /// Text Embeddings Inference's.
        case tei
    }

    package let shape: Shape
    package let query: String
    package let documents: [String]
    /// How many of the best are given.
    package let top: Int
    /// Whether the documents come back.
    package let returnsDocuments: Bool
    /// `raw_scores`.
    private let wantsRawScores: Bool
    /// Whether scores are to be between 0 and 1, as two of the vendors have them; else they are what the model gives.
    package var isScoredWithinOne: Bool {
        switch shape {
        case .cohere: true
        case .tei: !wantsRawScores
        case .jina: false
        }
    }

    /// Whether documents that are too long are cut.
    package let truncates: Bool
    /// Tokens of each document that are looked at; nil for all.
    package let documentTokens: Int?
    /// What has no effect.
    package private(set) var warnings = RequestWarnings()

    /// Documents of one request.
    private static let limit = 2048

    /// - Parameter isCohere: whether the route is Cohere's second.
    /// - Throws: 400 naming the field.
    package init(_ fields: RequestFields, isCohere: Bool = false) throws(APIError) {
        guard let query = try fields[\RankingMembers.query] else {
            throw APIError(.invalidRequest, "\"query\" must be provided")
        }
        self.query = query
        let isTEI = fields[\RankingMembers.documents] == nil && fields[\RankingMembers.texts] != nil
        // Voyage's client sends them in any case, perhaps with null.
        let isVoyages = ["top_k", "truncation"].contains { fields.json[$0] != nil }
        shape = isCohere ? .cohere : isTEI ? .tei : .jina(isVoyages: isVoyages)
        documents = try Self.documents(fields, isTEI ? "texts" : "documents")
        top = try fields[\RankingMembers.top] ?? documents.count
        returnsDocuments =
            try (isTEI ? fields[\RankingMembers.returnsText] : fields[\RankingMembers.returnsDocuments]) ?? false
        wantsRawScores = try fields[\RankingMembers.wantsRawScores] ?? false
        truncates = try (isTEI ? fields[\RankingMembers.truncates] : fields[\RankingMembers.truncation]) ?? false
        documentTokens = try fields[\RankingMembers.documentTokens]
        if let direction = try fields[\RankingMembers.direction], direction.lowercased() != "right" {
            throw APIError(.invalidRequest, "'truncation_direction' must be right, not '\(direction)'")
        }
        for name in ["max_chunks_per_doc", "rank_fields"] where fields[name] != nil {
            warnings.add("'\(name)' has no effect")
        }
    }

    private static func documents(_ fields: RequestFields, _ name: String) throws(APIError) -> [String] {
        let missing = APIError(.invalidRequest, "\"\(name)\" must be a non-empty string array")
        guard let value = fields[name] else { throw missing }
        if let single = value.string { return [single] }
        guard let list = value.array else { throw fields.wrongKind(name, "an array of texts", value) }
        guard !list.isEmpty else { throw missing }
        guard list.count <= limit else {
            throw APIError(.invalidRequest, "'\(name)' has \(list.count) entries; \(limit) are allowed")
        }
        var texts: [String] = []
        for (index, entry) in list.enumerated() {
            guard let text = entry.string ?? entry["text"]?.string else {
                throw fields.wrongKind("\(name)[\(index)]", "a string or an object with 'text'", entry)
            }
            texts.append(text)
        }
        return texts
    }
}
