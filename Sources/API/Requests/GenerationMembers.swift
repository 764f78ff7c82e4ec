// SPDX-License-Identifier: MIT

package import Wire

/// What every request that generates may say beside its prompt: OpenAI's members and llama-server's.
package struct GenerationMembers: RequestShape {
    package static let shape = GenerationMembers()

    package let model = RequestMember.text("model", about: "A model's name; else `?model=` counts.")
    package let streams = RequestMember.flag("stream", about: "Whether the answer comes as events while it is made.")
    package let streamOptions = RequestMember.object(
        "stream_options",
        .object([("include_usage", .flag.orNull)]),
        about: "`include_usage`: the last event has the usage."
    )
    package let maxTokens = RequestMember.count(
        "n_predict",
        "max_completion_tokens",
        "max_tokens",
        from: -1,
        about: "Tokens to generate at most; -1 for any number. Also `max_tokens` and `max_completion_tokens`."
    )
    package let stops = RequestMember.texts("stop", atMost: 64, about: "Texts at which the answer ends, before them.")
    package let choices = RequestMember.integer("n_cmpl", "n", in: 1...128, about: "Answers to each prompt. Also `n`.")
    package let sampling = SamplingMembers.shape
    package let cachesPrompt = RequestMember.flag("cache_prompt", about: "Whether what was computed before is used.")
    package let returnsTokens = RequestMember.flag("return_tokens")
    package let slot = RequestMember.integer("id_slot", in: -1...Int(Int16.max), about: "-1 for any.")
    package let reportsProgress = RequestMember.flag("return_progress", about: "Whether events tell of the prompt.")
    package let reportsTimings = RequestMember.flag("timings_per_token")
    package let keep = RequestMember.count("n_keep", from: -1, about: "Tokens of the prompt that a full context keeps.")
    package let discard = RequestMember.count("n_discard", from: 0)
    package let cacheReuse = RequestMember.count("n_cache_reuse", from: 0)
    package let adapters = RequestMember.value(
        "lora",
        .list(.object([("id", .count), ("scale", .number)])),
        about: "How strongly each adapter works."
    )
    package let proposalMax = RequestMember.count("speculative.n_max", from: 0)
    package let proposalMin = RequestMember.count("speculative.n_min", from: 0)
    package let proposalProbability = RequestMember.number("speculative.p_min", in: 0...1)
    package let indent = RequestMember.count("n_indent", from: 0)
    package let timeLimit = RequestMember.count("t_max_predict_ms", from: -1, about: "Milliseconds; -1 for no limit.")
    package let isVerbose = RequestMember.flag("verbose")
    package let grammar = RequestMember.text("grammar", about: "The answer follows it: GBNF.")
    package let schema = RequestMember.value("json_schema", .document, about: "The answer follows it.")
    package let responseFormat = RequestMember.object(
        "response_format",
        .object(
            [("type", .text), ("json_schema", .document.orNull)],
            required: ["type"]
        ),
        about: "`text`, `json_object` or `json_schema`."
    )
    package let structuredOutputs = RequestMember.object(
        "structured_outputs",
        about: "vLLM's: json, regex, choice or grammar."
    )
}
