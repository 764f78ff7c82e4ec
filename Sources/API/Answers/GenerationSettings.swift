// SPDX-License-Identifier: MIT

import Wire

/// What a request was sampled with: llama-server's `generation_settings`, and the `params` of its slots.
package struct GenerationSettings: APIResource {
    /// What is added to a token's logit.
    package struct Bias: APIResource {
        package var token = 0
        /// nil for a token that is never chosen: JSON has no infinity.
        package var bias: Double?

        package init() {}

        package init(token: Int, bias: Double?) {
            self.token = token
            self.bias = bias
        }

        package static let fields: [APIField<Self>] = [.nullable("bias", \.bias), .always("token", \.token)]
    }

    /// What makes a lazy grammar begin.
    package struct Trigger: APIResource {
        /// llama-server's number of its kind.
        package var kind = 0
        package var value = ""
        package var token: Int?

        package init() {}

        package static let fields: [APIField<Self>] = [
            .always("type", \.kind), .always("value", \.value), .maybe("token", \.token),
        ]
    }

    /// How strongly an adapter works.
    package struct Adapter: APIResource {
        package var id = 0
        package var scale = 0.0

        package init() {}

        package init(id: Int, scale: Double) {
            self.id = id
            self.scale = scale
        }

        package static let fields: [APIField<Self>] = [.always("id", \.id, .count), .always("scale", \.scale)]
    }

    package static let component: String? = "GenerationSettings"

    package var seed = 0
    package var temperature = 0.0
    package var dynamicRange = 0.0
    package var dynamicExponent = 0.0
    package var topK = 0
    package var topP = 0.0
    package var minP = 0.0
    package var topNSigma = 0.0
    package var xtcProbability = 0.0
    package var xtcThreshold = 0.0
    package var typicalP = 0.0
    package var mirostat = 0
    package var mirostatTau = 0.0
    package var mirostatEta = 0.0
    package var adaptiveTarget = 0.0
    package var adaptiveDecay = 0.0
    package var repeatLast = 0
    package var repeatPenalty = 0.0
    package var presencePenalty = 0.0
    package var frequencyPenalty = 0.0
    package var dryMultiplier = 0.0
    package var dryBase = 0.0
    package var dryAllowedLength = 0
    package var dryLast = 0
    /// No client sees those of another one's request.
    package var dryBreakers: [String]?
    package var stops: [String]?
    /// Tokens to generate; -1 until the model ends.
    package var maxTokens = -1
    package var keep = 0
    package var discard = 0
    package var ignoresEnd = false
    package var streams = false
    package var biases: [Bias]?
    package var probabilities = 0
    package var minKeep = 0
    package var grammar: String?
    package var isGrammarLazy: Bool?
    package var triggers: [Trigger]?
    package var preservedTokens: [Int]?
    package var chatFormat = ""
    package var reasoningFormat = ""
    package var keepsReasoning = false
    package var generationPrompt = ""
    package var speculation = ""
    package var reportsTimings = false
    package var samplers: [String] = []
    package var reportsSampledProbabilities = false
    package var mayOffload = false
    package var adapters: [Adapter] = []

    package init() {}

    package static let fields: [APIField<Self>] =
        [
            .usual("seed", \.seed), .usual("temperature", \.temperature), .usual("dynatemp_range", \.dynamicRange),
            .usual("dynatemp_exponent", \.dynamicExponent), .usual("top_k", \.topK), .usual("top_p", \.topP),
            .usual("min_p", \.minP), .usual("top_n_sigma", \.topNSigma), .usual("xtc_probability", \.xtcProbability),
            .usual("xtc_threshold", \.xtcThreshold), .usual("typical_p", \.typicalP), .usual("mirostat", \.mirostat),
            .usual("mirostat_tau", \.mirostatTau), .usual("mirostat_eta", \.mirostatEta),
            .usual("adaptive_target", \.adaptiveTarget), .usual("adaptive_decay", \.adaptiveDecay),
            .usual("repeat_last_n", \.repeatLast), .usual("repeat_penalty", \.repeatPenalty),
            .usual("presence_penalty", \.presencePenalty), .usual("frequency_penalty", \.frequencyPenalty),
            .usual("dry_multiplier", \.dryMultiplier), .usual("dry_base", \.dryBase),
            .usual("dry_allowed_length", \.dryAllowedLength), .usual("dry_penalty_last_n", \.dryLast),
            .maybe("dry_sequence_breakers", \.dryBreakers),
        ] + limits + formats

    private static let limits: [APIField<Self>] = [
        .maybe("stop", \.stops), .usual("max_tokens", \.maxTokens),
        // The same under the name that llama-server had first.
        .usual("n_predict", \.maxTokens), .usual("n_keep", \.keep), .usual("n_discard", \.discard),
        .usual("ignore_eos", \.ignoresEnd), .usual("stream", \.streams), .maybe("logit_bias", \.biases),
        .usual("n_probs", \.probabilities), .usual("min_keep", \.minKeep),
    ]

    private static let formats: [APIField<Self>] = [
        .maybe("grammar", \.grammar), .maybe("grammar_lazy", \.isGrammarLazy), .maybe("grammar_triggers", \.triggers),
        .maybe("preserved_tokens", \.preservedTokens), .usual("chat_format", \.chatFormat),
        .usual("reasoning_format", \.reasoningFormat), .usual("reasoning_in_content", \.keepsReasoning),
        .usual("generation_prompt", \.generationPrompt), .usual("speculative.types", \.speculation),
        .usual("timings_per_token", \.reportsTimings), .usual("samplers", \.samplers),
        .usual("post_sampling_probs", \.reportsSampledProbabilities), .usual("backend_sampling", \.mayOffload),
        .usual("lora", \.adapters),
    ]

    /// The same without what holds a request's text.
    package var withoutTexts: GenerationSettings {
        var settings = self
        settings.stops = nil
        settings.grammar = nil
        settings.isGrammarLazy = nil
        settings.triggers = nil
        settings.preservedTokens = nil
        settings.biases = nil
        settings.dryBreakers = nil
        return settings
    }
}
