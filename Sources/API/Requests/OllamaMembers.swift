// SPDX-License-Identifier: MIT

package import Wire

/// What Ollama's requests that write have in common.
/// Source: Ollama's `docs/api.md` and `api/types.go`.
package struct OllamaMembers: RequestShape {
    package static let shape = OllamaMembers()

    package let model = RequestMember.text("model", "name", about: "A model's name, with or without `:latest`.")
        .required
    package let streams = RequestMember.flag("stream", about: "True by default: the answer comes in lines.")
    package let format = RequestMember.value("format", .either(.words("", "json"), .document))
    package let options = RequestMember.object(
        "options",
        .object([
            ("temperature", .number), ("top_p", .number), ("top_k", .number), ("min_p", .number),
            ("typical_p", .number), ("seed", .number), ("num_predict", .number), ("num_keep", .number),
            ("num_ctx", .integer), ("repeat_last_n", .number), ("repeat_penalty", .number),
            ("presence_penalty", .number), ("frequency_penalty", .number), ("mirostat", .number),
            ("mirostat_tau", .number), ("mirostat_eta", .number), ("stop", .either(.text, .list(.text))),
        ])
    )
    package let keepAlive = RequestMember.value(
        "keep_alive",
        .either(.text, .number),
        about: "How long the model stays: `5m`, seconds, 0, or -1 for ever."
    )
    package let thinks = RequestMember.value("think", .either(.flag, .words("low", "medium", "high", "max")))
    package let hasProbabilities = RequestMember.flag("logprobs")
    package let topProbabilities = RequestMember.integer("top_logprobs", in: 0...20)
    package let truncates = RequestMember.flag("truncate", about: "Whether the oldest messages may be left out.")
    package let shifts = RequestMember.flag("shift")
}

/// Ollama's chat.
package struct OllamaChatMembers: RequestShape {
    package static let shape = OllamaChatMembers()

    package let common = OllamaMembers.shape
    package let messages = RequestMember.value("messages", .list(.document))
    package let tools = RequestMember.value("tools", .list(.document))

    /// The names of all members.
    package static let own = names
}

/// Ollama's `/api/generate`.
package struct OllamaGenerateMembers: RequestShape {
    package static let shape = OllamaGenerateMembers()

    package let common = OllamaMembers.shape
    package let prompt = RequestMember.text("prompt")
    package let suffix = RequestMember.text("suffix")
    package let system = RequestMember.text("system")
    package let isRaw = RequestMember.flag("raw", about: "Whether the prompt stands as it is, without a template.")
    package let images = RequestMember.value("images", .list(.text))
    package let context = RequestMember.value("context", .list(.integer), about: "Tokens of an earlier answer.")
    package let template = RequestMember.text("template", about: "Not supported.")

    /// The names of all members.
    package static let own = names
}

/// Ollama's `/api/embed`.
package struct OllamaEmbedMembers: RequestShape {
    package static let shape = OllamaEmbedMembers()

    package let model = OllamaMembers.shape.model
    package let input = RequestMember.value("input", .either(.text, .list(.text)))
    package let truncates = RequestMember.flag("truncate")
    package let dimensions = RequestMember.integer("dimensions", in: 0...Int(Int32.max))
    package let keepAlive = OllamaMembers.shape.keepAlive
    package let options = OllamaMembers.shape.options
}

/// Ollama's older `/api/embeddings`.
package struct OllamaEmbeddingsMembers: RequestShape {
    package static let shape = OllamaEmbeddingsMembers()

    package let model = OllamaMembers.shape.model
    package let prompt = RequestMember.text("prompt")
    package let keepAlive = OllamaMembers.shape.keepAlive
    package let options = OllamaMembers.shape.options
}
