// SPDX-License-Identifier: MIT

extension OptionTable {
    /// The life of models.
    package struct Life: Sendable {
        package let modelsMax = OptionKey(
            "models-max",
            env: "LLAMA_ARG_MODELS_MAX",
            .integer(0...10_000),
            .router,
            value: "N",
            default: 4,
            "models that may be loaded at the same time; 0 for no limit"
        )

        package let reuseWorkers = OptionKey(
            "reuse-workers",
            env: "ENGINEHOUSE_REUSE_WORKERS",
            .flag,
            .router,
            default: true,
            "have a worker ready before a model is named, and give one that has freed its model the next one, so that switches are "
                + "quick; off starts a process for each load"
        )

        package let memoryPolicy = OptionKey(
            "memory-policy",
            env: "ENGINEHOUSE_MEMORY_POLICY",
            .choice(["evict", "share"]),
            .router,
            value: "WORD",
            default: "evict",
            "what happens where a model doesn't fit into memory beside those that are loaded: evict makes others leave, share "
                + "makes the model smaller (fewer layers on the GPU, a shorter context) and bounds only how many are loaded"
        )

        package let memoryReserve = OptionKey(
            "memory-reserve",
            env: "ENGINEHOUSE_MEMORY_RESERVE",
            .text,
            .router,
            value: "SIZE",
            "memory of each device that models leave free, such as 512M or 2G; the default is 1G of a GPU and a tenth of the "
                + "machine's own memory"
        )

        package let memoryBudget = OptionKey(
            "memory-budget",
            env: "ENGINEHOUSE_MEMORY_BUDGET",
            .text,
            [.router, .worker, .preset],
            value: "DEVICE=SIZE,…",
            "memory that models may take of a device, all together, whatever else takes some of it: host, or a device's name "
                + "as --list-devices shows it; a model that doesn't fit into it is made smaller, or refused"
        )

        package let modelsAutoload = OptionKey(
            "models-autoload",
            env: "LLAMA_ARG_MODELS_AUTOLOAD",
            .flag,
            .router,
            default: true,
            "load a model when a request names it"
        )

        package let modelsQuantum = OptionKey(
            "models-quantum",
            env: "ENGINEHOUSE_MODELS_QUANTUM",
            .number(0...86_400),
            .router,
            value: "SECONDS",
            "how long a busy model goes on before it makes room for an older request; the default is four times the "
                + "waiting model's time to load, at least 1 and at most --queue-fairness"
        )

        package let queueFairness = OptionKey(
            "queue-fairness",
            env: "ENGINEHOUSE_QUEUE_FAIRNESS",
            .number(0...86_400),
            .router,
            value: "SECONDS",
            default: 30,
            "the longest time that a busy model goes on while an older request waits"
        )

        package let queueMax = OptionKey(
            "queue-max",
            env: "ENGINEHOUSE_QUEUE_MAX",
            .integer(0...1_000_000),
            .router,
            value: "N",
            default: 512,
            "requests that may wait for a model; more are refused"
        )

        package let queueTimeout = OptionKey(
            "queue-timeout",
            env: "ENGINEHOUSE_QUEUE_TIMEOUT",
            .number(0.1...31_536_000),
            .router,
            value: "SECONDS",
            default: 600,
            "how long a request waits before it is refused"
        )

        package let loadTimeout = OptionKey(
            "load-timeout",
            env: "ENGINEHOUSE_LOAD_TIMEOUT",
            .number(1...31_536_000),
            [.router, .preset],
            value: "SECONDS",
            "how long a model may take to load; the default is 60 and 1 for each 50 MB"
        )

        package let stallTimeout = OptionKey(
            "stall-timeout",
            env: "ENGINEHOUSE_STALL_TIMEOUT",
            .number(0...31_536_000),
            [.router, .preset],
            value: "SECONDS",
            "how long a worker may say nothing while it has work before it is probed, then killed; 0 for ever"
        )

        package let stopTimeout = OptionKey(
            "stop-timeout",
            env: "ENGINEHOUSE_STOP_TIMEOUT",
            .number(0...86_400),
            [.router, .preset],
            value: "SECONDS",
            default: 10,
            "how long a worker may take to stop before it is killed"
        )

        package let ttl = OptionKey(
            "ttl",
            env: "ENGINEHOUSE_TTL",
            .number(0...31_536_000),
            [.router, .preset],
            value: "SECONDS",
            "unload a model that was idle for so long; the default is never"
        )

        package let loadOnStartup = OptionKey(
            "load-on-startup",
            .flag,
            .preset,
            default: false,
            "load the model when the router starts"
        )

        package let pin = OptionKey(
            "pin",
            .flag,
            .preset,
            default: false,
            "never unload the model to make room for another"
        )

        package let sleepIdleSeconds = OptionKey(
            "sleep-idle-seconds",
            .integer(1...Int(Int32.max), words: ["-1": -1]),
            [.router, .worker, .preset],
            value: "N",
            default: -1,
            "free a model's memory, but keep its worker, after so many idle seconds; -1 never does"
        )

        package let worker = OptionKey(
            "worker",
            env: "ENGINEHOUSE_WORKER",
            .text,
            .router,
            value: "FILE",
            "the worker program; the default is beside this one"
        )
    }
}
