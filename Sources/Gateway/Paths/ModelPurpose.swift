// SPDX-License-Identifier: MIT

import Catalogue
import Wire

/// What routes want of a model that their clients don't name, since the servers that they were made for have one only.
package enum ModelPurpose: Sendable, Equatable {
    /// Vectors of texts.
    case embedding
    /// Scores of documents.
    case ranking
    /// Either.
    case any

    /// - Parameter path: without the query.
    init?(path: some StringProtocol) {
        switch path {
        case "/embed", "/embed_all", "/embedding", "/embeddings", "/v1/embeddings": self = .embedding
        case "/rerank", "/reranking", "/v1/rerank", "/v1/reranking", "/v2/rerank": self = .ranking
        case "/info": self = .any
        default: return nil
        }
    }

    /// Whether a model's options make it serve that.
    func suits(_ entry: ModelEntry) -> Bool {
        let ranks = entry.options.reranking || entry.options.pooling == "rank"
        return switch self {
        case .embedding: entry.options.embedding && !ranks
        case .ranking: ranks
        case .any: entry.options.embedding || ranks
        }
    }

    /// What such models do, in a sentence.
    var verb: String {
        switch self {
        case .embedding: "give embeddings"
        case .ranking: "rerank"
        case .any: "give embeddings or rerank"
        }
    }
}
