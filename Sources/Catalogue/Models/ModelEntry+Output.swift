// SPDX-License-Identifier: MIT

import GGUF
import Wire

extension ModelEntry {
    /// What a model gives out.
    package enum Output: Sendable {
        case text
        case embeddings
        case scores
    }

    /// What the model is for: as its options say, else as its file says.
    package var output: Output {
        if options.reranking { return .scores }
        if options.embedding { return .embeddings }
        return switch info?.pooling {
        case .rank: .scores
        case .mean, .cls, .last: .embeddings
        case nil, .some(.none): .text
        }
    }
}
