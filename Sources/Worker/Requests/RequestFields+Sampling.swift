// SPDX-License-Identifier: MIT

import API
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
        if let value = try self[\SamplingMembers.seed] {
            // llama-server's two ways of saying "any". The API allows any other whole number.
            result.seed = value == -1 || value == Int(UInt32.max) ? nil : GenerationFields.seed(Int64(value))
        }
        if self[\SamplingMembers.biases] != nil { result.biases = try biases(model) }
        result.ignoresEnd = try self[\SamplingMembers.ignoresEnd] ?? defaults.ignoresEnd
        if result.ignoresEnd {
            result.biases += model.endTokens.map { SamplingParameters.Bias(token: $0, value: -.infinity) }
        }
        if let value = try self[\SamplingMembers.offloads] { result.offloads = value }
        result.reportsSampledProbabilities = try self[\SamplingMembers.reportsSampledProbabilities] ?? false
        return result
    }

    /// What narrows down the candidates. llama-server moves most values into their range in silence; here what is out
    /// of it is an error, but for those that clients are known to send.
    private func readChain(_ result: inout SamplingParameters) throws(APIError) {
        if let value = try order() { result.order = value }
        if let value = try self[\SamplingMembers.minKeep] { result.minKeep = Int32(value) }
        if let value = try self[\SamplingMembers.temperature] { result.temperature = max(value, 0) }
        if let value = try self[\SamplingMembers.dynamicRange] { result.dynamicRange = max(value, 0) }
        if let value = try self[\SamplingMembers.dynamicExponent] { result.dynamicExponent = value }
        if let value = try self[\SamplingMembers.topK] { result.topK = Int32(max(value, 0)) }
        if let value = try self[\SamplingMembers.topP] { result.topP = value }
        if let value = try self[\SamplingMembers.minP] { result.minP = value }
        if let value = try self[\SamplingMembers.topNSigma] { result.topNSigma = value }
        if let value = try self[\SamplingMembers.typicalP] { result.typicalP = min(max(value, 0), 1) }
        if let value = try self[\SamplingMembers.xtcProbability] { result.xtcProbability = value }
        if let value = try self[\SamplingMembers.xtcThreshold] { result.xtcThreshold = value }
        if let value = try self[\SamplingMembers.mirostat] { result.mirostat = Int32(value) }
        if let value = try self[\SamplingMembers.mirostatTau] { result.mirostatTau = value }
        if let value = try self[\SamplingMembers.mirostatEta] { result.mirostatEta = value }
        if let value = try self[\SamplingMembers.adaptiveTarget] { result.adaptiveTarget = value }
        if let value = try self[\SamplingMembers.adaptiveDecay] { result.adaptiveDecay = value }
    }

    private func readPenalties(_ result: inout SamplingParameters) throws(APIError) {
        if let value = try self[\SamplingMembers.repeatLast] {
            result.repeatLast = value == -1 ? Int32.max : Int32(value)
        }
        if let value = try self[\SamplingMembers.repeatPenalty] { result.repeatPenalty = value }
        if let value = try self[\SamplingMembers.presencePenalty] { result.presencePenalty = value }
        if let value = try self[\SamplingMembers.frequencyPenalty] { result.frequencyPenalty = value }
        if let value = try self[\SamplingMembers.dryMultiplier] { result.dryMultiplier = value }
        // Below 1 it would reward repetition; llama-server keeps its default then.
        if let value = try self[\SamplingMembers.dryBase], value >= 1 { result.dryBase = min(value, 1_000) }
        if let value = try self[\SamplingMembers.dryAllowedLength] {
            result.dryAllowedLength = Int32(value)
        }
        if let value = try self[\SamplingMembers.dryLast] {
            result.dryLast = value == -1 ? Int32.max : Int32(value)
        }
        if let value = try self[\SamplingMembers.dryBreakers] {
            guard !value.isEmpty, self[SamplingMembers.shape.dryBreakers.name]?.array != nil else {
                throw APIError(.invalidRequest, "'dry_sequence_breakers' must be a non-empty array of strings")
            }
            result.dryBreakers = value
        }
    }

    /// `samplers`: an array of names, or a string of llama-server's letters.
    private func order() throws(APIError) -> [SamplerKind]? {
        guard let value = self[\SamplingMembers.samplers] else { return nil }
        var result: [SamplerKind] = []
        if let letters = value.string {
            for letter in letters {
                guard let kind = SamplerKind(rawValue: letter) else { throw unknownSampler(String(letter)) }
                result.append(kind)
            }
        } else {
            for name in try strings(SamplingMembers.shape.samplers.name, atMost: 32) ?? [] {
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
        if let value = try self[\SamplingMembers.isGrammarLazy] { result.isGrammarLazy = value }
        guard let value = self[\SamplingMembers.grammarTriggers] else { return }
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
        let budget = try self[\SamplingMembers.reasoningBudget]
        if let value = budget, value >= 0 {
            result.reasoningBudget = Int32(value)
        }
        if let value = try self[\SamplingMembers.reasoningMessage] { result.reasoningMessage = value }
        if let value = try self[\SamplingMembers.controlsReasoning] { result.controlsReasoning = value }
        if let value = try self[\SamplingMembers.reasoningStart] { result.reasoningStart = value }
        if let value = try self[\SamplingMembers.reasoningEnd] { result.reasoningEnds = value }
        if let value = try self[\SamplingMembers.reasoningEnds] { result.reasoningEnds = value }
    }

    /// `logit_bias`: `[[token or text, bias or false], …]` or `{"token or text": bias or false}`.
    private func biases(_ model: Model) throws(APIError) -> [SamplingParameters.Bias] {
        guard let value = self[\SamplingMembers.biases] else { return [] }
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
