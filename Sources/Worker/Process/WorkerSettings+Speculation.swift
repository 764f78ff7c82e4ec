// SPDX-License-Identifier: MIT

import Engine
import Wire

/// What proposes tokens.
extension WorkerSettings {
    /// - Parameters:
    ///   - model: how the model is loaded that checks; the draft model is loaded alike.
    /// - Returns: nil for one token a step.
    static func speculation(
        _ options: OptionValues,
        model: ModelOptions
    ) throws(OptionError) -> SpeculationOptions? {
        let path = options.text(.specDraftModel)
        let kinds = kinds(options, hasDraft: path != nil)
        guard !kinds.isEmpty else {
            for name in [OptionName.specSynthLength, .specSynthRates] where options[name] != nil {
                throw options.error(name, "needs something that proposes tokens; see --spec-type")
            }
            return nil
        }
        var speculation = SpeculationOptions(kinds: kinds)
        if kinds.contains(.draftModel) {
            guard let path else {
                throw options.error(.specType, "draft-simple needs a draft model; give --spec-draft-model")
            }
            speculation.draft = try draft(options, path, beside: model)
        }
        if let value = options.integer(.specDraftMax) { speculation.draftMax = Int32(value) }
        if let value = options.integer(.specDraftMin) { speculation.draftMin = Int32(value) }
        if let value = options.number(.specDraftPMin) { speculation.draftLeastProbability = Float(value) }
        speculation.draftChoosesOnDevice = options.flag(.specDraftBackendSampling, default: true)
        speculation.lookupStatic = options.text(.lookupCacheStatic)
        speculation.lookupDynamic = options.text(.lookupCacheDynamic)
        if let value = options.integer(.specNgramModMatch) { speculation.modMatch = Int32(value) }
        if let value = options.integer(.specNgramModMax) { speculation.modMax = Int32(value) }
        if let value = options.integer(.specNgramModMin) { speculation.modMin = Int32(value) }
        speculation.simple = ngram(options, .specNgramSimpleKey, .specNgramSimpleValue, .specNgramSimpleHits)
        speculation.mapK = ngram(options, .specNgramMapKKey, .specNgramMapKValue, .specNgramMapKHits)
        speculation.mapK4V = ngram(options, .specNgramMapK4VKey, .specNgramMapK4VValue, .specNgramMapK4VHits)
        speculation.syntheticLength = options.number(.specSynthLength)
        for part in options.list(.specSynthRates) {
            guard let rate = Double(part), (0...1).contains(rate) else {
                throw options.error(.specSynthRates, "must be numbers from 0 to 1 between commas, not '\(part)'")
            }
            speculation.syntheticRates.append(rate)
        }
        return speculation
    }

    private static func kinds(_ options: OptionValues, hasDraft: Bool) -> [SpeculationKind] {
        let names = options.list(.specType)
        var kinds: [SpeculationKind] = []
        // As with llama-server, `none` is stronger than what stands beside it.
        if !names.contains("none") {
            for kind in names.compactMap(SpeculationKind.init(rawValue:)) where !kinds.contains(kind) {
                kinds.append(kind)
            }
        }
        if names.isEmpty, hasDraft { kinds = [.draftModel] }
        if options.flag(.specDefault), !kinds.contains(.ngramMod) { kinds.append(.ngramMod) }
        return kinds
    }

    private static func draft(
        _ options: OptionValues,
        _ path: String,
        beside model: ModelOptions
    ) throws(OptionError) -> DraftModelOptions {
        var own = model
        own.path = path
        own.overrides = []
        own.denseLayersOffGPU = 0
        own.placements = try placements(options, .specDraftOverrideTensor)
        own.gpuLayers = Int32(options.integer(.specDraftGPULayers) ?? -1)
        if options[.specDraftDevice] != nil {
            let names = options.list(.specDraftDevice)
            own.devices = names == ["none"] ? [] : names
        }
        own.expertLayersOffGPU =
            options.flag(.specDraftCPUMoE) ? -1 : Int32(options.integer(.specDraftCPUMoELayers) ?? 0)
        var draft = DraftModelOptions(model: own)
        draft.cacheTypeK = options.text(.specDraftTypeK) ?? draft.cacheTypeK
        draft.cacheTypeV = options.text(.specDraftTypeV) ?? draft.cacheTypeV
        draft.placement = try draftThreads(options, over: try threads(options))
        draft.threads = options.integer(.specDraftThreads).flatMap { $0 > 0 ? Int32($0) : nil }
        draft.threadsBatch = options.integer(.specDraftThreadsBatch).flatMap { $0 > 0 ? Int32($0) : nil }
        return draft
    }

    private static func ngram(
        _ options: OptionValues,
        _ key: OptionName,
        _ value: OptionName,
        _ hits: OptionName
    ) -> NgramOptions {
        var ngram = NgramOptions()
        if let size = options.integer(key) { ngram.key = UInt16(size) }
        if let size = options.integer(value) { ngram.value = UInt16(size) }
        if let count = options.integer(hits) { ngram.minHits = UInt16(count) }
        return ngram
    }
}
