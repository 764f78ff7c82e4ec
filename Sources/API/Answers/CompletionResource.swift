// SPDX-License-Identifier: MIT

package import Wire

/// What OpenAI's completions and their chunks have in common. The last members are llama-server's.
package struct CompletionHead: APIResource {
    package var id = ""
    /// Seconds since 1970.
    package var created = 0
    package var model = ""
    package var fingerprint = ""
    package var object = ""

    package init() {}

    package init(id: String, created: Int, model: String, fingerprint: String, object: String) {
        self.id = id
        self.created = created
        self.model = model
        self.fingerprint = fingerprint
        self.object = object
    }

    package static let fields: [APIField<Self>] = [
        .always("created", \.created), .always("id", \.id), .always("model", \.model),
        .always("system_fingerprint", \.fingerprint), .always("object", \.object),
    ]
}

/// What stands behind the choices of a completion or a chunk.
package struct CompletionFigures: APIResource {
    package var usage: UsageResource?
    /// What `verbose` adds, in the words of `/completion`.
    package var verbose: JSONValue?
    package var timings: TimingsResource?
    package var progress: PromptProgressResource?

    package init() {}

    package static let fields: [APIField<Self>] = [
        .maybe("usage", \.usage), .maybe("__verbose", \.verbose, .document), .maybe("timings", \.timings),
        .maybe("prompt_progress", \.progress),
    ]
}

/// A completion, or a part of one that is streamed: choices between the head and the figures.
package protocol CompletionResource: APIResource {
    associatedtype Choice: APIResource

    var head: CompletionHead { get set }
    var choices: [Choice] { get set }
    var figures: CompletionFigures { get set }
}

extension CompletionResource {
    fileprivate static func completionFields(
        _ head: any WritableKeyPath<Self, CompletionHead> & Sendable,
        _ choices: any WritableKeyPath<Self, [Choice]> & Sendable,
        _ figures: any WritableKeyPath<Self, CompletionFigures> & Sendable
    ) -> [APIField<Self>] {
        [.always("choices", choices)] + CompletionHead.fields.map { $0.of(head) }
            + CompletionFigures.fields.map { $0.of(figures) }
    }
}

/// A chat completion.
package struct ChatCompletion: CompletionResource {
    package struct Choice: APIResource {
        package var finishReason = ""
        package var index = 0
        package var message: JSONValue = .null
        package var probabilities: JSONValue?

        package init() {}

        package init(index: Int, message: JSONValue, finishReason: String) {
            self.index = index
            self.message = message
            self.finishReason = finishReason
        }

        package static let fields: [APIField<Self>] = [
            .always("finish_reason", \.finishReason, .words("stop", "length", "tool_calls", "function_call")),
            .always("index", \.index, .count), .always("message", \.message, .component("AnswerMessage")),
            .maybe("logprobs", \.probabilities, .document),
        ]
    }

    package static let component: String? = "ChatCompletion"

    package var head = CompletionHead()
    package var choices: [Choice] = []
    package var figures = CompletionFigures()

    package init() {}

    package static let fields: [APIField<Self>] = completionFields(\.head, \.choices, \.figures)

    /// An assistant's message, as the engine's parser writes it.
    package static let message: APISchema = .object(said, required: ["role"])

    fileprivate static let said: [(String, APISchema)] = [
        ("role", .words("assistant")), ("content", .nullable(.text)), ("reasoning_content", .text),
        ("tool_calls", .list(.component("ToolCall"))), ("function_call", .document),
    ]

    /// A call of a function, as the engine's parser writes it; what is new of one in a chunk.
    package static let call: APISchema = .object([
        ("index", .count), ("id", .text), ("type", .words("function")),
        ("function", .object([("name", .text), ("arguments", .text.described("JSON, as the model wrote it."))])),
    ])
}

/// A part of a chat completion that is streamed.
package struct ChatChunk: CompletionResource {
    package struct Choice: APIResource {
        /// nil until the last.
        package var finishReason: String?
        package var index = 0
        package var delta: JSONValue = .object([])
        package var probabilities: JSONValue?

        package init() {}

        package init(index: Int, delta: JSONValue, finishReason: String? = nil, probabilities: JSONValue? = nil) {
            self.index = index
            self.delta = delta
            self.finishReason = finishReason
            self.probabilities = probabilities
        }

        package static let fields: [APIField<Self>] = [
            .nullable("finish_reason", \.finishReason), .always("index", \.index, .count),
            .always("delta", \.delta, .component("MessageDelta")), .maybe("logprobs", \.probabilities, .document),
        ]
    }

    package static let component: String? = "ChatChunk"

    package var head = CompletionHead()
    package var choices: [Choice] = []
    package var figures = CompletionFigures()

    package init() {}

    package static let fields: [APIField<Self>] = completionFields(\.head, \.choices, \.figures)

    /// What is new in an assistant's message.
    package static let delta: APISchema = .object(ChatCompletion.said)
}

/// A text completion, or a part of one that is streamed.
package struct TextCompletion: CompletionResource {
    package struct Choice: APIResource {
        package var text: JSONValue = .string("")
        package var index = 0
        package var probabilities: JSONValue?
        package var finishReason: String?

        package init() {}

        package init(index: Int, text: JSONValue, probabilities: JSONValue? = nil, finishReason: String? = nil) {
            self.index = index
            self.text = text
            self.probabilities = probabilities
            self.finishReason = finishReason
        }

        package static let fields: [APIField<Self>] = [
            .always("text", \.text, .text), .always("index", \.index, .count),
            .nullable("logprobs", \.probabilities, .document), .nullable("finish_reason", \.finishReason),
        ]
    }

    package static let component: String? = "Completion"

    package var head = CompletionHead()
    package var choices: [Choice] = []
    package var figures = CompletionFigures()

    package init() {}

    package static let fields: [APIField<Self>] = completionFields(\.head, \.choices, \.figures)
}
