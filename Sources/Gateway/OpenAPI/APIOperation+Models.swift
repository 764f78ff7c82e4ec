// SPDX-License-Identifier: MIT

import API
import Wire

/// What goes to a model's worker, but for Ollama's routes.
extension APIOperation {
    /// A completion for each prompt.
    private static let completions: APISchema = .either(
        NativeCompletion.schema,
        .list(NativeCompletion.schema),
        .document.described("With `response_fields` those members only.")
    )

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
            .json(ChatCompletion.schema),
            .events,
            headers: [conversation]
        ),
        use(
            ["/v1/completions"],
            "A text",
            tag: "OpenAI",
            CompletionMembers.schema,
            .json(.component("Completion")),
            .events,
            headers: [conversation]
        ),
        use(
            ["/v1/responses", "/responses"],
            "A response; nothing of it is kept",
            tag: "OpenAI",
            ResponsesMembers.schema,
            .json(ResponseResource.schema),
            .events,
            headers: [conversation]
        ),
        use(
            ["/v1/chat/completions/input_tokens", "/chat/completions/input_tokens"],
            "How many tokens a chat's prompt has",
            tag: "OpenAI",
            .component("Chat"),
            .json(InputTokens.schema)
        ),
        use(
            ["/v1/responses/input_tokens", "/responses/input_tokens"],
            "How many tokens a response's prompt has",
            tag: "OpenAI",
            ResponsesMembers.schema,
            .json(InputTokens.schema)
        ),
        use(
            ["/v1/chat/completions/control"],
            "Ends the thoughts of a chat that runs",
            tag: "OpenAI",
            ControlMembers.schema,
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
                            ("file", .text), ("model", .text), ("language", .text), ("prompt", .text),
                            ("response_format", .words("json", "text", "verbose_json")), ("stream", .text),
                        ],
                        required: ["file"]
                    )
                )
            ],
            answers: [(200, [.json(Transcription.schema), .plain, .events])]
        ),
    ]

    private static let others: [APIOperation] = [
        use(
            ["/v1/messages"],
            "A message",
            tag: "Anthropic",
            AnthropicMembers.schema,
            .json(AnthropicMessage.schema),
            .events,
            headers: [conversation]
        ),
        use(
            ["/v1/messages/count_tokens"],
            "How many tokens a message's prompt has",
            tag: "Anthropic",
            AnthropicMembers.schema,
            .json(InputTokens.schema)
        ),
        use(
            ["/completion", "/completions"],
            "A text, with everything that llama-server can be told",
            tag: "llama-server",
            CompletionMembers.schema,
            .json(completions),
            .events,
            headers: [conversation]
        ),
        use(
            ["/infill"],
            "What stands between two texts",
            tag: "llama-server",
            InfillMembers.schema,
            .json(completions),
            .events
        ),
    ]

    private static let texts: [APIOperation] = [
        use(
            ["/tokenize"],
            "The tokens of a text",
            tag: "llama-server",
            TokenizeMembers.schema,
            .json(Tokens.schema)
        ),
        use(
            ["/detokenize"],
            "The text of tokens",
            tag: "llama-server",
            DetokenizeMembers.schema,
            .json(Detokenized.schema)
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
            TokenizerInfo.schema
        ),
        look(
            "/slots",
            "What the model's slots do",
            .list(SlotResource.schema),
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
            body: [.json(SlotMembers.schema)],
            answers: [(200, [.json(SlotActionResource.schema)])]
        ),
        look("/lora-adapters", "The adapters and their scales", .list(AdapterResource.schema)),
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

    private static let vectors: [APIOperation] = [
        use(
            ["/v1/embeddings"],
            "Vectors of texts",
            tag: "OpenAI",
            EmbeddingMembers.schema,
            .json(EmbeddingList.schema)
        ),
        use(
            ["/embedding", "/embeddings"],
            "Vectors of texts, all rows of them",
            tag: "llama-server",
            EmbeddingMembers.schema,
            .json(
                .list(
                    .object(
                        [("index", .count), ("embedding", .list(.list(.number)))],
                        required: ["index", "embedding"]
                    )
                )
            )
        ),
        use(
            ["/v1/rerank", "/v1/reranking", "/rerank", "/reranking"],
            "How well documents fit a query",
            tag: "Ranking",
            .component("Ranking"),
            .json(.either(Ranking.schema, .list(ScoredText.schema)))
        ),
        use(
            ["/v2/rerank"],
            "The same in Cohere's words",
            tag: "Ranking",
            .component("Ranking"),
            .json(CohereRanking.schema)
        ),
        use(
            ["/embed", "/embed_all"],
            "Vectors, in the words of Text Embeddings Inference",
            tag: "Ranking",
            EmbedMembers.schema,
            .json(.list(.either(.list(.number), .list(.list(.number)))))
        ),
        look("/info", "What the model is, in the same words", EmbeddingsInfo.schema),
    ]
}
