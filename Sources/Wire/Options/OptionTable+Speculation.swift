// SPDX-License-Identifier: MIT

extension OptionTable {
    static let speculation: [OptionSpecification] = draftModel + ngrams

    private static let draftModel: [OptionSpecification] = [
        .init(
            .specType,
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
        ),
        .init(
            .specDefault,
            .flag,
            .model,
            default: "off",
            "the same as --spec-type ngram-mod"
        ),
        .init(
            .specDraftModel,
            names: ["-md", "--model-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_MODEL",
            .text,
            .model,
            value: "FILE",
            "a smaller model with the same vocabulary, which proposes tokens"
        ),
        .init(
            .specDraftHF,
            names: ["-hfd", "-hfrd", "--hf-repo-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_HF_REPO",
            .text,
            [.router, .preset],
            value: "USER/REPO[:TAG]",
            "the same, of the Hugging Face hub; then --spec-draft-model names a file in the repository"
        ),
        .init(
            .specDraftMax,
            env: "LLAMA_ARG_SPEC_DRAFT_N_MAX",
            .integer(0...1_024),
            .model,
            value: "N",
            default: "3",
            "the most tokens that a draft model proposes"
        ),
        .init(
            .specDraftMin,
            env: "LLAMA_ARG_SPEC_DRAFT_N_MIN",
            .integer(0...1_024),
            .model,
            value: "N",
            default: "0",
            "fewer tokens of a draft model aren't used"
        ),
        .init(
            .specDraftPMin,
            names: ["--draft-p-min"],
            env: "LLAMA_ARG_SPEC_DRAFT_P_MIN",
            .number(0...1),
            .model,
            value: "P",
            default: "0",
            "the least probability of a token that a draft model proposes"
        ),
        .init(
            .specDraftGPULayers,
            names: ["-ngld", "--gpu-layers-draft", "--n-gpu-layers-draft"],
            env: "LLAMA_ARG_N_GPU_LAYERS_DRAFT",
            .integer(-1...100_000, words: ["auto": -1, "all": -1]),
            .model,
            value: "N",
            default: "-1",
            "layers of the draft model on the GPU; -1, auto or all for all"
        ),
        .init(
            .specDraftDevice,
            names: ["-devd", "--device-draft"],
            .text,
            .model,
            value: "NAMES",
            "devices of the draft model, between commas; the default is those of --device"
        ),
        .init(
            .specDraftCPUMoE,
            names: ["-cmoed", "--cpu-moe-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_CPU_MOE",
            .flag,
            .model,
            default: "off",
            "keep the weights of all experts of the draft model off the GPU"
        ),
        .init(
            .specDraftCPUMoELayers,
            names: ["--spec-draft-ncmoe", "-ncmoed", "--n-cpu-moe-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_N_CPU_MOE",
            .integer(0...100_000),
            .model,
            value: "N",
            default: "0",
            "keep those of the first layers off the GPU"
        ),
        .init(
            .specDraftOverrideTensor,
            names: ["-otd", "--override-tensor-draft"],
            .text,
            .model,
            value: "PATTERN=BUFFER",
            repeatable: true,
            "where the draft model's weights lie, as --override-tensor says it"
        ),
        .init(
            .specDraftBackendSampling,
            env: "LLAMA_ARG_SPEC_DRAFT_BACKEND_SAMPLING",
            .flag,
            .model,
            default: "on",
            "let the draft model's device choose its tokens"
        ),
        .init(
            .specDraftThreads,
            names: ["-td", "--threads-draft"],
            .integer(-1...1024),
            .model,
            value: "N",
            "threads for the draft model; the default is that of --threads"
        ),
        .init(
            .specDraftThreadsBatch,
            names: ["-tbd", "--threads-batch-draft"],
            .integer(-1...1024),
            .model,
            value: "N",
            "threads for its prompts; the default is that of --spec-draft-threads, then of --threads-batch"
        ),
        .init(
            .specDraftTypeK,
            names: ["-ctkd", "--cache-type-k-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_CACHE_TYPE_K",
            .choice(cacheTypes),
            .model,
            value: "TYPE",
            default: "f16",
            "element type of the keys in the draft model's KV cache"
        ),
        .init(
            .specDraftTypeV,
            names: ["-ctvd", "--cache-type-v-draft"],
            env: "LLAMA_ARG_SPEC_DRAFT_CACHE_TYPE_V",
            .choice(cacheTypes),
            .model,
            value: "TYPE",
            default: "f16",
            "element type of the values in it"
        ),
    ]

    private static let ngrams: [OptionSpecification] = [
        .init(
            .lookupCacheStatic,
            names: ["-lcs"],
            .text,
            .model,
            value: "FILE",
            "ngram-cache: a file of n-grams, as llama.cpp's lookup tools write it"
        ),
        .init(
            .lookupCacheDynamic,
            names: ["-lcd"],
            .text,
            .model,
            value: "FILE",
            "ngram-cache: another one, which counts more"
        ),
        .init(
            .specNgramModMatch,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "24",
            "ngram-mod: tokens that are looked up"
        ),
        .init(
            .specNgramModMax,
            .integer(0...1_024),
            .model,
            value: "N",
            default: "64",
            "ngram-mod: the most tokens to propose"
        ),
        .init(
            .specNgramModMin,
            .integer(0...1_024),
            .model,
            value: "N",
            default: "48",
            "ngram-mod: fewer tokens aren't proposed"
        ),
        .init(
            .specNgramSimpleKey,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "12",
            "ngram-simple: tokens that are looked up"
        ),
        .init(
            .specNgramSimpleValue,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "48",
            "ngram-simple: tokens to propose"
        ),
        .init(
            .specNgramSimpleHits,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "1",
            "ngram-simple: how often the tokens must have been found before"
        ),
        .init(
            .specNgramMapKKey,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "12",
            "ngram-map-k: tokens that are looked up"
        ),
        .init(
            .specNgramMapKValue,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "48",
            "ngram-map-k: tokens to propose"
        ),
        .init(
            .specNgramMapKHits,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "1",
            "ngram-map-k: how often the tokens must have been found before"
        ),
        .init(
            .specNgramMapK4VKey,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "12",
            "ngram-map-k4v: tokens that are looked up"
        ),
        .init(
            .specNgramMapK4VValue,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "48",
            "ngram-map-k4v: tokens to propose"
        ),
        .init(
            .specNgramMapK4VHits,
            .integer(1...1_024),
            .model,
            value: "N",
            default: "1",
            "ngram-map-k4v: how often the tokens must have been found before"
        ),
        .init(
            .specSynthLength,
            env: "LLAMA_ARG_SPEC_SYNTH_LEN",
            .number(1...1_025),
            .model,
            value: "L",
            "for measurements: accept by chance, so that a step has so many tokens on average; the text is worth nothing"
        ),
        .init(
            .specSynthRates,
            env: "LLAMA_ARG_SPEC_SYNTH_RATES",
            .text,
            .model,
            value: "P,P,…",
            "for measurements: accept by chance, with a probability for each place of a proposal, none above the one before it"
        ),
    ]
}
