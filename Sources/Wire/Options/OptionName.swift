// SPDX-License-Identifier: MIT

/// The options' long names, without dashes.
package enum OptionName: String, Sendable, CaseIterable {
    case help
    case version
    case about
    case listDevices = "list-devices"
    case measure
    case rpcServer = "rpc-server"
    case standby
    case stateStore = "state-store"
    case openAPI = "openapi"
    case helpMarkdown = "help-markdown"
    case host
    case port
    case timeout
    case ssePingInterval = "sse-ping-interval"
    case apiKey = "api-key"
    case apiKeyFile = "api-key-file"
    case insecure
    case apiPrefix = "api-prefix"
    case allowedHosts = "allowed-hosts"
    case sslKeyFile = "ssl-key-file"
    case sslCertFile = "ssl-cert-file"
    case tlsMinVersion = "tls-min-version"
    case bodyMemory = "body-memory"
    case bodyMemoryClient = "body-memory-client"
    case bodyMinRate = "body-min-rate"
    case corsOrigins = "cors-origins"
    case ollama
    case ollamaHost = "ollama-host"
    case ollamaOrigins = "ollama-origins"
    case corsMethods = "cors-methods"
    case corsHeaders = "cors-headers"
    case corsCredentials = "cors-credentials"
    case metrics
    case slots
    case props
    case shutdownTimeout = "shutdown-timeout"
    case threadsHTTP = "threads-http"
    case webInterface = "ui"
    case uiMCPProxy = "ui-mcp-proxy"
    case modelsDir = "models-dir"
    case modelsDirDepth = "models-dir-depth"
    case modelsPreset = "models-preset"
    case hfRepo = "hf-repo"
    case hfFile = "hf-file"
    case hfToken = "hf-token"
    case offline
    case model
    case modelURL = "model-url"
    case alias
    case tags
    case mmproj
    case mmprojURL = "mmproj-url"
    case mmprojAuto = "mmproj-auto"
    case mmprojOffload = "mmproj-offload"
    case mmprojDevice = "mmproj-device"
    case imageMinTokens = "image-min-tokens"
    case imageMaxTokens = "image-max-tokens"
    case mediaPath = "media-path"
    case allowMediaURLs = "allow-media-urls"
    case mediaMarker = "media-marker"
    case mediaMaxCount = "media-max-count"
    case mediaMaxSize = "media-max-size"
    case mediaMaxPixels = "media-max-pixels"
    case mediaMemory = "media-memory"
    case modelsMax = "models-max"
    case reuseWorkers = "reuse-workers"
    case memoryPolicy = "memory-policy"
    case memoryReserve = "memory-reserve"
    case memoryBudget = "memory-budget"
    case modelsAutoload = "models-autoload"
    case modelsQuantum = "models-quantum"
    case queueFairness = "queue-fairness"
    case queueMax = "queue-max"
    case queueTimeout = "queue-timeout"
    case loadTimeout = "load-timeout"
    case stallTimeout = "stall-timeout"
    case loadOnStartup = "load-on-startup"
    case stopTimeout = "stop-timeout"
    case pin
    case ttl
    case dedupCacheModels = "dedup-cache-models"
    case sleepIdleSeconds = "sleep-idle-seconds"
    case worker
    case contextSize = "ctx-size"
    case parallel
    case batchSize = "batch-size"
    case microBatchSize = "ubatch-size"
    case threads
    case threadsBatch = "threads-batch"
    case prio
    case prioBatch = "prio-batch"
    case poll
    case pollBatch = "poll-batch"
    case cpuMask = "cpu-mask"
    case cpuMaskBatch = "cpu-mask-batch"
    case cpuRange = "cpu-range"
    case cpuRangeBatch = "cpu-range-batch"
    case cpuStrict = "cpu-strict"
    case cpuStrictBatch = "cpu-strict-batch"
    case numa
    case perf
    case continuousBatching = "cont-batching"
    case gpuLayers = "gpu-layers"
    case device
    case splitMode = "split-mode"
    case tensorSplit = "tensor-split"
    case mainGPU = "main-gpu"
    case cpuMoE = "cpu-moe"
    case cpuMoELayers = "n-cpu-moe"
    case cpuFFNLayers = "n-cpu-ffn"
    case overrideTensor = "override-tensor"
    case rpc
    case lazyMode = "lazy-mode"
    case mmap
    case mlock
    case loadMode = "load-mode"
    case checkTensors = "check-tensors"
    case repack
    case noHost = "no-host"
    case kvOffload = "kv-offload"
    case opOffload = "op-offload"
    case overrideKV = "override-kv"
    case fit
    case fitTarget = "fit-target"
    case fitContext = "fit-ctx"
    case warmup
    case flashAttention = "flash-attn"
    case cacheTypeK = "cache-type-k"
    case cacheTypeV = "cache-type-v"
    case kvUnified = "kv-unified"
    case kvUnifiedPerSlot = "kv-unified-per-slot"
    case swaFull = "swa-full"
    case contextCheckpoints = "ctx-checkpoints"
    case checkpointMinStep = "checkpoint-min-step"
    case cachePrompt = "cache-prompt"
    case cacheReuse = "cache-reuse"
    case cacheRAM = "cache-ram"
    case cacheDisk = "cache-disk"
    case cacheIdleSlots = "cache-idle-slots"
    case slotPromptSimilarity = "slot-prompt-similarity"
    case slotSavePath = "slot-save-path"
    case contextShift = "context-shift"
    case keep
    case ropeScaling = "rope-scaling"
    case ropeScale = "rope-scale"
    case ropeFreqBase = "rope-freq-base"
    case ropeFreqScale = "rope-freq-scale"
    case yarnOrigContext = "yarn-orig-ctx"
    case yarnExtFactor = "yarn-ext-factor"
    case yarnAttnFactor = "yarn-attn-factor"
    case yarnBetaSlow = "yarn-beta-slow"
    case yarnBetaFast = "yarn-beta-fast"
    case spmInfill = "spm-infill"
    case lora
    case loraScaled = "lora-scaled"
    case loraInitWithoutApply = "lora-init-without-apply"
    case controlVector = "control-vector"
    case controlVectorScaled = "control-vector-scaled"
    case controlVectorLayers = "control-vector-layer-range"
    case specType = "spec-type"
    case specDefault = "spec-default"
    case lookupCacheStatic = "lookup-cache-static"
    case lookupCacheDynamic = "lookup-cache-dynamic"
    case specDraftModel = "spec-draft-model"
    case specDraftHF = "spec-draft-hf"
    case specDraftMax = "spec-draft-n-max"
    case specDraftMin = "spec-draft-n-min"
    case specDraftPMin = "spec-draft-p-min"
    case specDraftGPULayers = "spec-draft-ngl"
    case specDraftDevice = "spec-draft-device"
    case specDraftCPUMoE = "spec-draft-cpu-moe"
    case specDraftCPUMoELayers = "spec-draft-n-cpu-moe"
    case specDraftOverrideTensor = "spec-draft-override-tensor"
    case specDraftBackendSampling = "spec-draft-backend-sampling"
    case specDraftThreads = "spec-draft-threads"
    case specDraftThreadsBatch = "spec-draft-threads-batch"
    case specDraftPrio = "spec-draft-prio"
    case specDraftPrioBatch = "spec-draft-prio-batch"
    case specDraftPoll = "spec-draft-poll"
    case specDraftPollBatch = "spec-draft-poll-batch"
    case specDraftCPUMask = "spec-draft-cpu-mask"
    case specDraftCPUMaskBatch = "spec-draft-cpu-mask-batch"
    case specDraftCPURange = "spec-draft-cpu-range"
    case specDraftCPURangeBatch = "spec-draft-cpu-range-batch"
    case specDraftCPUStrict = "spec-draft-cpu-strict"
    case specDraftCPUStrictBatch = "spec-draft-cpu-strict-batch"
    case specDraftTypeK = "spec-draft-type-k"
    case specDraftTypeV = "spec-draft-type-v"
    case specNgramModMatch = "spec-ngram-mod-n-match"
    case specNgramModMax = "spec-ngram-mod-n-max"
    case specNgramModMin = "spec-ngram-mod-n-min"
    case specNgramSimpleKey = "spec-ngram-simple-size-n"
    case specNgramSimpleValue = "spec-ngram-simple-size-m"
    case specNgramSimpleHits = "spec-ngram-simple-min-hits"
    case specNgramMapKKey = "spec-ngram-map-k-size-n"
    case specNgramMapKValue = "spec-ngram-map-k-size-m"
    case specNgramMapKHits = "spec-ngram-map-k-min-hits"
    case specNgramMapK4VKey = "spec-ngram-map-k4v-size-n"
    case specNgramMapK4VValue = "spec-ngram-map-k4v-size-m"
    case specNgramMapK4VHits = "spec-ngram-map-k4v-min-hits"
    case specSynthLength = "spec-synth-len"
    case specSynthRates = "spec-synth-rates"
    case embedding
    case pooling
    case reranking
    case embdNormalize = "embd-normalize"
    case jinja
    case chatTemplate = "chat-template"
    case chatTemplateFile = "chat-template-file"
    case chatTemplateKwargs = "chat-template-kwargs"
    case reasoningFormat = "reasoning-format"
    case reasoning
    case reasoningEffort = "reasoning-effort"
    case reasoningPreserve = "reasoning-preserve"
    case prefillAssistant = "prefill-assistant"
    case skipChatParsing = "skip-chat-parsing"
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
    case samplers
    case samplerSequence = "sampler-seq"
    case topNSigma = "top-n-sigma"
    case typical
    case xtcProbability = "xtc-probability"
    case xtcThreshold = "xtc-threshold"
    case dynatempRange = "dynatemp-range"
    case dynatempExponent = "dynatemp-exp"
    case dryMultiplier = "dry-multiplier"
    case dryBase = "dry-base"
    case dryAllowedLength = "dry-allowed-length"
    case dryLast = "dry-penalty-last-n"
    case dryBreaker = "dry-sequence-breaker"
    case mirostat
    case mirostatRate = "mirostat-lr"
    case mirostatEntropy = "mirostat-ent"
    case adaptiveTarget = "adaptive-target"
    case adaptiveDecay = "adaptive-decay"
    case backendSampling = "backend-sampling"
    case logitBias = "logit-bias"
    case reasoningBudget = "reasoning-budget"
    case reasoningBudgetMessage = "reasoning-budget-message"
    case ignoreEos = "ignore-eos"
    case reversePrompt = "reverse-prompt"
    case escape
    case special
    case grammar
    case grammarFile = "grammar-file"
    case jsonSchema = "json-schema"
    case jsonSchemaFile = "json-schema-file"
    case verbose
    case logVerbosity = "log-verbosity"
    case logFormat = "log-format"
    case logDir = "log-dir"
    case logFile = "log-file"
    case logDisable = "log-disable"
    case logColors = "log-colors"
    case logPrefix = "log-prefix"
    case logTimestamps = "log-timestamps"
}
