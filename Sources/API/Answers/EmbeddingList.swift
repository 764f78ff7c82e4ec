// SPDX-License-Identifier: MIT

package import Wire

/// Vectors of texts in OpenAI's words.
package struct EmbeddingList: APIResource {
    package struct Usage: APIResource {
        package var prompt = 0
        package var total = 0

        package init() {}

        package init(tokens: Int) {
            prompt = tokens
            total = tokens
        }

        package static let fields: [APIField<Self>] = [
            .always("prompt_tokens", \.prompt, .count), .always("total_tokens", \.total, .count),
        ]
    }

    package struct Entry: APIResource {
        package var object = "embedding"
        package var index = 0
        /// Numbers, or their bytes as Base64.
        package var embedding: JSONValue = .null
        package var encoding: String?

        package init() {}

        package static let fields: [APIField<Self>] = [
            .always("object", \.object, .words("embedding")), .always("index", \.index, .count),
            .always("embedding", \.embedding, .either(.list(.number), .text)),
            .maybe("encoding_format", \.encoding, .words("base64")),
        ]
    }

    package static let component: String? = "EmbeddingList"

    package var model = ""
    package var object = "list"
    package var usage = Usage()
    package var data: [Entry] = []

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("model", \.model), .always("object", \.object, .words("list")), .always("usage", \.usage),
        .always("data", \.data),
    ]
}
