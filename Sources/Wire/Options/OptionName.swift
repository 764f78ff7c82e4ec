// SPDX-License-Identifier: MIT

/// The options' long names, without dashes.
package enum OptionName: String, Sendable, CaseIterable {
    case help, version
    case host, port
    case modelsDir = "models-dir"
    case modelsDirDepth = "models-dir-depth"
    case hfRepo = "hf-repo"
    case hfFile = "hf-file"
    case hfToken = "hf-token"
    case offline
    case modelsMax = "models-max"
    case modelsAutoload = "models-autoload"
    case shutdownTimeout = "shutdown-timeout"
    case worker
    case logVerbosity = "log-verbosity"
    case foreground
    case model, alias
    case contextSize = "ctx-size"
    case parallel
    case batchSize = "batch-size"
    case microBatchSize = "ubatch-size"
    case threads
    case threadsBatch = "threads-batch"
    case gpuLayers = "gpu-layers"
    case flashAttention = "flash-attn"
    case cacheTypeK = "cache-type-k"
    case cacheTypeV = "cache-type-v"
    case kvUnified = "kv-unified"
    case mmap, mlock
    case chatTemplate = "chat-template"
    case chatTemplateFile = "chat-template-file"
    case reasoningFormat = "reasoning-format"
    case slots
    case predict
    case temperature = "temp"
    case topK = "top-k"
    case topP = "top-p"
    case minP = "min-p"
    case seed
    case repeatLast = "repeat-last-n"
    case repeatPenalty = "repeat-penalty"
    case presencePenalty = "presence-penalty"
    case frequencyPenalty = "frequency-penalty"
}
