// SPDX-License-Identifier: MIT

import CLlama

/// Chooses tokens for one generation and remembers what it chose.
///
/// `@unchecked Sendable`: it is made beside the request and handed over with it; only one thread has it at a time.
package final class Sampler: @unchecked Sendable {
    let handle: OpaquePointer
    /// The seed in use.
    package let seed: UInt32
    /// Whether ``Context/probabilities(of:sampler:at:count:)`` tells them as they are after the samplers.
    let reportsSampledProbabilities: Bool
    /// Whether it may choose where the model is computed.
    package let offloads: Bool
    /// Whether a grammar says what may follow.
    let hasGrammar: Bool
    /// Tokens of the prompt that some sampler looks at.
    private let lookback: Int

    /// Most tokens that samplers look back, which bounds their memory.
    private static let longestLookback: Int32 = 1 << 18
    /// How long choosing one token may take. All generations wait for it, and a grammar that allows very many ways
    /// takes for ever.
    private static let stepLimit: Duration = .seconds(5)

    /// - Parameter conversation: brings the grammar of its tools or schema.
    /// - Throws: `invalidRequest`, for example for a grammar that cannot be read.
    package init(
        _ parameters: SamplingParameters,
        for model: Model,
        conversation: Conversation?
    ) throws(EngineError) {
        try Self.check(parameters)
        try Self.checkGrammar(parameters.grammar ?? "", conversation)
        seed = parameters.seed ?? UInt32.random(in: 0..<UInt32.max)
        reportsSampledProbabilities = parameters.reportsSampledProbabilities
        var raw = Self.raw(parameters)
        raw.seed = seed
        raw.chat = conversation?.handle
        lookback = Int(max(raw.repeat_last, raw.dry_multiplier == 0 ? 0 : raw.dry_last))
        guard let made = Self.make(&raw, parameters, model) else {
            throw .last(.invalidRequest, "the sampling parameters cannot be used")
        }
        handle = made
        hasGrammar = eh_sampler_has_grammar(made)
        offloads = eh_sampler_offloads(made)
    }

    deinit {
        eh_sampler_free(handle)
    }

    /// Tells the penalties what stands in the prompt.
    func acceptPrompt(_ tokens: [Int32]) {
        // Negative numbers stand for media.
        for token in tokens.suffix(lookback) where token >= 0 {
            _ = eh_sampler_accept(handle, token, false)
        }
    }

    /// Tells all samplers which token was generated.
    /// - Parameter isChosen: whether it follows the grammar; one that was taken over unseen may not.
    /// - Throws: `invalidRequest` where the grammar can't go on, or takes too long; the sampler can't be used any more then.
    func accept(_ token: Int32, isChosen: Bool = true) throws(EngineError) {
        guard eh_sampler_accept(handle, token, isChosen) == 0 else {
            throw .last(.invalidRequest, "the grammar cannot be followed")
        }
    }

    /// - Throws: `invalidRequest` for a grammar that the engine can't read, or not in time.
    private static func checkGrammar(_ own: String, _ conversation: Conversation?) throws(EngineError) {
        let text = own.isEmpty ? conversation?.grammar ?? "" : own
        guard !text.isEmpty else { return }
        do {
            try GrammarCheck.check(text)
        } catch {
            let subject = own.isEmpty ? "the grammar of the request's schema or tools" : "the grammar"
            throw EngineError(.invalidRequest, "\(subject) \(error)")
        }
    }

    /// - Throws: `invalidRequest` for a text that C would take for a shorter one.
    private static func check(_ parameters: SamplingParameters) throws(EngineError) {
        let texts = [
            ("grammar", [parameters.grammar ?? ""]), ("reasoning_budget_message", [parameters.reasoningMessage]),
            ("reasoning_budget_start_tag", [parameters.reasoningStart]),
            ("reasoning_budget_end_tags", parameters.reasoningEnds),
            ("dry_sequence_breakers", parameters.dryBreakers),
            ("grammar_triggers", parameters.grammarTriggers.map(\.value)),
        ]
        for (name, values) in texts where values.contains(where: { $0.utf8.contains(0) }) {
            throw EngineError(.invalidRequest, "'\(name)' must not hold the character NUL")
        }
    }

    /// Makes the model end its thoughts.
    /// - Returns: whether it was thinking, and can be told.
    func endReasoning() -> Bool {
        eh_sampler_end_reasoning(handle)
    }

    private static func raw(_ parameters: SamplingParameters) -> eh_sampler_options {
        var raw = eh_sampler_options()
        raw.min_keep = parameters.minKeep
        raw.temperature = parameters.temperature
        raw.dynamic_range = parameters.dynamicRange
        raw.dynamic_exponent = parameters.dynamicExponent
        raw.top_k = parameters.topK
        raw.top_p = parameters.topP
        raw.min_p = parameters.minP
        raw.top_n_sigma = parameters.topNSigma
        raw.typical_p = parameters.typicalP
        raw.xtc_probability = parameters.xtcProbability
        raw.xtc_threshold = parameters.xtcThreshold
        raw.repeat_last = min(parameters.repeatLast, longestLookback)
        raw.repeat_penalty = parameters.repeatPenalty
        raw.frequency_penalty = parameters.frequencyPenalty
        raw.presence_penalty = parameters.presencePenalty
        raw.dry_multiplier = parameters.dryMultiplier
        raw.dry_base = parameters.dryBase
        raw.dry_allowed_length = parameters.dryAllowedLength
        raw.dry_last = min(parameters.dryLast, longestLookback)
        raw.mirostat = parameters.mirostat
        raw.mirostat_tau = parameters.mirostatTau
        raw.mirostat_eta = parameters.mirostatEta
        raw.adaptive_target = parameters.adaptiveTarget
        raw.adaptive_decay = parameters.adaptiveDecay
        raw.grammar_is_lazy = parameters.isGrammarLazy
        raw.reasoning_budget = parameters.reasoningBudget ?? -1
        raw.reasoning_control = parameters.controlsReasoning
        raw.keeps_candidates = parameters.reportsSampledProbabilities
        raw.offloads = parameters.offloads
        raw.step_milliseconds = UInt32(stepLimit / .milliseconds(1))
        return raw
    }

    /// Lends the lists and texts for the call.
    private static func make(
        _ raw: inout eh_sampler_options,
        _ parameters: SamplingParameters,
        _ model: Model
    ) -> OpaquePointer? {
        var options = raw
        let biases = parameters.biases.map { eh_bias(token: $0.token, bias: $0.value) }
        let texts = [
            String(parameters.order.map(\.rawValue)), parameters.grammar ?? "", parameters.reasoningMessage,
            parameters.reasoningStart,
        ]
        return CStrings.lend(texts) { texts, _ in
            options.order = texts?[0]
            options.grammar = texts?[1]
            options.reasoning_message = texts?[2]
            options.reasoning_start = texts?[3]
            return CStrings.lend(parameters.dryBreakers) { breakers, count in
                options.dry_breakers = breakers
                options.dry_breaker_count = count
                return CStrings.lend(parameters.reasoningEnds) { ends, count in
                    options.reasoning_ends = ends
                    options.reasoning_end_count = count
                    return CStrings.lend(parameters.grammarTriggers.map(\.value)) { values, count in
                        let triggers = parameters.grammarTriggers.enumerated().map { index, trigger in
                            eh_trigger(kind: trigger.kind.rawValue, value: values?[index], token: trigger.token)
                        }
                        return triggers.withUnsafeBufferPointer { triggers in
                            options.triggers = triggers.baseAddress
                            options.trigger_count = count
                            return biases.withUnsafeBufferPointer { biases in
                                options.biases = biases.baseAddress
                                options.bias_count = Int32(biases.count)
                                return eh_sampler_create(model.handle, &options)
                            }
                        }
                    }
                }
            }
        }
    }
}
