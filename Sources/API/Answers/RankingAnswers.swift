// SPDX-License-Identifier: MIT

package import Wire

/// A document's place in a ranking, as Jina and Cohere have it.
package struct RankedDocument: APIResource {
    /// The document's number in the request.
    package var index = 0
    /// More is better.
    package var score = 0.0
    /// Where it was asked for: an object with its text, or in Voyage's words the text.
    package var document: JSONValue?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("index", \.index, .count), .always("relevance_score", \.score),
        .maybe("document", \.document, .either(.object([("text", .text)], required: ["text"]), .text)),
    ]
}

/// A ranking in Jina's words, which are llama-server's.
package struct Ranking: APIResource {
    package static let component: String? = "RankingAnswer"

    package var model = ""
    package var object = "list"
    package var usage = EmbeddingList.Usage()
    /// The best first.
    package var results: [RankedDocument] = []
    /// The same in Voyage's words, to a request in them.
    package var data: [RankedDocument]?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("model", \.model), .always("object", \.object, .words("list")), .always("usage", \.usage),
        .always("results", \.results), .maybe("data", \.data),
    ]
}

/// A ranking in Cohere's words: `POST /v2/rerank`.
package struct CohereRanking: APIResource {
    package static let component: String? = "CohereRanking"

    package var id = ""
    /// The best first.
    package var results: [RankedDocument] = []
    package var meta: JSONValue = ["api_version": ["version": "2"], "billed_units": ["search_units": 1]]

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("id", \.id), .always("results", \.results), .usual("meta", \.meta, .document),
    ]
}

/// A document's place in the words of Text Embeddings Inference.
package struct ScoredText: APIResource {
    package static let component: String? = "ScoredText"

    package var index = 0
    package var score = 0.0
    /// Where it was asked for.
    package var text: String?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("index", \.index, .count), .always("score", \.score), .maybe("text", \.text),
    ]
}

/// A model of vectors or rankings in the words of Text Embeddings Inference: `GET /info`.
package struct EmbeddingsInfo: APIResource {
    package static let component: String? = "EmbeddingsInfo"

    package var model = ""
    package var checksum: String?
    /// The quantisation.
    package var type = ""
    package var kind: JSONValue = .object([])
    /// Tokens of a text.
    package var inputLimit = 0
    /// Tokens that are computed at once.
    package var batchTokens = 0
    /// Texts of a request.
    package var batchTexts = 0
    package var truncates = false
    package var version = ""

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("model_id", \.model), .nullable("model_sha", \.checksum), .always("model_dtype", \.type),
        .always("model_type", \.kind, .document), .always("max_input_length", \.inputLimit, .count),
        .usual("max_batch_tokens", \.batchTokens, .count), .usual("max_client_batch_size", \.batchTexts, .count),
        .usual("auto_truncate", \.truncates), .always("version", \.version),
    ]
}
