// SPDX-License-Identifier: MIT

import Engine
import Wire

/// llama-server's `generation_settings`: what a request was sampled with.
enum SettingsReport {
    static func json(
        _ sampling: SamplingParameters,
        maxTokens: Int?,
        stops: [String],
        streams: Bool,
        probabilities: Int?,
        keep: Int = 0,
        discard: Int = 0,
        adapterScales: [Float]? = nil,
        speculation: [SpeculationKind] = [],
        format: AnswerFormat,
        reportsTimings: Bool = false
    ) -> JSONValue {
        let limit = JSONValue.integer(Int64(maxTokens ?? -1))
        return .object(
            chain(sampling) + penalties(sampling) + [
                .init("stop", .array(stops.map(JSONValue.string))),
                .init("max_tokens", limit),
                .init("n_predict", limit),
                .init("n_keep", .integer(Int64(keep))),
                .init("n_discard", .integer(Int64(discard))),
                .init("ignore_eos", .bool(sampling.ignoresEnd)),
                .init("stream", .bool(streams)),
                .init("logit_bias", .array(sampling.biases.map(bias))),
                .init("n_probs", .integer(Int64(probabilities ?? 0))),
                .init("min_keep", .integer(Int64(sampling.minKeep))),
                .init("grammar", .string(sampling.grammar ?? "")),
                .init("grammar_lazy", .bool(sampling.isGrammarLazy)),
                .init("grammar_triggers", .array(sampling.grammarTriggers.map(trigger))),
                .init("preserved_tokens", .array(format.preservedTokens.map { .integer(Int64($0)) })),
                .init("chat_format", .string(format.name)),
                .init("reasoning_format", .string(format.reasoning)),
                .init("reasoning_in_content", .bool(format.keepsReasoning)),
                .init("generation_prompt", .string(format.generationPrompt)),
                .init("speculative.types", .string(types(speculation))),
                .init("timings_per_token", .bool(reportsTimings)),
                .init("samplers", .array(sampling.order.map { .string($0.name) })),
                .init("post_sampling_probs", .bool(sampling.reportsSampledProbabilities)),
                .init("backend_sampling", .bool(sampling.mayOffload)),
                .init("lora", .array((adapterScales ?? []).enumerated().map { adapter($0, $1) })),
            ]
        )
    }

    private static func types(_ kinds: [SpeculationKind]) -> String {
        kinds.isEmpty ? "none" : kinds.map(\.rawValue).joined(separator: ",")
    }

    private static func chain(_ sampling: SamplingParameters) -> [JSONValue.Member] {
        [
            .init("seed", .integer(Int64(sampling.seed ?? UInt32.max))),
            .init("temperature", number(sampling.temperature)),
            .init("dynatemp_range", number(sampling.dynamicRange)),
            .init("dynatemp_exponent", number(sampling.dynamicExponent)),
            .init("top_k", .integer(Int64(sampling.topK))),
            .init("top_p", number(sampling.topP)),
            .init("min_p", number(sampling.minP)),
            .init("top_n_sigma", number(sampling.topNSigma)),
            .init("xtc_probability", number(sampling.xtcProbability)),
            .init("xtc_threshold", number(sampling.xtcThreshold)),
            .init("typical_p", number(sampling.typicalP)),
            .init("mirostat", .integer(Int64(sampling.mirostat))),
            .init("mirostat_tau", number(sampling.mirostatTau)),
            .init("mirostat_eta", number(sampling.mirostatEta)),
            .init("adaptive_target", number(sampling.adaptiveTarget)),
            .init("adaptive_decay", number(sampling.adaptiveDecay)),
        ]
    }

    private static func penalties(_ sampling: SamplingParameters) -> [JSONValue.Member] {
        [
            .init("repeat_last_n", .integer(Int64(sampling.repeatLast))),
            .init("repeat_penalty", number(sampling.repeatPenalty)),
            .init("presence_penalty", number(sampling.presencePenalty)),
            .init("frequency_penalty", number(sampling.frequencyPenalty)),
            .init("dry_multiplier", number(sampling.dryMultiplier)),
            .init("dry_base", number(sampling.dryBase)),
            .init("dry_allowed_length", .integer(Int64(sampling.dryAllowedLength))),
            .init("dry_penalty_last_n", .integer(Int64(sampling.dryLast))),
            .init("dry_sequence_breakers", .array(sampling.dryBreakers.map(JSONValue.string))),
        ]
    }

    private static func number(_ value: Float) -> JSONValue { .number(Double(value)) }

    /// JSON has no infinity; llama-server writes null.
    private static func bias(_ bias: SamplingParameters.Bias) -> JSONValue {
        ["bias": bias.value.isFinite ? number(bias.value) : .null, "token": .integer(Int64(bias.token))]
    }

    private static func adapter(_ id: Int, _ scale: Float) -> JSONValue {
        ["id": .integer(Int64(id)), "scale": number(scale)]
    }

    private static func trigger(_ trigger: GrammarTrigger) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", .integer(Int64(trigger.kind.rawValue))), .init("value", .string(trigger.value)),
        ]
        if trigger.kind == .token { members.append(.init("token", .integer(Int64(trigger.token)))) }
        return .object(members)
    }
}
