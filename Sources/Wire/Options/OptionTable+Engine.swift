// SPDX-License-Identifier: MIT

extension OptionTable {
    static let context: [OptionSpecification] = [
        .init(
            .contextSize,
            names: ["-c"],
            env: "LLAMA_ARG_CTX_SIZE",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: "0",
            "tokens of context; 0 for what the model was trained on"
        ),
        .init(
            .parallel,
            names: ["-np"],
            env: "LLAMA_ARG_N_PARALLEL",
            .integer(1...256, words: ["-1": -1, "auto": -1]),
            .model,
            value: "N",
            default: "-1",
            "requests that are generated at the same time; -1 for 4, in one KV cache"
        ),
        .init(
            .continuousBatching,
            names: ["-cb"],
            off: ["-nocb"],
            env: "LLAMA_ARG_CONT_BATCHING",
            .flag,
            .model,
            default: "on",
            support: .only(["on"], reason: "requests always share the batch"),
            "let requests share a batch as they come"
        ),
        .init(
            .batchSize,
            names: ["-b"],
            env: "LLAMA_ARG_BATCH",
            .integer(1...1 << 20),
            .model,
            value: "N",
            default: "2048",
            "tokens in one step"
        ),
        .init(
            .microBatchSize,
            names: ["-ub"],
            env: "LLAMA_ARG_UBATCH",
            .integer(1...1 << 20),
            .model,
            value: "N",
            default: "512",
            "tokens that are computed at once"
        ),
        .init(
            .threads,
            names: ["-t"],
            env: "LLAMA_ARG_THREADS",
            .integer(-1...1024),
            .model,
            value: "N",
            "threads for generating; the default, also by -1, is the number of processors"
        ),
        .init(
            .threadsBatch,
            names: ["-tb"],
            env: "LLAMA_ARG_THREADS_BATCH",
            .integer(-1...1024),
            .model,
            value: "N",
            "threads for prompts; the default, also by -1, is that of --threads"
        ),
        .init(
            .flashAttention,
            names: ["-fa"],
            env: "LLAMA_ARG_FLASH_ATTN",
            .automatic,
            .model,
            value: "WHEN",
            default: "auto",
            "use flash attention"
        ),
        .init(
            .swaFull,
            env: "LLAMA_ARG_SWA_FULL",
            .flag,
            .model,
            default: "off",
            "keep all of the cache where the model attends to a sliding window"
        ),
        .init(
            .contextCheckpoints,
            names: ["-ctxcp", "--swa-checkpoints"],
            env: "LLAMA_ARG_CTX_CHECKPOINTS",
            .integer(0...100_000),
            .model,
            value: "N",
            default: "32",
            "checkpoints of each conversation at most, for models that can't go back to any place; 0 for none"
        ),
        .init(
            .checkpointMinStep,
            names: ["-cms"],
            env: "LLAMA_ARG_CHECKPOINT_MIN_SPACING_NT",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: "8192",
            "tokens between two checkpoints at least, but for those at the last message and at the prompt's end"
        ),
        .init(
            .contextShift,
            env: "LLAMA_ARG_CONTEXT_SHIFT",
            .flag,
            .model,
            default: "off",
            "go on by forgetting when the context is full"
        ),
        .init(
            .keep,
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: "0",
            "tokens of the prompt that are never forgotten; -1 for all"
        ),
        .init(
            .warmup,
            .flag,
            .model,
            default: "on",
            "compute once before the first request"
        ),
    ]

