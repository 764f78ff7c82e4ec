// SPDX-License-Identifier: MIT

package import Wire

/// How the next token is chosen, in llama-server's words.
/// Source of names and ranges: llama-server's `tools/server/README.md`, `POST /completion`.
package struct SamplingMembers: RequestShape {
    package static let shape = SamplingMembers()

    package let temperature = RequestMember.number("temperature", about: "0 takes the likeliest token.")
    package let dynamicRange = RequestMember.number("dynatemp_range", about: "The temperature varies by it.")
    package let dynamicExponent = RequestMember.number("dynatemp_exponent", in: 0...1_000)
    package let topK = RequestMember.count(
        "top_k",
        from: -1,
        about: "The likeliest tokens to choose from; 0 or -1 for all."
    )
    package let topP = RequestMember.number("top_p", in: 0...1)
    package let minP = RequestMember.number("min_p", in: 0...1)
    package let topNSigma = RequestMember.number("top_n_sigma")
    package let typicalP = RequestMember.number("typical_p")
    package let xtcProbability = RequestMember.number("xtc_probability", in: 0...1)
    package let xtcThreshold = RequestMember.number("xtc_threshold", in: 0...1)
    package let minKeep = RequestMember.count("min_keep", from: 0, about: "Tokens that the samplers leave at least.")
    package let mirostat = RequestMember.integer("mirostat", in: 0...2)
    package let mirostatTau = RequestMember.number("mirostat_tau", in: 0...1_000)
    package let mirostatEta = RequestMember.number("mirostat_eta", in: 0...1_000)
    package let adaptiveTarget = RequestMember.number("adaptive_target", in: -Double(Float.greatestFiniteMagnitude)...1)
    package let adaptiveDecay = RequestMember.number("adaptive_decay", in: 0...0.99)
    package let repeatLast = RequestMember.count(
        "repeat_last_n",
        from: -1,
        about: "Tokens that penalties look at; -1 for all."
    )
    package let repeatPenalty = RequestMember.number("repeat_penalty", in: 0.01...100)
    package let presencePenalty = RequestMember.number("presence_penalty", in: -100...100)
    package let frequencyPenalty = RequestMember.number("frequency_penalty", in: -100...100)
    package let dryMultiplier = RequestMember.number("dry_multiplier", in: 0...1_000)
    package let dryBase = RequestMember.number("dry_base")
    package let dryAllowedLength = RequestMember.count("dry_allowed_length", from: 0)
    package let dryLast = RequestMember.count("dry_penalty_last_n", from: -1)
    package let dryBreakers = RequestMember.texts("dry_sequence_breakers", atMost: 32)
    package let samplers = RequestMember.value(
        "samplers",
        .either(.text, .list(.text)),
        about: "The samplers in their order, by names or as a string of letters."
    )
    package let seed = RequestMember.integer("seed", in: Int.min...Int.max, about: "-1 for any.")
    package let ignoresEnd = RequestMember.flag("ignore_eos")
    package let biases = RequestMember.value(
        "logit_bias",
        .either(.document, .list(.any)),
        about: "By token or text: what is added to its logit, or false for never."
    )
    package let offloads = RequestMember.flag("backend_sampling")
    package let reportsSampledProbabilities = RequestMember.flag("post_sampling_probs")
    package let isGrammarLazy = RequestMember.flag("grammar_lazy")
    package let grammarTriggers = RequestMember.value("grammar_triggers", .list(.document))
    package let reasoningBudget = RequestMember.count(
        "reasoning_budget_tokens",
        "thinking_budget_tokens",
        from: -1,
        about: "Tokens that the model may think; -1 for any number."
    )
    package let reasoningMessage = RequestMember.text("reasoning_budget_message")
    package let controlsReasoning = RequestMember.flag("reasoning_control")
    package let reasoningStart = RequestMember.text("reasoning_budget_start_tag")
    package let reasoningEnd = RequestMember.texts("reasoning_budget_end_tag", atMost: 16)
    package let reasoningEnds = RequestMember.texts("reasoning_budget_end_tags", atMost: 16)
}
