// SPDX-License-Identifier: MIT

import Engine
import Wire

/// How tokens are chosen where a request doesn't say otherwise.
extension WorkerSettings {
    static func sampling(_ options: OptionValues) throws(OptionError) -> SamplingParameters {
        var sampling = SamplingParameters()
        if let value = options.given(\.seed), value >= 0 { sampling.seed = UInt32(value) }
        sampling.order = try order(options) ?? sampling.order
        readChain(&sampling, options)
        readPenalties(&sampling, options)
        for text in options.list(\.logitBias) { sampling.biases.append(try bias(text, options)) }
        if let value = options.given(\.reasoningBudget), value >= 0 { sampling.reasoningBudget = Int32(value) }
        sampling.offloads = options.backendSampling
        sampling.reasoningMessage = options.reasoningBudgetMessage ?? ""
        return sampling
    }

    private static func readChain(_ sampling: inout SamplingParameters, _ options: OptionValues) {
        sampling.topK = Int32(options.topK)
        sampling.mirostat = Int32(options.mirostat)
        sampling.temperature = Float(options.temperature)
        sampling.topP = Float(options.topP)
        sampling.minP = Float(options.minP)
        sampling.topNSigma = Float(options.topNSigma)
        sampling.typicalP = Float(options.typical)
        sampling.xtcProbability = Float(options.xtcProbability)
        sampling.xtcThreshold = Float(options.xtcThreshold)
        sampling.dynamicRange = Float(options.dynatempRange)
        sampling.dynamicExponent = Float(options.dynatempExponent)
        sampling.mirostatEta = Float(options.mirostatRate)
        sampling.mirostatTau = Float(options.mirostatEntropy)
        sampling.adaptiveTarget = Float(options.adaptiveTarget)
        sampling.adaptiveDecay = Float(options.adaptiveDecay)
    }

    private static func readPenalties(_ sampling: inout SamplingParameters, _ options: OptionValues) {
        sampling.repeatLast = options.repeatLast < 0 ? .max : Int32(options.repeatLast)
        sampling.repeatPenalty = Float(options.repeatPenalty)
        sampling.presencePenalty = Float(options.presencePenalty)
        sampling.frequencyPenalty = Float(options.frequencyPenalty)
        sampling.dryMultiplier = Float(options.dryMultiplier)
        sampling.dryBase = Float(options.dryBase)
        sampling.dryAllowedLength = Int32(options.dryAllowedLength)
        sampling.dryLast = options.dryLast < 0 ? .max : Int32(options.dryLast)
        let breakers = options.unescapedTexts(OptionName(\.dryBreaker))
        if !breakers.isEmpty { sampling.dryBreakers = breakers.filter { $0 != "none" } }
    }

    /// `--samplers` or `--sampler-seq`.
    private static func order(_ options: OptionValues) throws(OptionError) -> [SamplerKind]? {
        if let letters = options.given(\.samplerSequence) {
            guard options[\.samplers] == nil else {
                throw options.error(\.samplerSequence, "says the same as --samplers; give one of them")
            }
            var order: [SamplerKind] = []
            for letter in letters {
                guard let kind = SamplerKind(rawValue: letter) else {
                    let known = String(SamplerKind.allCases.map(\.rawValue))
                    throw options.error(\.samplerSequence, "knows the letters \(known), not '\(letter)'")
                }
                order.append(kind)
            }
            return order
        }
        guard let names = options.given(\.samplers) else { return nil }
        var order: [SamplerKind] = []
        for name in names.split(whereSeparator: { $0 == ";" || $0 == "," }) {
            guard let kind = SamplerKind(named: String(name)) else {
                let known = SamplerKind.allCases.map(\.name).joined(separator: ", ")
                throw options.error(\.samplers, "has no '\(name)'; there are \(known)")
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
            throw options.error(\.logitBias, "must be a token's number and a bias such as 15043+1, not '\(text)'")
        }
        return SamplingParameters.Bias(token: token, value: text[sign] == "+" ? value : -value)
    }
}
