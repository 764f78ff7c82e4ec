// SPDX-License-Identifier: MIT

import API
import Wire

/// What goes to a model's worker, but for Ollama's routes.
extension APIOperation {
    static let model: (String, APISchema) = ("model", .text.described("A model's name; else `?model=` counts."))

    /// The members of every request that generates.
    static let generating: [(String, APISchema)] = [
        model, ("stream", .flag), ("temperature", .number), ("top_p", .number), ("top_k", .integer), ("min_p", .number),
        ("seed", .integer), ("stop", .either(.text, .list(.text), .null)), ("max_tokens", .nullable(.integer)),
        ("presence_penalty", .number), ("frequency_penalty", .number), ("logit_bias", .either(.document, .list(.any))),
        ("n", .integer(from: 1)),
    ]

    static let completion: APISchema = .object(
        [
            ("id", .text), ("object", .text), ("created", .integer), ("model", .text), ("choices", .list(.document)),
            ("usage", .component("Usage")), ("timings", .document), ("warnings", .list(.text)),
        ],
        required: ["choices"]
    )

    private static let inputTokens: APISchema = .object([("input_tokens", .count)], required: ["input_tokens"])

    private static func use(
        _ paths: [String],
        _ summary: String,
        tag: String,
        _ body: APISchema,
        _ answers: Content...,
        headers: [Parameter] = []
    ) -> APIOperation {
        APIOperation(
            method: "POST",
            paths: paths,
            summary: summary,
            tag: tag,
            answerer: .worker,
            parameters: headers,
            body: [.json(body)],
            answers: [(200, answers)]
        )
    }

    private static func look(_ path: String, _ summary: String, _ answer: APISchema, _ parameters: [Parameter] = [])
        -> APIOperation
    {
        APIOperation(
            method: "GET",
            paths: [path],
            summary: summary,
            tag: "llama-server",
            answerer: .worker,
            parameters: [
                .query("model", "A model's name."), .query("autoload", "Whether it may be loaded for this."),
            ] + parameters,
            answers: [(200, [.json(answer)])]
        )
    }

    private static let conversation = Parameter.header(
        "X-Conversation-Id",
        "The stream outlives its connection under this name."
    )

    static let models: [APIOperation] = openAI + others + texts + vectors

    private static let openAI: [APIOperation] = [
        use(
            ["/v1/chat/completions", "/chat/completions"],
            "A chat",
            tag: "OpenAI",
            .component("Chat"),
            .json(.component("Completion")),
            .events,
            headers: [conversation]
        ),
        use(
            ["/v1/completions"],
            "A text",
            tag: "OpenAI",
            .object(
                generating + [
                    ("prompt", .either(.text, .list(.any))), ("echo", .flag), ("logprobs", .nullable(.count)),
                    ("suffix", .nullable(.text)),
                ]
            ),
            .json(.component("Completion")),
            .events,
            headers: [conversation]
        ),
        use(
            ["/v1/responses", "/responses"],
            "A response; nothing of it is kept",
            tag: "OpenAI",
            .object(
                [
                    model, ("input", .either(.text, .list(.document))), ("instructions", .nullable(.text)),
                    ("stream", .flag), ("max_output_tokens", .nullable(.integer)), ("tools", .list(.document)),
                    ("tool_choice", .either(.text, .document)), ("text", .document),
                    ("reasoning", .nullable(.document)),
                ],
                required: ["input"]
            ),
            .json(.object([("id", .text), ("status", .text), ("output", .list(.document))], required: ["output"])),
            .events,
            headers: [conversation]
        ),
        use(
            ["/v1/chat/completions/input_tokens", "/chat/completions/input_tokens"],
            "How many tokens a chat's prompt has",
            tag: "OpenAI",
            .component("Chat"),
            .json(inputTokens)
        ),
        use(
            ["/v1/responses/input_tokens", "/responses/input_tokens"],
            "How many tokens a response's prompt has",
            tag: "OpenAI",
            .object([model, ("input", .either(.text, .list(.document)))], required: ["input"]),
            .json(inputTokens)
        ),
        use(
            ["/v1/chat/completions/control"],
            "Ends the thoughts of a chat that runs",
            tag: "OpenAI",
            .object([model, ("id", .text), ("action", .words("reasoning_end"))], required: ["id", "action"]),
            .json(.component("Success"))
        ),
        APIOperation(
            method: "POST",
            paths: ["/v1/audio/transcriptions", "/audio/transcriptions"],
            summary: "What is said in a sound",
            tag: "OpenAI",
            answerer: .worker,
            body: [
                .form(
                    .object(
                        [
                            ("file", .text), model, ("language", .text), ("prompt", .text),
                            ("response_format", .words("json", "text", "verbose_json")), ("stream", .text),
                        ],
                        required: ["file"]
                    )
                )
            ],
            answers: [(200, [.json(.object([("text", .text)])), .plain, .events])]
        ),
    ]

