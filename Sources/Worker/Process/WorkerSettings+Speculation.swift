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
        let path = options.specDraftModel
        let kinds = kinds(options, hasDraft: path != nil)
        guard !kinds.isEmpty else {
            for name in OptionName.list(\.specSynthLength, \.specSynthRates) where options[name] != nil {
                throw options.error(name, "needs something that proposes tokens; see --spec-type")
            }
            return nil
        }
        var speculation = SpeculationOptions(kinds: kinds)
        if kinds.contains(.draftModel) {
            guard let path else {
                throw options.error(\.specType, "draft-simple needs a draft model; give --spec-draft-model")
            }
            speculation.draft = try draft(options, path, beside: model)
        }
        speculation.draftMax = Int32(options.specDraftMax)
        speculation.draftMin = Int32(options.specDraftMin)
        speculation.draftLeastProbability = Float(options.specDraftPMin)
        speculation.draftChoosesOnDevice = options.specDraftBackendSampling
        speculation.lookupStatic = options.lookupCacheStatic
        speculation.lookupDynamic = options.lookupCacheDynamic
        speculation.modMatch = Int32(options.specNgramModMatch)
        speculation.modMax = Int32(options.specNgramModMax)
        speculation.modMin = Int32(options.specNgramModMin)
        speculation.simple = ngram(
            options.specNgramSimpleKey,
            options.specNgramSimpleValue,
            options.specNgramSimpleHits
        )
        speculation.mapK = ngram(options.specNgramMapKKey, options.specNgramMapKValue, options.specNgramMapKHits)
        speculation.mapK4V = ngram(
            options.specNgramMapK4VKey,
            options.specNgramMapK4VValue,
            options.specNgramMapK4VHits
        )
        speculation.syntheticLength = options.specSynthLength
        for part in options.list(\.specSynthRates) {
            guard let rate = Double(part), (0...1).contains(rate) else {
                throw options.error(\.specSynthRates, "must be numbers from 0 to 1 between commas, not '\(part)'")
            }
            speculation.syntheticRates.append(rate)
        }
        return speculation
    }

    private static func kinds(_ options: OptionValues, hasDraft: Bool) -> [SpeculationKind] {
        let names = options.list(\.specType)
        var kinds: [SpeculationKind] = []
        // As with llama-server, `none` is stronger than what stands beside it.
        if !names.contains("none") {
            for kind in names.compactMap(SpeculationKind.init(rawValue:)) where !kinds.contains(kind) {
                kinds.append(kind)
            }
        }
        if names.isEmpty, hasDraft { kinds = [.draftModel] }
        if options.specDefault, !kinds.contains(.ngramMod) { kinds.append(.ngramMod) }
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
        own.placements = try placements(options, \.specDraftOverrideTensor)
        own.gpuLayers = Int32(options.specDraftGPULayers)
        if options[\.specDraftDevice] != nil {
            let names = options.list(\.specDraftDevice)
            own.devices = names == ["none"] ? [] : names
        }
        own.expertLayersOffGPU =
            options.specDraftCPUMoE ? -1 : Int32(options.specDraftCPUMoELayers)
        var draft = DraftModelOptions(model: own)
        draft.cacheTypeK = options.specDraftTypeK
        draft.cacheTypeV = options.specDraftTypeV
        draft.placement = try draftThreads(options, over: try threads(options))
        draft.threads = options.specDraftThreads.flatMap { $0 > 0 ? Int32($0) : nil }
        draft.threadsBatch = options.specDraftThreadsBatch.flatMap { $0 > 0 ? Int32($0) : nil }
        return draft
    }

    private static func ngram(_ key: Int, _ value: Int, _ hits: Int) -> NgramOptions {
        var ngram = NgramOptions()
        ngram.key = UInt16(key)
        ngram.value = UInt16(value)
        ngram.minHits = UInt16(hits)
        return ngram
    }
}