    static let caches: [OptionSpecification] = [
        .init(
            .cacheTypeK,
            names: ["-ctk"],
            env: "LLAMA_ARG_CACHE_TYPE_K",
            .choice(cacheTypes),
            .model,
            value: "TYPE",
            default: "f16",
            "element type of the KV cache's keys"
        ),
        .init(
            .cacheTypeV,
            names: ["-ctv"],
            env: "LLAMA_ARG_CACHE_TYPE_V",
            .choice(cacheTypes),
            .model,
            value: "TYPE",
            default: "f16",
            "element type of the KV cache's values"
        ),
        .init(
            .kvUnified,
            names: ["-kvu"],
            off: ["-no-kvu"],
            env: "LLAMA_ARG_KV_UNIFIED",
            .flag,
            .model,
            "one KV cache for all requests instead of equal shares; the default is on unless -np says how many"
        ),
        .init(
            .kvUnifiedPerSlot,
            env: "LLAMA_ARG_KV_UNIFIED_PER_SLOT",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: "0",
            "tokens that one request may use of the shared KV cache; without -c the cache has so many for each of -np; 0 for all"
        ),
        .init(
            .cachePrompt,
            env: "LLAMA_ARG_CACHE_PROMPT",
            .flag,
            .model,
            default: "on",
            "start where a prompt parts from an earlier one"
        ),
        .init(
            .slotPromptSimilarity,
            names: ["-sps"],
            .number(0...1),
            .model,
            value: "N",
            default: "0.1",
            "how much of a prompt a slot must hold to be preferred; 0 for any"
        ),
        .init(
            .cacheReuse,
            env: "LLAMA_ARG_CACHE_REUSE",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: "0",
            "the smallest part of a cache, in tokens, to use again behind a difference by moving it; 0 for none"
        ),
        .init(
            .cacheRAM,
            names: ["-cram"],
            env: "LLAMA_ARG_CACHE_RAM",
            .integer(-1...1 << 30),
            .model,
            value: "MIB",
            default: "8192",
            "main memory for conversations that left the KV cache and for all checkpoints, at most a quarter of the machine's; -1 without limit, 0 for none"
        ),
        .init(
            .cacheDisk,
            env: "LLAMA_ARG_CACHE_DISK",
            .text,
            .model,
            value: "MIB[,DIR]",
            default: "0",
            "keep conversations in files, so that they outlive a restart: at most so many MiB, in a folder within DIR that only this user can enter, or in the folder for caches; 0 keeps them in main memory, for as long as the router lives"
        ),
        .init(
            .cacheIdleSlots,
            env: "LLAMA_ARG_CACHE_IDLE_SLOTS",
            .flag,
            .model,
            default: "on",
            "move idle conversations from a shared KV cache to the main memory (--cache-ram) when a request begins"
        ),
        .init(
            .slotSavePath,
            .text,
            .model,
            value: "DIR",
            "the folder for what POST /slots/ID?action=save writes"
        ),
    ]

    static let rope: [OptionSpecification] = [
        .init(
            .ropeScaling,
            env: "LLAMA_ARG_ROPE_SCALING_TYPE",
            .choice(["none", "linear", "yarn"]),
            .model,
            value: "TYPE",
            "how positions are stretched; the default is the model's"
        ),
        .init(
            .ropeScale,
            env: "LLAMA_ARG_ROPE_SCALE",
            .number(0.000001...1_000_000),
            .model,
            value: "N",
            "stretch the context by this factor"
        ),
        .init(
            .ropeFreqBase,
            env: "LLAMA_ARG_ROPE_FREQ_BASE",
            .number(0...1e12),
            .model,
            value: "N",
            "base frequency of the positions; the default is the model's"
        ),
        .init(
            .ropeFreqScale,
            env: "LLAMA_ARG_ROPE_FREQ_SCALE",
            .number(0...1_000_000),
            .model,
            value: "N",
            "1 divided by --rope-scale; the default is the model's"
        ),
        .init(
            .yarnOrigContext,
            env: "LLAMA_ARG_YARN_ORIG_CTX",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: "0",
            "tokens of context that the model was first trained on; 0 for what it says"
        ),
        .init(
            .yarnExtFactor,
            env: "LLAMA_ARG_YARN_EXT_FACTOR",
            .number(-1...1_000),
            .model,
            value: "N",
            default: "-1",
            "YaRN's mix of extrapolation; 0 for interpolation alone, -1 for the model's"
        ),
        .init(
            .yarnAttnFactor,
            env: "LLAMA_ARG_YARN_ATTN_FACTOR",
            .number(-1...1_000),
            .model,
            value: "N",
            default: "-1",
            "YaRN's scale of attention"
        ),
        .init(
            .yarnBetaSlow,
            env: "LLAMA_ARG_YARN_BETA_SLOW",
            .number(-1...1_000),
            .model,
            value: "N",
            default: "-1",
            "YaRN's high correction dimension"
        ),
        .init(
            .yarnBetaFast,
            env: "LLAMA_ARG_YARN_BETA_FAST",
            .number(-1...1_000),
            .model,
            value: "N",
            default: "-1",
            "YaRN's low correction dimension"
        ),
    ]

    static let cacheTypes = ["f32", "f16", "bf16", "q8_0", "q4_0", "q4_1", "iq4_nl", "q5_0", "q5_1"]
}
