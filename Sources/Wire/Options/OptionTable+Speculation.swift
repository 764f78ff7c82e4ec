// SPDX-License-Identifier: MIT

extension OptionTable {
    /// A draft model that proposes tokens.
    package struct DraftModel: Sendable {
        package let specType = OptionKey(
            "spec-type",
            env: "LLAMA_ARG_SPEC_TYPE",
            .choices([
                "none", "draft-simple", "ngram-simple", "ngram-map-k", "ngram-map-k4v", "ngram-mod", "ngram-cache",
                "draft-mtp", "draft-eagle3", "draft-dflash", "draft-dspark",
            ]),
            .model,
            value: "TYPES",
            support: .pending(
                reason: "heads that read the model's hidden states propose nothing yet",
                words: ["draft-mtp", "draft-eagle3", "draft-dflash", "draft-dspark"]
            ),
            "what proposes tokens that are then checked in one step; the default is draft-simple with a draft model, else none"
        )

        package let specDefault = OptionKey(
            "spec-default",
            .flag,
            .model,
            default: false,
            "the same as --spec-type ngram-mod"
        )

        package let specDraftModel = OptionKey(
            "spec-draft-model",
            names: ["-md", "--model-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_MODEL",
            .text,
            .model,
            value: "FILE",
            "a smaller model with the same vocabulary, which proposes tokens"
        )

        package let specDraftHF = OptionKey(
            "spec-draft-hf",
            names: ["-hfd", "-hfrd", "--hf-repo-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_HF_REPO",
            .text,
            [.router, .preset],
            value: "USER/REPO[:TAG]",
            "the same, of the Hugging Face hub; then --spec-draft-model names a file in the repository"
        )

        package let specDraftMax = OptionKey(
            "spec-draft-n-max",
            env: "LLAMA_ARG_SPEC_DRAFT_N_MAX",
            .integer(0...1_024),
            .model,
            value: "N",
            default: 3,
            "the most tokens that a draft model proposes"
        )

        package let specDraftMin = OptionKey(
            "spec-draft-n-min",
            env: "LLAMA_ARG_SPEC_DRAFT_N_MIN",
            .integer(0...1_024),
            .model,
            value: "N",
            default: 0,
            "fewer tokens of a draft model aren't used"
        )

        package let specDraftPMin = OptionKey(
            "spec-draft-p-min",
            names: ["--draft-p-min"],
            env: "LLAMA_ARG_SPEC_DRAFT_P_MIN",
            .number(0...1),
            .model,
            value: "P",
            default: 0,
            "the least probability of a token that a draft model proposes"
        )

        package let specDraftGPULayers = OptionKey(
            "spec-draft-ngl",
            names: ["-ngld", "--gpu-layers-draft", "--n-gpu-layers-draft"],
            env: "LLAMA_ARG_N_GPU_LAYERS_DRAFT",
            .integer(-1...100_000, words: ["auto": -1, "all": -1]),
            .model,
            value: "N",
            default: -1,
            "layers of the draft model on the GPU; -1, auto or all for all"
        )

        package let specDraftDevice = OptionKey(
            "spec-draft-device",
            names: ["-devd", "--device-draft"],
            .text,
            .model,
            value: "NAMES",
            "devices of the draft model, between commas; the default is those of --device"
        )

        package let specDraftCPUMoE = OptionKey(
            "spec-draft-cpu-moe",
            names: ["-cmoed", "--cpu-moe-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_CPU_MOE",
            .flag,
            .model,
            default: false,
            "keep the weights of all experts of the draft model off the GPU"
        )

        package let specDraftCPUMoELayers = OptionKey(
            "spec-draft-n-cpu-moe",
            names: ["--spec-draft-ncmoe", "-ncmoed", "--n-cpu-moe-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_N_CPU_MOE",
            .integer(0...100_000),
            .model,
            value: "N",
            default: 0,
            "keep those of the first layers off the GPU"
        )

        package let specDraftOverrideTensor = OptionKey(
            "spec-draft-override-tensor",
            names: ["-otd", "--override-tensor-draft"],
            .text,
            .model,
            value: "PATTERN=BUFFER",
            repeatable: true,
            "where the draft model's weights lie, as --override-tensor says it"
        )

        package let specDraftBackendSampling = OptionKey(
            "spec-draft-backend-sampling",
            env: "LLAMA_ARG_SPEC_DRAFT_BACKEND_SAMPLING",
            .flag,
            .model,
            default: true,
            "let the draft model's device choose its tokens"
        )

        package let specDraftThreads = OptionKey(
            "spec-draft-threads",
            names: ["-td", "--threads-draft"],
            .integer(-1...1024),
            .model,
            value: "N",
            "threads for the draft model; the default is that of --threads"
        )

        package let specDraftThreadsBatch = OptionKey(
            "spec-draft-threads-batch",
            names: ["-tbd", "--threads-batch-draft"],
            .integer(-1...1024),
            .model,
            value: "N",
            "threads for its prompts; the default is that of --spec-draft-threads, then of --threads-batch"
        )

        package let specDraftTypeK = OptionKey(
            "spec-draft-type-k",
            names: ["-ctkd", "--cache-type-k-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_CACHE_TYPE_K",
            .choice(cacheTypes),
            .model,
            value: "TYPE",
            default: "f16",
            "element type of the keys in the draft model's KV cache"
        )

        package let specDraftTypeV = OptionKey(
            "spec-draft-type-v",
            names: ["-ctvd", "--cache-type-v-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_CACHE_TYPE_V",
            .choice(cacheTypes),
            .model,
            value: "TYPE",
            default: "f16",
            "element type of the values in it"
        )
    }

    /// Tokens that are proposed from the text before.
    package struct Ngrams: Sendable {
        package let lookupCacheStatic = OptionKey(
            "lookup-cache-static",
            names: ["-lcs"],
            .text,
            .model,
            value: "FILE",
            "ngram-cache: a file of n-grams, as llama.cpp's lookup tools write it"
        )

        package let lookupCacheDynamic = OptionKey(
            "lookup-cache-dynamic",
            names: ["-lcd"],
            .text,
            .model,
            value: "FILE",
            "ngram-cache: another one, which counts more"
        )

        package let specNgramModMatch = OptionKey(
            "spec-ngram-mod-n-match",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 24,
            "ngram-mod: tokens that are looked up"
        )

        package let specNgramModMax = OptionKey(
            "spec-ngram-mod-n-max",
            .integer(0...1_024),
            .model,
            value: "N",
            default: 64,
            "ngram-mod: the most tokens to propose"
        )

        package let specNgramModMin = OptionKey(
            "spec-ngram-mod-n-min",
            .integer(0...1_024),
            .model,
            value: "N",
            default: 48,
            "ngram-mod: fewer tokens aren't proposed"
        )

        package let specNgramSimpleKey = OptionKey(
            "spec-ngram-simple-size-n",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 12,
            "ngram-simple: tokens that are looked up"
        )

        package let specNgramSimpleValue = OptionKey(
            "spec-ngram-simple-size-m",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 48,
            "ngram-simple: tokens to propose"
        )

        package let specNgramSimpleHits = OptionKey(
            "spec-ngram-simple-min-hits",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 1,
            "ngram-simple: how often the tokens must have been found before"
        )

        package let specNgramMapKKey = OptionKey(
            "spec-ngram-map-k-size-n",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 12,
            "ngram-map-k: tokens that are looked up"
        )

        package let specNgramMapKValue = OptionKey(
            "spec-ngram-map-k-size-m",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 48,
            "ngram-map-k: tokens to propose"
        )

        package let specNgramMapKHits = OptionKey(
            "spec-ngram-map-k-min-hits",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 1,
            "ngram-map-k: how often the tokens must have been found before"
        )

        package let specNgramMapK4VKey = OptionKey(
            "spec-ngram-map-k4v-size-n",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 12,
            "ngram-map-k4v: tokens that are looked up"
        )

        package let specNgramMapK4VValue = OptionKey(
            "spec-ngram-map-k4v-size-m",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 48,
            "ngram-map-k4v: tokens to propose"
        )

        package let specNgramMapK4VHits = OptionKey(
            "spec-ngram-map-k4v-min-hits",
            .integer(1...1_024),
            .model,
            value: "N",
            default: 1,
            "ngram-map-k4v: how often the tokens must have been found before"
        )

        package let specSynthLength = OptionKey(
            "spec-synth-len",
            env: "LLAMA_ARG_SPEC_SYNTH_LEN",
            .number(1...1_025),
            .model,
            value: "L",
            "for measurements: accept by chance, so that a step has so many tokens on average; the text is worth nothing"
        )

        package let specSynthRates = OptionKey(
            "spec-synth-rates",
            env: "LLAMA_ARG_SPEC_SYNTH_RATES",
            .text,
            .model,
            value: "P,P,…",
            "for measurements: accept by chance, with a probability for each place of a proposal, none above the one before it"
        )
    }
}
