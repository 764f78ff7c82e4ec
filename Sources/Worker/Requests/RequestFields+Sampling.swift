// SPDX-License-Identifier: MIT

import Engine
import Wire

extension RequestFields {
    /// The request's sampling parameters over the model's defaults. Names and ranges are llama-server's.
    /// - Throws: 400 naming the field.
    func sampling(over defaults: ServedModel.Defaults, model: Model) throws(APIError) -> SamplingParameters {
        var result = defaults.sampling
        try readChain(&result)
        try readPenalties(&result)
        try readGrammar(&result, model: model)
        try readReasoning(&result)
        if let value = try integer("seed", in: Int.min...Int.max) {
            // llama-server's two ways of saying "any". The API allows any other whole number.
            result.seed = value == -1 || value == Int(UInt32.max) ? nil : GenerationFields.seed(Int64(value))
        }
        if self["logit_bias"] != nil { result.biases = try biases(model) }
        result.ignoresEnd = try bool("ignore_eos") ?? defaults.ignoresEnd
        if result.ignoresEnd {
            result.biases += model.endTokens.map { SamplingParameters.Bias(token: $0, value: -.infinity) }
        }
        if let value = try bool("backend_sampling") { result.offloads = value }
        result.reportsSampledProbabilities = try bool("post_sampling_probs") ?? false
        return result
    }

    /// What narrows down the candidates. llama-server moves most values into their range in silence; here what is out
    /// of it is an error, but for those that clients are known to send.
    private func readChain(_ result: inout SamplingParameters) throws(APIError) {
        let huge = Double(Float.greatestFiniteMagnitude)
        if let value = try order() { result.order = value }
        if let value = try count("min_keep", from: 0) { result.minKeep = Int32(value) }
        if let value = try number("temperature", in: -huge...huge) { result.temperature = max(value, 0) }
        if let value = try number("dynatemp_range", in: -huge...huge) { result.dynamicRange = max(value, 0) }
        if let value = try number("dynatemp_exponent", in: 0...1_000) { result.dynamicExponent = value }
        if let value = try count("top_k", from: -1) { result.topK = Int32(max(value, 0)) }
        if let value = try number("top_p", in: 0...1) { result.topP = value }
        if let value = try number("min_p", in: 0...1) { result.minP = value }
        if let value = try number("top_n_sigma", in: -huge...huge) { result.topNSigma = value }
        if let value = try number("typical_p", in: -huge...huge) { result.typicalP = min(max(value, 0), 1) }
        if let value = try number("xtc_probability", in: 0...1) { result.xtcProbability = value }
        if let value = try number("xtc_threshold", in: 0...1) { result.xtcThreshold = value }
        if let value = try integer("mirostat", in: 0...2) { result.mirostat = Int32(value) }
        if let value = try number("mirostat_tau", in: 0...1_000) { result.mirostatTau = value }
        if let value = try number("mirostat_eta", in: 0...1_000) { result.mirostatEta = value }
        if let value = try number("adaptive_target", in: -huge...1) { result.adaptiveTarget = value }
        if let value = try number("adaptive_decay", in: 0...0.99) { result.adaptiveDecay = value }
    }

    private func readPenalties(_ result: inout SamplingParameters) throws(APIError) {
        let huge = Double(Float.greatestFiniteMagnitude)
        if let value = try count("repeat_last_n", from: -1) {
            result.repeatLast = value == -1 ? Int32.max : Int32(value)
        }
        if let value = try number("repeat_penalty", in: 0.01...100) { result.repeatPenalty = value }
        if let value = try number("presence_penalty", in: -100...100) { result.presencePenalty = value }
        if let value = try number("frequency_penalty", in: -100...100) { result.frequencyPenalty = value }
        if let value = try number("dry_multiplier", in: 0...1_000) { result.dryMultiplier = value }
        // Below 1 it would reward repetition; llama-server keeps its default then.
        if let value = try number("dry_base", in: -huge...huge), value >= 1 { result.dryBase = min(value, 1_000) }
        if let value = try count("dry_allowed_length", from: 0) {
            result.dryAllowedLength = Int32(value)
        }
        if let value = try count("dry_penalty_last_n", from: -1) {
            result.dryLast = value == -1 ? Int32.max : Int32(value)
        }
        if let value = try strings("dry_sequence_breakers", atMost: 32) {
            guard !value.isEmpty, self["dry_sequence_breakers"]?.array != nil else {
                throw APIError(.invalidRequest, "'dry_sequence_breakers' must be a non-empty array of strings")
            }
            result.dryBreakers = value
        }
    }

