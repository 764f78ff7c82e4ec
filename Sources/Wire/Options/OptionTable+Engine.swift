// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Context and computing.
    package struct Context: Sendable {
        package let contextSize = OptionKey(
            "ctx-size",
            names: ["-c"],
            env: "LLAMA_ARG_CTX_SIZE",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: 0,
            "tokens of context; 0 for what the model was trained on"
        )

        package let parallel = OptionKey(
            "parallel",
            names: ["-np"],
            env: "LLAMA_ARG_N_PARALLEL",
            .integer(1...256, words: ["-1": -1, "auto": -1]),
            .model,
            value: "N",
            default: -1,
            "requests that are generated at the same time; -1 for 4, in one KV cache"
        )

        package let continuousBatching = OptionKey(
            "cont-batching",
            names: ["-cb"],
            off: ["-nocb"],
            env: "LLAMA_ARG_CONT_BATCHING",
            .flag,
            .model,
            default: true,
            support: .only(["on"], reason: "requests always share the batch"),
            "let requests share a batch as they come"
        )

        package let batchSize = OptionKey(
            "batch-size",
            names: ["-b"],
            env: "LLAMA_ARG_BATCH",
            .integer(1...1 << 20),
            .model,
            value: "N",
            default: 2048,
            "tokens in one step"
        )

        package let microBatchSize = OptionKey(
            "ubatch-size",
            names: ["-ub"],
            env: "LLAMA_ARG_UBATCH",
            .integer(1...1 << 20),
            .model,
            value: "N",
            default: 512,
            "tokens that are computed at once"
        )

        package let threads = OptionKey(
            "threads",
            names: ["-t"],
            env: "LLAMA_ARG_THREADS",
            .integer(-1...1024),
            .model,
            value: "N",
            "threads for generating; the default, also by -1, is the number of processors"
        )

        package let threadsBatch = OptionKey(
            "threads-batch",
            names: ["-tb"],
            env: "LLAMA_ARG_THREADS_BATCH",
            .integer(-1...1024),
            .model,
            value: "N",
            "threads for prompts; the default, also by -1, is that of --threads"
        )

        package let flashAttention = OptionKey(
            "flash-attn",
            names: ["-fa"],
            env: "LLAMA_ARG_FLASH_ATTN",
            .automatic,
            .model,
            value: "WHEN",
            default: "auto",
            "use flash attention"
        )

        package let swaFull = OptionKey(
            "swa-full",
            env: "LLAMA_ARG_SWA_FULL",
            .flag,
            .model,
            default: false,
            "keep all of the cache where the model attends to a sliding window"
        )

        package let contextCheckpoints = OptionKey(
            "ctx-checkpoints",
            names: ["-ctxcp", "--swa-checkpoints"],
            env: "LLAMA_ARG_CTX_CHECKPOINTS",
            .integer(0...100_000),
            .model,
            value: "N",
            default: 32,
            "checkpoints of each conversation at most, for models that can't go back to any place; 0 for none"
        )

        package let checkpointMinStep = OptionKey(
            "checkpoint-min-step",
            names: ["-cms"],
            env: "LLAMA_ARG_CHECKPOINT_MIN_SPACING_NT",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: 8192,
            "tokens between two checkpoints at least, but for those at the last message and at the prompt's end"
        )

        package let contextShift = OptionKey(
            "context-shift",
            env: "LLAMA_ARG_CONTEXT_SHIFT",
            .flag,
            .model,
            default: false,
            "go on by forgetting when the context is full"
        )

        package let keep = OptionKey(
            "keep",
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: 0,
            "tokens of the prompt that are never forgotten; -1 for all"
        )

        package let warmup = OptionKey(
            "warmup",
            .flag,
            .model,
            default: true,
            "compute once before the first request"
        )
    }

    /// What is kept of prompts.
    package struct Caches: Sendable {
        package let cacheTypeK = OptionKey(
            "cache-type-k",
            names: ["-ctk"],
            env: "LLAMA_ARG_CACHE_TYPE_K",
            .choice(cacheTypes),
            .model,
            value: "TYPE",
            default: "f16",
            "element type of the KV cache's keys"
        )

        package let cacheTypeV = OptionKey(
            "cache-type-v",
            names: ["-ctv"],
            env: "LLAMA_ARG_CACHE_TYPE_V",
            .choice(cacheTypes),
            .model,
            value: "TYPE",
            default: "f16",
            "element type of the KV cache's values"
        )

        package let kvUnified = OptionKey(
            "kv-unified",
            names: ["-kvu"],
            off: ["-no-kvu"],
            env: "LLAMA_ARG_KV_UNIFIED",
            .flag,
            .model,
            default: false,
            shown: nil,
            "one KV cache for all requests instead of equal shares; the default is on unless -np says how many"
        )

        package let kvUnifiedPerSlot = OptionKey(
            "kv-unified-per-slot",
            env: "LLAMA_ARG_KV_UNIFIED_PER_SLOT",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: 0,
            "tokens that one request may use of the shared KV cache; without -c the cache has so many for each of -np; 0 for all"
        )

        package let cachePrompt = OptionKey(
            "cache-prompt",
            env: "LLAMA_ARG_CACHE_PROMPT",
            .flag,
            .model,
            default: true,
            "start where a prompt parts from an earlier one"
        )

        package let slotPromptSimilarity = OptionKey(
            "slot-prompt-similarity",
            names: ["-sps"],
            .number(0...1),
            .model,
            value: "N",
            default: 0.1,
            "how much of a prompt a slot must hold to be preferred; 0 for any"
        )

        package let cacheReuse = OptionKey(
            "cache-reuse",
            env: "LLAMA_ARG_CACHE_REUSE",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: 0,
            "the smallest part of a cache, in tokens, to use again behind a difference by moving it; 0 for none"
        )

        package let cacheRAM = OptionKey(
            "cache-ram",
            names: ["-cram"],
            env: "LLAMA_ARG_CACHE_RAM",
            .integer(-1...1 << 30),
            .model,
            value: "MIB",
            default: 8192,
            "main memory for conversations that left the KV cache and for all checkpoints, at most a quarter of the machine's; -1 without limit, 0 for none"
        )

        package let cacheDisk = OptionKey(
            "cache-disk",
            env: "LLAMA_ARG_CACHE_DISK",
            .text,
            .model,
            value: "MIB[,DIR]",
            default: "0",
            "keep conversations in files, so that they outlive a restart: at most so many MiB, in a folder within DIR that only this user can enter, or in the folder for caches; 0 keeps them in main memory, for as long as the router lives"
        )

        package let cacheIdleSlots = OptionKey(
            "cache-idle-slots",
            env: "LLAMA_ARG_CACHE_IDLE_SLOTS",
            .flag,
            .model,
            default: true,
            "move idle conversations from a shared KV cache to the main memory (--cache-ram) when a request begins"
        )

        package let slotSavePath = OptionKey(
            "slot-save-path",
            .text,
            .model,
            value: "DIR",
            "the folder for what POST /slots/ID?action=save writes"
        )
    }

    /// Contexts longer than the model was trained for.
    package struct Rope: Sendable {
        package let ropeScaling = OptionKey(
            "rope-scaling",
            env: "LLAMA_ARG_ROPE_SCALING_TYPE",
            .choice(["none", "linear", "yarn"]),
            .model,
            value: "TYPE",
            "how positions are stretched; the default is the model's"
        )

        package let ropeScale = OptionKey(
            "rope-scale",
            env: "LLAMA_ARG_ROPE_SCALE",
            .number(0.000001...1_000_000),
            .model,
            value: "N",
            "stretch the context by this factor"
        )

        package let ropeFreqBase = OptionKey(
            "rope-freq-base",
            env: "LLAMA_ARG_ROPE_FREQ_BASE",
            .number(0...1e12),
            .model,
            value: "N",
            "base frequency of the positions; the default is the model's"
        )

        package let ropeFreqScale = OptionKey(
            "rope-freq-scale",
            env: "LLAMA_ARG_ROPE_FREQ_SCALE",
            .number(0...1_000_000),
            .model,
            value: "N",
            "1 divided by --rope-scale; the default is the model's"
        )

        package let yarnOrigContext = OptionKey(
            "yarn-orig-ctx",
            env: "LLAMA_ARG_YARN_ORIG_CTX",
            .integer(0...1 << 30),
            .model,
            value: "N",
            default: 0,
            "tokens of context that the model was first trained on; 0 for what it says"
        )

        package let yarnExtFactor = OptionKey(
            "yarn-ext-factor",
            env: "LLAMA_ARG_YARN_EXT_FACTOR",
            .number(-1...1_000),
            .model,
            value: "N",
            default: -1,
            "YaRN's mix of extrapolation; 0 for interpolation alone, -1 for the model's"
        )

        package let yarnAttnFactor = OptionKey(
            "yarn-attn-factor",
            env: "LLAMA_ARG_YARN_ATTN_FACTOR",
            .number(-1...1_000),
            .model,
            value: "N",
            default: -1,
            "YaRN's scale of attention"
        )

        package let yarnBetaSlow = OptionKey(
            "yarn-beta-slow",
            env: "LLAMA_ARG_YARN_BETA_SLOW",
            .number(-1...1_000),
            .model,
            value: "N",
            default: -1,
            "YaRN's high correction dimension"
        )

        package let yarnBetaFast = OptionKey(
            "yarn-beta-fast",
            env: "LLAMA_ARG_YARN_BETA_FAST",
            .number(-1...1_000),
            .model,
            value: "N",
            default: -1,
            "YaRN's low correction dimension"
        )
    }

    static let cacheTypes = ["f32", "f16", "bf16", "q8_0", "q4_0", "q4_1", "iq4_nl", "q5_0", "q5_1"]
}
