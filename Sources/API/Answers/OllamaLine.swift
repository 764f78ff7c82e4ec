// SPDX-License-Identifier: MIT

package import Wire

/// A line of what Ollama's chats and texts answer, or all of it in one object.
/// Source: Ollama's `docs/api.md`.
package struct OllamaLine: APIResource {
    /// Of the whole, in the last line. Durations are in nanoseconds.
    package struct Figures: APIResource {
        package var total: Int = 0
        package var load: Int = 0
        package var promptTokens: Int = 0
        package var promptTime: Int = 0
        package var generatedTokens: Int = 0
        package var generationTime: Int = 0

        package init() {}

        package static let fields: [APIField<Self>] = [
            .usual("total_duration", \.total), .usual("load_duration", \.load),
            .usual("prompt_eval_count", \.promptTokens), .usual("prompt_eval_duration", \.promptTime),
            .usual("eval_count", \.generatedTokens), .usual("eval_duration", \.generationTime),
        ]
    }

    package static let component: String? = "OllamaLine"

    package var model = ""
    /// RFC 3339.
    package var created = ""
    /// Of a chat.
    package var message: JSONValue?
    /// Of a text.
    package var response: JSONValue?
    package var thinking: String?
    package var probabilities: [JSONValue]?
    package var isDone = false
    package var doneReason: String?
    /// The tokens of the prompt and the answer, for the next request.
    package var context: [JSONValue]?
    package var figures: Figures?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("model", \.model), .always("created_at", \.created),
        .maybe(
            "message",
            \.message,
            .object(
                [
                    ("role", .words("assistant")), ("content", .text), ("thinking", .text),
                    ("tool_calls", .list(.document)),
                ],
                required: ["role", "content"]
            )
        ), .maybe("response", \.response, .text), .maybe("thinking", \.thinking),
        .maybe("logprobs", \.probabilities, .list(.document)), .always("done", \.isDone),
        .maybe("done_reason", \.doneReason, .words("stop", "length", "load", "unload")),
        .maybe("context", \.context, .list(.integer)),
    ]

    package static var shape: APISchema {
        .object(
            fields.map { ($0.name, $0.schema) } + Figures.fields.map { ($0.name, $0.schema) },
            required: fields.filter(\.isWritten).map(\.name)
        )
    }

    package var json: JSONValue { .object(members + (figures?.members ?? [])) }
}

/// Vectors in Ollama's words. Durations are in nanoseconds.
package struct OllamaEmbeddings: APIResource {
    package static let component: String? = "OllamaEmbeddings"

    package var model = ""
    package var embeddings: [[Double]] = []
    package var total: Int = 0
    package var load: Int = 0
    package var tokens = 0

    package init() {}

    package static let fields: [APIField<Self>] = [
        .always("model", \.model), .always("embeddings", \.embeddings), .usual("total_duration", \.total),
        .usual("load_duration", \.load), .usual("prompt_eval_count", \.tokens, .count),
    ]
}
