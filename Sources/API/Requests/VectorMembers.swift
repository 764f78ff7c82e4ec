// SPDX-License-Identifier: MIT

package import Wire

/// A request for vectors of texts: OpenAI's and llama-server's.
package struct EmbeddingMembers: RequestShape {
    package static let shape = EmbeddingMembers()

    package let model = GenerationMembers.shape.model
    package let input = RequestMember.value(
        "input",
        .either(.text, .list(.any), .document),
        about: "A text, tokens, or an array of such."
    )
    package let content = RequestMember.value(
        "content",
        .either(.text, .list(.any), .document),
        about: "llama-server's name for `input`."
    )
    package let format = RequestMember.text("encoding_format", shape: .words("float", "base64"))
    package let norm = RequestMember.integer("embd_normalize", in: -1...1_000)
    package let dimensions = RequestMember.value(
        "dimensions",
        .integer(from: 1),
        about: "Numbers of each vector to give."
    )
}

/// A request for vectors in the words of Text Embeddings Inference.
package struct EmbedMembers: RequestShape {
    package static let shape = EmbedMembers()

    package let model = GenerationMembers.shape.model
    package let inputs = RequestMember.value("inputs", .either(.text, .list(.any))).required
    package let truncates = RequestMember.flag("truncate", about: "Whether texts that are too long are cut.")
    package let direction = RequestMember.text("truncation_direction", about: "`right`.")
    package let normalizes = RequestMember.flag("normalize")
    package let promptName = RequestMember.text("prompt_name", about: "Not supported.")
    package let dimensions = RequestMember.value("dimensions", .integer(from: 1))
}

/// A request for how well documents fit a query: Jina's, Cohere's, Voyage's, and that of Text Embeddings Inference.
package struct RankingMembers: RequestShape {
    package static let shape = RankingMembers()

    package let model = GenerationMembers.shape.model
    package let query = RequestMember.text("query").required
    package let documents = RequestMember.value("documents", .list(.either(.text, .document)))
    package let texts = RequestMember.value("texts", .list(.text), about: "In the words of Text Embeddings Inference.")
    package let top = RequestMember.integer(
        "top_n",
        "top_k",
        in: 0...Int(Int32.max),
        about: "How many of the best are given."
    )
    package let returnsDocuments = RequestMember.flag("return_documents")
    package let returnsText = RequestMember.flag("return_text", about: "The same, with `texts`.")
    package let wantsRawScores = RequestMember.flag("raw_scores")
    package let truncation = RequestMember.flag("truncation")
    package let truncates = RequestMember.flag("truncate", about: "The same, with `texts`.")
    package let direction = RequestMember.text("truncation_direction", about: "`right`.")
    package let documentTokens = RequestMember.integer("max_tokens_per_doc", in: 1...Int(Int32.max))
}
