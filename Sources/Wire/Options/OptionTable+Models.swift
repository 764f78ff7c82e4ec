// SPDX-License-Identifier: MIT

extension OptionTable {
    static let sources: [OptionSpecification] = [
        .init(
            .modelsDir,
            env: "LLAMA_ARG_MODELS_DIR",
            .text,
            .router,
            value: "DIR",
            repeatable: true,
            "serve the GGUF files of this folder and its subfolders; may be given several times"
        ),
        .init(
            .modelsDirDepth,
            env: "ENGINEHOUSE_MODELS_DIR_DEPTH",
            .integer(0...16),
            .router,
            value: "N",
            default: "2",
            "levels of subfolders to look into"
        ),
        .init(
            .modelsPreset,
            env: "LLAMA_ARG_MODELS_PRESET",
            .text,
            .router,
            value: "FILE",
            "an INI file with a section for each model and its options"
        ),
        .init(
            .model,
            names: ["-m"],
            env: "LLAMA_ARG_MODEL",
            .text,
            [.router, .worker, .preset],
            value: "FILE",
            "the GGUF file to serve, and no other; without it enginehouse is a router"
        ),
        .init(
            .modelURL,
            names: ["-mu"],
            env: "LLAMA_ARG_MODEL_URL",
            .text,
            [.router, .preset],
            value: "URL",
            "the address of a file on the hub, such as https://huggingface.co/USER/REPO/resolve/main/FILE.gguf; the same as --hf-repo and --hf-file"
        ),
        .init(
            .alias,
            names: ["-a"],
            env: "LLAMA_ARG_ALIAS",
            .text,
            .model,
            value: "NAMES",
            "names of the model, between commas; where there is only one model, the first in the alphabet is its name in answers"
        ),
        .init(
            .tags,
            env: "LLAMA_ARG_TAGS",
            .text,
            .model,
            value: "WORDS",
            "words that GET /models shows with the model, between commas"
        ),
        .init(
            .mmproj,
            names: ["-mm"],
            env: "LLAMA_ARG_MMPROJ",
            .text,
            .model,
            value: "FILE",
            "the picture or sound encoder of the model"
        ),
        .init(
            .mmprojURL,
            names: ["-mmu"],
            env: "LLAMA_ARG_MMPROJ_URL",
            .text,
            [.router, .preset],
            value: "URL",
            support: .refused(
                reason: "the encoder beside a model of the hub comes with it; download another one and give --mmproj"
            ),
            "the encoder on the web, which is downloaded once"
        ),
        .init(
            .mmprojAuto,
            off: ["--no-mmproj"],
            env: "LLAMA_ARG_MMPROJ_AUTO",
            .flag,
            .model,
            default: "on",
            "use the encoder that lies beside a model"
        ),
        .init(
            .hfRepo,
            names: ["-hf", "-hfr"],
            env: "LLAMA_ARG_HF_REPO",
            .text,
            [.router, .preset],
            value: "USER/REPO[:TAG]",
            "a model of the Hugging Face hub, which is downloaded once; of a repository with a preset.ini, the models in it"
        ),
        .init(
            .hfFile,
            names: ["-hff"],
            env: "LLAMA_ARG_HF_FILE",
            .text,
            [.router, .preset],
            value: "FILE",
            "the file in that repository"
        ),
        .init(
            .hfToken,
            names: ["-hft"],
            env: "HF_TOKEN",
            .text,
            [.router, .preset],
            value: "TOKEN",
            secret: true,
            "the token for repositories that aren't public"
        ),
        .init(
            .offline,
            env: "LLAMA_ARG_OFFLINE",
            .flag,
            [.router, .preset],
            default: "off",
            "use only what was downloaded before"
        ),
        .init(
            .dedupCacheModels,
            .flag,
            .preset,
            default: "off",
            "hide a downloaded model in GET /models if this preset serves the same file"
        ),
    ]