    private static let others: [APIOperation] = [
        use(
            ["/v1/messages"],
            "A message",
            tag: "Anthropic",
            .object(
                [
                    model, ("messages", .list(.document)), ("system", .either(.text, .list(.document))),
                    ("max_tokens", .integer), ("stream", .flag), ("stop_sequences", .list(.text)),
                    ("tools", .list(.document)), ("tool_choice", .document), ("temperature", .number),
                    ("top_p", .number),
                    ("top_k", .integer), ("thinking", .document), ("output_config", .document),
                ],
                required: ["messages"]
            ),
            .json(
                .object(
                    [
                        ("id", .text), ("type", .words("message")), ("role", .text), ("content", .list(.document)),
                        ("stop_reason", .nullable(.text)), ("usage", .document),
                    ],
                    required: ["content", "role"]
                )
            ),
            .events,
            headers: [conversation]
        ),
        use(
            ["/v1/messages/count_tokens"],
            "How many tokens a message's prompt has",
            tag: "Anthropic",
            .object([model, ("messages", .list(.document))], required: ["messages"]),
            .json(inputTokens)
        ),
        use(
            ["/completion", "/completions"],
            "A text, with everything that llama-server can be told",
            tag: "llama-server",
            .object(
                generating + [
                    ("prompt", .any), ("n_predict", .integer), ("n_probs", .count), ("grammar", .text),
                    ("json_schema", .document), ("cache_prompt", .flag), ("return_tokens", .flag),
                    ("samplers", .list(.text)),
                ]
            ),
            .json(.document),
            .events,
            headers: [conversation]
        ),
        use(
            ["/infill"],
            "What stands between two texts",
            tag: "llama-server",
            .object(
                generating + [
                    ("input_prefix", .text), ("input_suffix", .text), ("input_extra", .list(.document)),
                    ("prompt", .text),
                    ("n_predict", .integer),
                ]
            ),
            .json(.document),
            .events
        ),
    ]

    private static let texts: [APIOperation] = [
        use(
            ["/tokenize"],
            "The tokens of a text",
            tag: "llama-server",
            .object([
                model, ("content", .text), ("prompt", .text), ("add_special", .flag), ("parse_special", .flag),
                ("with_pieces", .flag), ("add_special_tokens", .flag),
            ]),
            .json(.object([("tokens", .list(.any)), ("count", .count)], required: ["tokens"]))
        ),
        use(
            ["/detokenize"],
            "The text of tokens",
            tag: "llama-server",
            .object([model, ("tokens", .list(.integer))]),
            .json(.object([("content", .text), ("prompt", .text)], required: ["content"]))
        ),
        use(
            ["/apply-template"],
            "The prompt that a chat becomes",
            tag: "llama-server",
            .component("Chat"),
            .json(.object([("prompt", .text)], required: ["prompt"]))
        ),
        look(
            "/tokenizer_info",
            "What the tokenizer adds, in vLLM's words",
            .object([("bos_token", .nullable(.text)), ("eos_token", .nullable(.text))])
        ),
        look(
            "/slots",
            "What the model's slots do",
            .list(.document),
            [.query("fail_on_no_slot", "1: 503 if none is idle.")]
        ),
        APIOperation(
            method: "POST",
            paths: ["/slots/{id}"],
            summary: "Saves, restores or erases what a slot holds",
            tag: "llama-server",
            answerer: .worker,
            parameters: [
                .path("id", "The slot's number."),
                .query("action", "What to do.", .words("save", "restore", "erase"), required: true),
            ],
            body: [.json(.object([model, ("filename", .text)]))],
            answers: [(200, [.json(.document)])]
        ),
        look("/lora-adapters", "The adapters and their scales", .list(.document)),
        APIOperation(
            method: "POST",
            paths: ["/lora-adapters"],
            summary: "Sets the adapters' scales",
            tag: "llama-server",
            answerer: .worker,
            parameters: [.query("model", "A model's name.")],
            body: [.json(.list(.object([("id", .count), ("scale", .number)], required: ["id"])))],
            answers: [(200, [.json(.component("Success"))])]
        ),
        use(
            ["/props"],
            "Nothing yet that could be changed",
            tag: "llama-server",
            .document,
            .json(.component("Success"))
        ),
    ]

    private static let input: APISchema = .either(.text, .list(.any), .document)

    private static let vectors: [APIOperation] = [
        use(
            ["/v1/embeddings"],
            "Vectors of texts",
            tag: "OpenAI",
            .object(
                [
                    model, ("input", input), ("encoding_format", .words("float", "base64")),
                    ("dimensions", .nullable(.count)),
                ],
                required: ["input"]
            ),
            .json(
                .object(
                    [("object", .text), ("data", .list(.document)), ("model", .text), ("usage", .document)],
                    required: ["data"]
                )
            )
        ),
        use(
            ["/embedding", "/embeddings"],
            "Vectors of texts, all rows of them",
            tag: "llama-server",
            .object([model, ("content", input), ("input", input)]),
            .json(.list(.document))
        ),
        use(
            ["/v1/rerank", "/v1/reranking", "/rerank", "/reranking"],
            "How well documents fit a query",
            tag: "Ranking",
            .component("Ranking"),
            .json(.any)
        ),
        use(["/v2/rerank"], "The same in Cohere's words", tag: "Ranking", .component("Ranking"), .json(.document)),
        use(
            ["/embed", "/embed_all"],
            "Vectors, in the words of Text Embeddings Inference",
            tag: "Ranking",
            .object(
                [
                    model, ("inputs", .either(.text, .list(.any))), ("normalize", .flag), ("truncate", .flag),
                    ("dimensions", .nullable(.count)),
                ],
                required: ["inputs"]
            ),
            .json(.list(.any))
        ),
        look("/info", "What the model is, in the same words", .document),
    ]
}