    /// `samplers`: an array of names, or a string of llama-server's letters.
    private func order() throws(APIError) -> [SamplerKind]? {
        guard let value = self["samplers"] else { return nil }
        var result: [SamplerKind] = []
        if let letters = value.string {
            for letter in letters {
                guard let kind = SamplerKind(rawValue: letter) else { throw unknownSampler(String(letter)) }
                result.append(kind)
            }
        } else {
            for name in try strings("samplers", atMost: 32) ?? [] {
                guard let kind = SamplerKind(named: name) else { throw unknownSampler(name) }
                result.append(kind)
            }
        }
        guard result.count <= 32 else {
            throw APIError(.invalidRequest, "'samplers' has \(result.count) entries; 32 are allowed")
        }
        return result
    }

    private func unknownSampler(_ name: String) -> APIError {
        let known = SamplerKind.allCases.map { "\($0.name) (\($0.rawValue))" }.joined(separator: ", ")
        return APIError(.invalidRequest, "'samplers' names '\(name)', which isn't one of \(known)")
    }

    /// When the grammar begins.
    private func readGrammar(_ result: inout SamplingParameters, model: Model) throws(APIError) {
        if let value = try bool("grammar_lazy") { result.isGrammarLazy = value }
        guard let value = self["grammar_triggers"] else { return }
        guard let list = value.array, list.count <= 256 else {
            throw APIError(.invalidRequest, "'grammar_triggers' must be an array of at most 256 objects")
        }
        for entry in list {
            guard let number = entry["type"]?.integer, let text = entry["value"]?.string,
                let kind = GrammarTrigger.Kind(rawValue: Int32(clamping: number))
            else {
                throw APIError(
                    .invalidRequest,
                    "an entry of 'grammar_triggers' must be {\"type\": 0 to 3, \"value\": …}, not \(entry.text)"
                )
            }
            var trigger = GrammarTrigger(kind: kind, value: text)
            if kind == .pattern || kind == .wholePattern { try TriggerPattern.check(text) }
            if kind == .token { trigger.token = try PromptFields.token(entry["token"] ?? .null, model) }
            result.grammarTriggers.append(trigger)
        }
    }

    private func readReasoning(_ result: inout SamplingParameters) throws(APIError) {
        let budget = try count("reasoning_budget_tokens", "thinking_budget_tokens", from: -1)
        if let value = budget, value >= 0 {
            result.reasoningBudget = Int32(value)
        }
        if let value = try string("reasoning_budget_message") { result.reasoningMessage = value }
        if let value = try bool("reasoning_control") { result.controlsReasoning = value }
        if let value = try string("reasoning_budget_start_tag") { result.reasoningStart = value }
        for name in ["reasoning_budget_end_tag", "reasoning_budget_end_tags"] {
            guard let value = try strings(name, atMost: 16) else { continue }
            result.reasoningEnds = value
        }
    }

    /// `logit_bias`: `[[token or text, bias or false], …]` or `{"token or text": bias or false}`.
    private func biases(_ model: Model) throws(APIError) -> [SamplingParameters.Bias] {
        guard let value = self["logit_bias"] else { return [] }
        var pairs: [(JSONValue, JSONValue)] = []
        switch value {
        case .object(let members):
            pairs = members.map { (Int64($0.name).map(JSONValue.integer) ?? .string($0.name), $0.value) }
        case .array(let entries):
            for entry in entries {
                guard let pair = entry.array, pair.count == 2 else {
                    throw APIError(.invalidRequest, "'logit_bias' entries must be pairs of a token and a bias")
                }
                pairs.append((pair[0], pair[1]))
            }
        default:
            throw wrongKind("logit_bias", "an object or an array of pairs", value)
        }
        guard pairs.count <= 10_000 else {
            throw APIError(.invalidRequest, "'logit_bias' has \(pairs.count) entries; 10000 are allowed")
        }
        var result: [SamplingParameters.Bias] = []
        for (key, weight) in pairs {
            let bias = try bias(weight)
            for token in try tokens(key, model) { result.append(SamplingParameters.Bias(token: token, value: bias)) }
        }
        return result
    }

    private func bias(_ weight: JSONValue) throws(APIError) -> Float {
        if weight == .bool(false) { return -.infinity }
        guard let number = weight.double, number.isFinite, abs(number) <= 1_000_000 else {
            throw APIError(.invalidRequest, "a bias in 'logit_bias' must be a number or false, not \(weight.text)")
        }
        return Float(number)
    }

    private func tokens(_ key: JSONValue, _ model: Model) throws(APIError) -> [Int32] {
        if let text = key.string {
            do {
                return try model.tokenize(text, addSpecial: false, parseSpecial: false)
            } catch {
                throw APIError(error)
            }
        }
        guard let token = key.integer, token >= 0, token < Int64(model.facts.vocabularySize) else {
            throw APIError(
                .invalidRequest,
                "a token in 'logit_bias' must be between 0 and \(model.facts.vocabularySize - 1), not \(key.text)"
            )
        }
        return [Int32(token)]
    }
}
