// SPDX-License-Identifier: MIT

import Engine
import Wire

extension RequestFields {
    /// The request's sampling parameters over the model's defaults. Names and ranges are llama-server's.
    /// - Throws: 400 naming the field.
    func sampling(over defaults: ServedModel.Defaults, model: Model) throws(APIError) -> SamplingParameters {
        let huge = Double(Float.greatestFiniteMagnitude)
        var result = defaults.sampling
        if let value = try number("temperature", in: 0...huge) { result.temperature = value }
        if let value = try integer("top_k", in: -1...Int(Int32.max)) { result.topK = Int32(max(value, 0)) }
        if let value = try number("top_p", in: 0...1) { result.topP = value }
        if let value = try number("min_p", in: 0...1) { result.minP = value }
        if let value = try integer("seed", in: -1...Int(UInt32.max)) {
            // llama-server's two ways of saying "any".
            result.seed = value == -1 || value == Int(UInt32.max) ? nil : UInt32(value)
        }
        if let value = try integer("repeat_last_n", in: -1...Int(Int32.max)) {
            result.repeatLast = value == -1 ? Int32.max : Int32(value)
        }
        if let value = try number("repeat_penalty", in: 0.01...100) { result.repeatPenalty = value }
        if let value = try number("presence_penalty", in: -100...100) { result.presencePenalty = value }
        if let value = try number("frequency_penalty", in: -100...100) { result.frequencyPenalty = value }
        result.biases += try biases(model)
        if try bool("ignore_eos") ?? defaults.ignoresEnd {
            result.biases += model.endTokens.map { SamplingParameters.Bias(token: $0, value: -.infinity) }
        }
        return result
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
