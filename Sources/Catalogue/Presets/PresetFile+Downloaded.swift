// SPDX-License-Identifier: MIT

package import Wire

/// What a preset file from the hub may say: how a model of the hub is run, and nothing of this machine's files, network
/// or devices.
extension PresetFile {
    /// The options that it may hold. All others need an operator's consent (`--models-preset`).
    package static let harmless: Set<OptionName> = Set(
        OptionName.list(
            // Which model.
            \.hfRepo,
            \.hfFile,
            \.alias,
            \.tags,
            \.mmprojAuto,
            \.dedupCacheModels,
            // Its life.
            \.ttl,
            \.sleepIdleSeconds,
            \.loadOnStartup,
            \.loadTimeout,
            \.stopTimeout,
            // Context and caches.
            \.contextSize,
            \.parallel,
            \.batchSize,
            \.microBatchSize,
            \.continuousBatching,
            \.flashAttention,
            \.cacheTypeK,
            \.cacheTypeV,
            \.kvUnified,
            \.kvUnifiedPerSlot,
            \.swaFull,
            \.contextCheckpoints,
            \.checkpointMinStep,
            \.cachePrompt,
            \.cacheReuse,
            \.cacheRAM,
            \.slotPromptSimilarity,
            \.contextShift,
            \.ropeScaling,
            \.ropeScale,
            \.ropeFreqBase,
            \.ropeFreqScale,
            \.yarnOrigContext,
            \.yarnExtFactor,
            \.yarnAttnFactor,
            \.yarnBetaSlow,
            \.yarnBetaFast,
            // How it is loaded.
            \.gpuLayers,
            \.cpuMoE,
            \.cpuMoELayers,
            \.cpuFFNLayers,
            \.mmap,
            \.loadMode,
            \.lazyMode,
            \.repack,
            \.kvOffload,
            \.opOffload,
            \.fit,
            \.fitTarget,
            \.fitContext,
            \.warmup,
            // What it is for.
            \.embedding,
            \.pooling,
            \.embdNormalize,
            \.reranking,
            \.specType,
            \.specDefault,
            \.specDraftHF,
            \.specDraftMax,
            \.specDraftMin,
            \.specDraftPMin,
            \.specDraftGPULayers,
            \.specDraftCPUMoE,
            \.specDraftCPUMoELayers,
            \.specDraftBackendSampling,
            \.specDraftTypeK,
            \.specDraftTypeV,
            \.specNgramModMatch,
            \.specNgramModMax,
            \.specNgramModMin,
            \.specNgramSimpleKey,
            \.specNgramSimpleValue,
            \.specNgramSimpleHits,
            \.specNgramMapKKey,
            \.specNgramMapKValue,
            \.specNgramMapKHits,
            \.specNgramMapK4VKey,
            \.specNgramMapK4VValue,
            \.specNgramMapK4VHits,
            // Conversations and sampling.
            \.jinja,
            \.chatTemplate,
            \.chatTemplateKwargs,
            \.systemPrompt,
            \.reasoning,
            \.reasoningEffort,
            \.reasoningPreserve,
            \.reasoningFormat,
            \.prefillAssistant,
            \.predict,
            \.temperature,
            \.topK,
            \.topP,
            \.minP,
            \.seed,
            \.repeatLast,
            \.repeatPenalty,
            \.presencePenalty,
            \.frequencyPenalty,
            \.ignoreEos,
            \.reversePrompt,
            \.escape,
            \.special,
            \.skipChatParsing,
            \.grammar,
            \.jsonSchema
        )
    )

    /// - Throws: `OptionError` that names the line and what to do.
    static func checkHarmless(_ options: OptionValues, from repository: String) throws(OptionError) {
        for option in OptionTable.all where options[option.name] != nil && !harmless.contains(option.name) {
            throw options.error(
                option.name,
                "'\(option.name.rawValue)' is not allowed in a preset file that comes from the hub (\(repository)); if you "
                    + "have read the file and trust it, give a copy of it to --models-preset"
            )
        }
    }
}
