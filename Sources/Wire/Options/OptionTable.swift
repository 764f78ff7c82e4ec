// SPDX-License-Identifier: MIT

/// Every option of both programs, in the order of the help text. Names, environment variables and defaults are
/// llama-server's where it has the option.
package enum OptionTable {
    package static let all: [OptionSpecification] = general + router + sources + model + sampling

    /// The option with that spelling, dashes included; `_` counts as `-` in long names.
    /// - Returns: the option, and whether the spelling turns it off; nil if there is none.
    package static func find(_ spelling: String) -> (option: OptionSpecification, isOff: Bool)? {
        let wanted =
            spelling.hasPrefix("--")
            ? "--" + spelling.dropFirst(2).map { $0 == "_" ? "-" : String($0) }.joined() : spelling
        return spellings[wanted]
    }

    /// All spellings, for suggestions.
    package static let spellings: [String: (option: OptionSpecification, isOff: Bool)] = {
        var result: [String: (option: OptionSpecification, isOff: Bool)] = [:]
        for option in all {
            for spelling in ["--" + option.name.rawValue] + option.aliases { result[spelling] = (option, false) }
            if case .flag = option.kind { result["--no-" + option.name.rawValue] = (option, true) }
        }
        return result
    }()

    package static subscript(name: OptionName) -> OptionSpecification? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static let general: [OptionSpecification] = [
        .init(.help, names: ["-h"], .flag, .both, "show this text and leave"),
        .init(.version, .flag, .both, "show the version and leave"),
        .init(
            .host,
            env: "LLAMA_ARG_HOST",
            .text,
            .both,
            value: "ADDRESS",
            default: "127.0.0.1",
            "the address to listen on; a path that ends in .sock makes a Unix socket"
        ),
        .init(
            .port,
            env: "LLAMA_ARG_PORT",
            .integer(0...65_535),
            .both,
            value: "N",
            default: "8080",
            "the port to listen on; 0 takes a free one"
        ),
        .init(
            .logVerbosity,
            names: ["-lv", "--verbosity"],
            env: "LLAMA_ARG_LOG_VERBOSITY",
            .integer(0...5),
            .both,
            value: "N",
            default: "3",
            "how much to log: 0 nothing but errors, 2 warnings, 3 what an operator wants, 4 and 5 everything"
        ),
    ]

    private static let router: [OptionSpecification] = [
        .init(
            .modelsDir,
            env: "LLAMA_ARG_MODELS_DIR",
            .text,
            .router,
            value: "DIR",
            "serve the GGUF files of this folder and its subfolders"
        ),
        .init(
            .modelsMax,
            env: "LLAMA_ARG_MODELS_MAX",
            .integer(0...10_000),
            .router,
            value: "N",
            default: "4",
            "models that may be loaded at the same time; 0 for no limit"
        ),
        .init(
            .modelsAutoload,
            env: "LLAMA_ARG_MODELS_AUTOLOAD",
            .flag,
            .router,
            default: "on",
            "load a model when a request names it"
        ),
        .init(
            .shutdownTimeout,
            .integer(0...86_400),
            .router,
            value: "SECONDS",
            default: "30",
            "how long streams may go on after SIGTERM"
        ),
        .init(
            .worker,
            env: "SWITCHYARD_WORKER",
            .text,
            .router,
            value: "FILE",
            "the worker program; the default is beside this one"
        ),
    ]

    private static let model: [OptionSpecification] = [
        .init(
            .model,
            names: ["-m"],
            env: "LLAMA_ARG_MODEL",
            .text,
            .both,
            value: "FILE",
            "the GGUF file to serve; without it switchyard is a router"
        ),
        .init(
            .alias,
            names: ["-a"],
            env: "LLAMA_ARG_ALIAS",
            .text,
            .worker,
            value: "NAME",
            "the model's name in answers; the default is the file's name"
        ),
        .init(
            .contextSize,
            names: ["-c"],
            env: "LLAMA_ARG_CTX_SIZE",
            .integer(0...1 << 30),
            .worker,
            value: "N",
            default: "0",
            "tokens of context; 0 for what the model was trained on"
        ),
        .init(
            .parallel,
            names: ["-np"],
            env: "LLAMA_ARG_N_PARALLEL",
            .integer(1...256),
            .worker,
            value: "N",
            default: "4",
            "requests that are generated at the same time"
        ),
        .init(
            .batchSize,
            names: ["-b"],
            env: "LLAMA_ARG_BATCH",
            .integer(1...1 << 20),
            .worker,
            value: "N",
            default: "2048",
            "tokens in one step"
        ),
        .init(
            .microBatchSize,
            names: ["-ub"],
            env: "LLAMA_ARG_UBATCH",
            .integer(1...1 << 20),
            .worker,
            value: "N",
            default: "512",
            "tokens that are computed at once"
        ),
        .init(
            .threads,
            names: ["-t"],
            env: "LLAMA_ARG_THREADS",
            .integer(1...1024),
            .worker,
            value: "N",
            "threads for generating; the default is the number of processors"
        ),
        .init(
            .threadsBatch,
            names: ["-tb"],
            env: "LLAMA_ARG_THREADS_BATCH",
            .integer(1...1024),
            .worker,
            value: "N",
            "threads for prompts; the default is that of --threads"
        ),
        .init(
            .gpuLayers,
            names: ["-ngl", "--n-gpu-layers"],
            env: "LLAMA_ARG_N_GPU_LAYERS",
            .integer(-1...100_000),
            .worker,
            value: "N",
            default: "-1",
            "layers to keep on the GPU; -1 for all"
        ),
        .init(
            .flashAttention,
            names: ["-fa"],
            env: "LLAMA_ARG_FLASH_ATTN",
            .choice(["auto", "on", "off"]),
            .worker,
            value: "WHEN",
            default: "auto",
            "use flash attention"
        ),
        .init(
            .cacheTypeK,
            names: ["-ctk"],
            env: "LLAMA_ARG_CACHE_TYPE_K",
            .choice(cacheTypes),
            .worker,
            value: "TYPE",
            default: "f16",
            "element type of the KV cache's keys"
        ),
        .init(
            .cacheTypeV,
            names: ["-ctv"],
            env: "LLAMA_ARG_CACHE_TYPE_V",
            .choice(cacheTypes),
            .worker,
            value: "TYPE",
            default: "f16",
            "element type of the KV cache's values"
        ),
        .init(
            .kvUnified,
            names: ["-kvu"],
            env: "LLAMA_ARG_KV_UNIFIED",
            .flag,
            .worker,
            default: "on",
            "one KV cache for all requests instead of equal shares"
        ),
        .init(
            .mmap,
            env: "LLAMA_ARG_MMAP",
            .flag,
            .worker,
            default: "on",
            "map the file instead of reading it"
        ),
        .init(.mlock, env: "LLAMA_ARG_MLOCK", .flag, .worker, default: "off", "keep the model from being swapped out"),
        .init(
            .chatTemplate,
            env: "LLAMA_ARG_CHAT_TEMPLATE",
            .text,
            .worker,
            value: "TEMPLATE",
            "a Jinja chat template, or the name of a built-in one, instead of the model's"
        ),
        .init(
            .chatTemplateFile,
            env: "LLAMA_ARG_CHAT_TEMPLATE_FILE",
            .text,
            .worker,
            value: "FILE",
            "a file with a Jinja chat template instead of the model's"
        ),
        .init(
            .reasoningFormat,
            env: "LLAMA_ARG_THINK",
            .choice(["auto", "none", "deepseek", "deepseek-legacy"]),
            .worker,
            value: "FORMAT",
            default: "auto",
            "where the model's thoughts go: none leaves them in the content"
        ),
        .init(
            .slots,
            env: "LLAMA_ARG_ENDPOINT_SLOTS",
            .flag,
            .worker,
            default: "on",
            "answer GET /slots"
        ),
        .init(
            .foreground,
            .flag,
            .worker,
            default: "off",
            "run without a parent: say the address instead of events, and don't watch the standard input"
        ),
    ]

    private static let sampling: [OptionSpecification] = [
        .init(
            .predict,
            names: ["-n", "--n-predict"],
            env: "LLAMA_ARG_N_PREDICT",
            .integer(-1...Int(Int32.max)),
            .worker,
            value: "N",
            default: "-1",
            "tokens to generate where a request doesn't say; -1 until the model ends"
        ),
        .init(
            .temperature,
            names: ["--temperature"],
            env: "LLAMA_ARG_TEMPERATURE",
            .number(0...1_000),
            .worker,
            value: "N",
            default: "0.8",
            "temperature; 0 takes the likeliest token"
        ),
        .init(
            .topK,
            env: "LLAMA_ARG_TOP_K",
            .integer(0...Int(Int32.max)),
            .worker,
            value: "N",
            default: "40",
            "tokens to choose from; 0 for all"
        ),
        .init(
            .topP,
            env: "LLAMA_ARG_TOP_P",
            .number(0...1),
            .worker,
            value: "N",
            default: "0.95",
            "share of the probability to choose from; 1 for all"
        ),
        .init(
            .minP,
            env: "LLAMA_ARG_MIN_P",
            .number(0...1),
            .worker,
            value: "N",
            default: "0.05",
            "least probability relative to the likeliest token; 0 for any"
        ),
        .init(
            .seed,
            names: ["-s"],
            env: "LLAMA_ARG_SEED",
            .integer(-1...Int(UInt32.max)),
            .worker,
            value: "N",
            default: "-1",
            "seed of the random numbers; -1 for a new one each time"
        ),
        .init(
            .repeatLast,
            .integer(0...Int(Int32.max)),
            .worker,
            value: "N",
            default: "64",
            "tokens that the penalties look back; 0 for none"
        ),
        .init(
            .repeatPenalty,
            .number(0.01...100),
            .worker,
            value: "N",
            default: "1",
            "penalty for repeating; 1 for none"
        ),
        .init(
            .presencePenalty,
            .number(-100...100),
            .worker,
            value: "N",
            default: "0",
            "penalty for tokens that occurred"
        ),
        .init(
            .frequencyPenalty,
            .number(-100...100),
            .worker,
            value: "N",
            default: "0",
            "penalty for each time that a token occurred"
        ),
    ]

    private static let cacheTypes = ["f32", "f16", "bf16", "q8_0", "q4_0", "q4_1", "iq4_nl", "q5_0", "q5_1"]
}
