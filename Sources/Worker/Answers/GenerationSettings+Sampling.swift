// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// What a request is sampled with, as its answer and its slot show it.
extension GenerationSettings {
    init(
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
    ) {
        self.init()
        setChain(sampling)
        setPenalties(sampling)
        self.stops = stops
        self.maxTokens = maxTokens ?? -1
        self.keep = keep
        self.discard = discard
        ignoresEnd = sampling.ignoresEnd
        self.streams = streams
        biases = sampling.biases.map {
            Bias(token: Int($0.token), bias: $0.value.isFinite ? Double($0.value) : nil)
        }
        self.probabilities = probabilities ?? 0
        minKeep = Int(sampling.minKeep)
        grammar = sampling.grammar ?? ""
        isGrammarLazy = sampling.isGrammarLazy
        triggers = sampling.grammarTriggers.map(Trigger.init)
        preservedTokens = format.preservedTokens.map { Int($0) }
        chatFormat = format.name
        reasoningFormat = format.reasoning
        keepsReasoning = format.keepsReasoning
        generationPrompt = format.generationPrompt
        self.speculation = speculation.isEmpty ? "none" : speculation.map(\.rawValue).joined(separator: ",")
        self.reportsTimings = reportsTimings
        samplers = sampling.order.map(\.name)
        reportsSampledProbabilities = sampling.reportsSampledProbabilities
        mayOffload = sampling.mayOffload
        adapters = (adapterScales ?? []).enumerated().map { Adapter(id: $0, scale: Double($1)) }
    }

    private mutating func setChain(_ sampling: SamplingParameters) {
        seed = Int(sampling.seed ?? UInt32.max)
        temperature = Double(sampling.temperature)
        dynamicRange = Double(sampling.dynamicRange)
        dynamicExponent = Double(sampling.dynamicExponent)
        topK = Int(sampling.topK)
        topP = Double(sampling.topP)
        minP = Double(sampling.minP)
        topNSigma = Double(sampling.topNSigma)
        xtcProbability = Double(sampling.xtcProbability)
        xtcThreshold = Double(sampling.xtcThreshold)
        typicalP = Double(sampling.typicalP)
        mirostat = Int(sampling.mirostat)
        mirostatTau = Double(sampling.mirostatTau)
        mirostatEta = Double(sampling.mirostatEta)
        adaptiveTarget = Double(sampling.adaptiveTarget)
        adaptiveDecay = Double(sampling.adaptiveDecay)
    }

    private mutating func setPenalties(_ sampling: SamplingParameters) {
        repeatLast = Int(sampling.repeatLast)
        repeatPenalty = Double(sampling.repeatPenalty)
        presencePenalty = Double(sampling.presencePenalty)
        frequencyPenalty = Double(sampling.frequencyPenalty)
        dryMultiplier = Double(sampling.dryMultiplier)
        dryBase = Double(sampling.dryBase)
        dryAllowedLength = Int(sampling.dryAllowedLength)
        dryLast = Int(sampling.dryLast)
        dryBreakers = sampling.dryBreakers
    }
}

extension GenerationSettings.Trigger {
    fileprivate init(_ trigger: GrammarTrigger) {
        self.init()
        kind = Int(trigger.kind.rawValue)
        value = trigger.value
        if trigger.kind == .token { token = Int(trigger.token) }
    }
}
