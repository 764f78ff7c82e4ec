// SPDX-License-Identifier: MIT

import Engine
import Wire

/// How tokens are chosen where a request doesn't say otherwise.
extension WorkerSettings {
    static func sampling(_ options: OptionValues) throws(OptionError) -> SamplingParameters {
        var sampling = SamplingParameters()
        if let value = options.integer(.seed), value >= 0 { sampling.seed = UInt32(value) }
        sampling.order = try order(options) ?? sampling.order
        readChain(&sampling, options)
        readPenalties(&sampling, options)
        for text in options.list(.logitBias) { sampling.biases.append(try bias(text, options)) }
        if let value = options.integer(.reasoningBudget), value >= 0 { sampling.reasoningBudget = Int32(value) }
        sampling.offloads = options.flag(.backendSampling)
        sampling.reasoningMessage = options.text(.reasoningBudgetMessage) ?? ""
        return sampling
    }

    private static func readChain(_ sampling: inout SamplingParameters, _ options: OptionValues) {
        func set(_ path: WritableKeyPath<SamplingParameters, Float>, _ name: OptionName) {
            if let value = options.number(name) { sampling[keyPath: path] = Float(value) }
        }
        if let value = options.integer(.topK) { sampling.topK = Int32(value) }
        if let value = options.integer(.mirostat) { sampling.mirostat = Int32(value) }
        set(\.temperature, .temperature)
        set(\.topP, .topP)
        set(\.minP, .minP)
        set(\.topNSigma, .topNSigma)
        set(\.typicalP, .typical)
        set(\.xtcProbability, .xtcProbability)
        set(\.xtcThreshold, .xtcThreshold)
        set(\.dynamicRange, .dynatempRange)
        set(\.dynamicExponent, .dynatempExponent)
        set(\.mirostatEta, .mirostatRate)
        set(\.mirostatTau, .mirostatEntropy)
        set(\.adaptiveTarget, .adaptiveTarget)
        set(\.adaptiveDecay, .adaptiveDecay)
    }

    private static func readPenalties(_ sampling: inout SamplingParameters, _ options: OptionValues) {
        if let value = options.integer(.repeatLast) { sampling.repeatLast = value < 0 ? .max : Int32(value) }
        if let value = options.number(.repeatPenalty) { sampling.repeatPenalty = Float(value) }
        if let value = options.number(.presencePenalty) { sampling.presencePenalty = Float(value) }
        if let value = options.number(.frequencyPenalty) { sampling.frequencyPenalty = Float(value) }
        if let value = options.number(.dryMultiplier) { sampling.dryMultiplier = Float(value) }
        if let value = options.number(.dryBase) { sampling.dryBase = Float(value) }
        if let value = options.integer(.dryAllowedLength) { sampling.dryAllowedLength = Int32(value) }
        if let value = options.integer(.dryLast) { sampling.dryLast = value < 0 ? .max : Int32(value) }
        let breakers = texts(.dryBreaker, options)
        if !breakers.isEmpty { sampling.dryBreakers = breakers.filter { $0 != "none" } }
    }

    /// `--samplers` or `--sampler-seq`.
    private static func order(_ options: OptionValues) throws(OptionError) -> [SamplerKind]? {
        if let letters = options.text(.samplerSequence) {
            guard options[.samplers] == nil else {
                throw options.error(.samplerSequence, "says the same as --samplers; give one of them")
            }
            var order: [SamplerKind] = []
            for letter in letters {
                guard let kind = SamplerKind(rawValue: letter) else {
                    let known = String(SamplerKind.allCases.map(\.rawValue))
                    throw options.error(.samplerSequence, "knows the letters \(known), not '\(letter)'")
                }
                order.append(kind)
            }
            return order
        }
        guard let names = options.text(.samplers) else { return nil }
        var order: [SamplerKind] = []
        for name in names.split(whereSeparator: { $0 == ";" || $0 == "," }) {
            guard let kind = SamplerKind(named: String(name)) else {
                let known = SamplerKind.allCases.map(\.name).joined(separator: ", ")
                throw options.error(.samplers, "has no '\(name)'; there are \(known)")
            }
            order.append(kind)
        }
        return order
    }

    /// A token's number, + or -, and how much.
    private static func bias(_ text: String, _ options: OptionValues) throws(OptionError) -> SamplingParameters.Bias {
        guard let sign = text.dropFirst().firstIndex(where: { $0 == "+" || $0 == "-" }),
            let token = Int32(text[..<sign]), token >= 0,
            let value = Float(text[text.index(after: sign)...]), value >= 0
        else {
            throw options.error(.logitBias, "must be a token's number and a bias such as 15043+1, not '\(text)'")
        }
        return SamplingParameters.Bias(token: token, value: text[sign] == "+" ? value : -value)
    }
}