    static let life: [OptionSpecification] = [
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
            .reuseWorkers,
            env: "ENGINEHOUSE_REUSE_WORKERS",
            .flag,
            .router,
            default: "on",
            "have a worker ready before a model is named, and give one that has freed its model the next one, so that switches are "
                + "quick; off starts a process for each load"
        ),
        .init(
            .memoryPolicy,
            env: "ENGINEHOUSE_MEMORY_POLICY",
            .choice(["evict", "share"]),
            .router,
            value: "WORD",
            default: "evict",
            "what happens where a model doesn't fit into memory beside those that are loaded: evict makes others leave, share "
                + "makes the model smaller (fewer layers on the GPU, a shorter context) and bounds only how many are loaded"
        ),
        .init(
            .memoryReserve,
            env: "ENGINEHOUSE_MEMORY_RESERVE",
            .text,
            .router,
            value: "SIZE",
            "memory of each device that models leave free, such as 512M or 2G; the default is 1G of a GPU and a tenth of the "
                + "machine's own memory"
        ),
        .init(
            .memoryBudget,
            env: "ENGINEHOUSE_MEMORY_BUDGET",
            .text,
            [.router, .worker, .preset],
            value: "DEVICE=SIZE,…",
            "memory that models may take of a device, all together, whatever else takes some of it: host, or a device's name "
                + "as --list-devices shows it; a model that doesn't fit into it is made smaller, or refused"
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
            .modelsQuantum,
            env: "ENGINEHOUSE_MODELS_QUANTUM",
            .number(0...86_400),
            .router,
            value: "SECONDS",
            "how long a busy model goes on before it makes room for an older request; the default is four times the "
                + "waiting model's time to load, at least 1 and at most --queue-fairness"
        ),
        .init(
            .queueFairness,
            env: "ENGINEHOUSE_QUEUE_FAIRNESS",
            .number(0...86_400),
            .router,
            value: "SECONDS",
            default: "30",
            "the longest time that a busy model goes on while an older request waits"
        ),
        .init(
            .queueMax,
            env: "ENGINEHOUSE_QUEUE_MAX",
            .integer(0...1_000_000),
            .router,
            value: "N",
            default: "512",
            "requests that may wait for a model; more are refused"
        ),
        .init(
            .queueTimeout,
            env: "ENGINEHOUSE_QUEUE_TIMEOUT",
            .number(0.1...31_536_000),
            .router,
            value: "SECONDS",
            default: "600",
            "how long a request waits before it is refused"
        ),
        .init(
            .loadTimeout,
            env: "ENGINEHOUSE_LOAD_TIMEOUT",
            .number(1...31_536_000),
            [.router, .preset],
            value: "SECONDS",
            "how long a model may take to load; the default is 60 and 1 for each 50 MB"
        ),
        .init(
            .stallTimeout,
            env: "ENGINEHOUSE_STALL_TIMEOUT",
            .number(0...31_536_000),
            [.router, .preset],
            value: "SECONDS",
            "how long a worker may say nothing while it has work before it is probed, then killed; 0 for ever"
        ),
        .init(
            .stopTimeout,
            env: "ENGINEHOUSE_STOP_TIMEOUT",
            .number(0...86_400),
            [.router, .preset],
            value: "SECONDS",
            default: "10",
            "how long a worker may take to stop before it is killed"
        ),
        .init(
            .ttl,
            env: "ENGINEHOUSE_TTL",
            .number(0...31_536_000),
            [.router, .preset],
            value: "SECONDS",
            "unload a model that was idle for so long; the default is never"
        ),
        .init(.loadOnStartup, .flag, .preset, default: "off", "load the model when the router starts"),
        .init(.pin, .flag, .preset, default: "off", "never unload the model to make room for another"),
        .init(
            .sleepIdleSeconds,
            .integer(1...Int(Int32.max), words: ["-1": -1]),
            [.router, .worker, .preset],
            value: "N",
            default: "-1",
            "free a model's memory, but keep its worker, after so many idle seconds; -1 never does"
        ),
        .init(
            .worker,
            env: "ENGINEHOUSE_WORKER",
            .text,
            .router,
            value: "FILE",
            "the worker program; the default is beside this one"
        ),
    ]

    static let uses: [OptionSpecification] = [
        .init(
            .embedding,
            names: ["--embeddings"],
            env: "LLAMA_ARG_EMBEDDINGS",
            .flag,
            .model,
            default: "off",
            "serve embeddings"
        ),
        .init(
            .pooling,
            env: "LLAMA_ARG_POOLING",
            .choice(["none", "mean", "cls", "last", "rank"]),
            .model,
            value: "TYPE",
            "how the tokens' embeddings become one; the default is what the model says"
        ),
        .init(
            .embdNormalize,
            .integer(-1...1_000),
            .model,
            value: "N",
            default: "2",
            "the norm of embeddings: -1 none, 0 the largest becomes 32760, 1 taxicab, 2 Euclidean, more: p-norm"
        ),
        .init(
            .reranking,
            names: ["--rerank"],
            env: "LLAMA_ARG_RERANKING",
            .flag,
            .model,
            default: "off",
            "serve reranking: embeddings with the pooling rank"
        ),
        .init(
            .spmInfill,
            .flag,
            .model,
            default: "off",
            "begin infill with what stands behind the gap, as some models want it"
        ),
        .init(
            .lora,
            .text,
            .model,
            value: "FILES",
            repeatable: true,
            "LoRA adapters to load with the model, between commas"
        ),
        .init(
            .loraScaled,
            .text,
            .model,
            value: "FILE:SCALE",
            repeatable: true,
            "LoRA adapters and how strongly they work, between commas; they are numbered behind those of --lora"
        ),
        .init(
            .loraInitWithoutApply,
            .flag,
            .model,
            default: "off",
            "load adapters with scale 0; requests or POST /lora-adapters turn them on"
        ),
        .init(
            .controlVector,
            .text,
            .model,
            value: "FILES",
            repeatable: true,
            "control vectors that steer the model, between commas"
        ),
        .init(
            .controlVectorScaled,
            .text,
            .model,
            value: "FILE:SCALE",
            repeatable: true,
            "control vectors and how strongly they steer, between commas"
        ),
        .init(
            .controlVectorLayers,
            .range(1...100_000),
            .model,
            value: "FIRST LAST",
            "the layers that control vectors steer; the default is all"
        ),
    ]

}
