// SPDX-License-Identifier: MIT

package import Wire

/// How many tokens a request's prompt has: the counters of OpenAI's and Anthropic's.
package struct InputTokens: APIResource {
    package static let component: String? = "InputTokens"

    package var count = 0
    /// OpenAI's only.
    package var object: String?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("input_tokens", \.count, .count), .maybe("object", \.object, .words("response.input_tokens")),
    ]
}

/// The answer of `POST /tokenize`.
package struct Tokens: APIResource {
    package static let component: String? = "Tokens"

    /// Numbers, or with pieces objects: `{"id": 1, "piece": "a"}`. A piece that is no text is a list of its bytes.
    package var tokens: [JSONValue] = []
    /// vLLM's.
    package var count: Int?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always(
            "tokens",
            \.tokens,
            .list(
                .either(
                    .integer,
                    .object([("id", .integer), ("piece", .either(.text, .list(.count)))], required: ["id", "piece"])
                )
            )
        ), .maybe("count", \.count, .count),
    ]
}

/// The answer of `POST /detokenize`.
package struct Detokenized: APIResource {
    package static let component: String? = "Detokenized"

    package var content = ""
    /// The same under vLLM's name.
    package var prompt = ""

    package init() {}

    package init(_ text: String) {
        content = text
        prompt = text
    }

    package static let fields: [APIField<Self>] = [.always("content", \.content), .usual("prompt", \.prompt)]
}

/// What vLLM tells of a tokenizer, as far as the file says it: `GET /tokenizer_info`.
package struct TokenizerInfo: APIResource {
    package static let component: String? = "TokenizerInfo"

    package var kind = "GGUF"
    package var begin: String?
    package var end: String?
    package var padding: String?
    package var contextLimit = 0
    /// Jinja.
    package var chatTemplate: String?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("tokenizer_class", \.kind), .nullable("bos_token", \.begin), .nullable("eos_token", \.end),
        .nullable("pad_token", \.padding), .always("model_max_length", \.contextLimit, .count),
        .nullable("chat_template", \.chatTemplate),
    ]
}
