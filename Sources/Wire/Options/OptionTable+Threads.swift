// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Which processors compute, and how they wait for work.
    static let placement: [OptionSpecification] = threads + draftThreads

    private static let threads: [OptionSpecification] = [
        .init(
            .cpuMask,
            names: ["-C"],
            .text,
            .model,
            value: "HEX",
            "processors to generate on, a bit for each; together with those of --cpu-range"
        ),
        .init(
            .cpuRange,
            names: ["-Cr"],
            .text,
            .model,
            value: "FIRST-LAST",
            "processors to generate on, numbered from 0; together with those of --cpu-mask"
        ),
        .init(
            .cpuStrict,
            .integer(0...1, words: ["off": 0, "on": 1]),
            .model,
            value: "0|1",
            default: "0",
            "bind each thread to a processor of its own among those"
        ),
        .init(
            .prio,
            .integer(-1...3),
            .model,
            value: "N",
            default: "0",
            "priority of the computing threads: -1 low, 0 normal, 1 medium, 2 high, 3 real time; what the system refuses is a warning"
        ),
        .init(
            .poll,
            .integer(0...100),
            .model,
            value: "N",
            default: "50",
            "how eagerly threads look for work before they sleep: 0 not at all, 100 all the time; without effect in builds with OpenMP"
        ),
        .init(
            .cpuMaskBatch,
            names: ["-Cb"],
            .text,
            .model,
            value: "HEX",
            "processors for prompts; the default of this and what follows is what holds for generating"
        ),
        .init(
            .cpuRangeBatch,
            names: ["-Crb"],
            .text,
            .model,
            value: "FIRST-LAST",
            "processors for prompts, together with those of --cpu-mask-batch"
        ),
        .init(
            .cpuStrictBatch,
            .integer(0...1, words: ["off": 0, "on": 1]),
            .model,
            value: "0|1",
            "bind each thread for prompts to a processor of its own"
        ),
        .init(
            .prioBatch,
            .integer(-1...3),
            .model,
            value: "N",
            "priority of the threads for prompts"
        ),
        .init(
            .pollBatch,
            .integer(0...100),
            .model,
            value: "N",
            "how eagerly threads for prompts look for work"
        ),
        .init(
            .numa,
            env: "LLAMA_ARG_NUMA",
            .choice(["distribute", "isolate", "numactl"]),
            .model,
            value: "HOW",
            "use the processors of a machine with several memory nodes: all of them, those of one node, or those that numactl gave"
        ),
        .init(
            .perf,
            env: "LLAMA_ARG_PERF",
            .flag,
            .model,
            default: "off",
            "let the engine count its own time, which --log-verbosity 4 shows when the model is freed; timings in answers are always there"
        ),
    ]

    private static let draftThreads: [OptionSpecification] = [
        .init(
            .specDraftCPUMask,
            names: ["-Cd", "--cpu-mask-draft"],
            .text,
            .model,
            value: "HEX",
            "the draft model's --cpu-mask; the default of this and what follows is what holds for the model"
        ),
        .init(
            .specDraftCPURange,
            names: ["-Crd", "--cpu-range-draft"],
            .text,
            .model,
            value: "FIRST-LAST",
            "the draft model's --cpu-range"
        ),
        .init(
            .specDraftCPUStrict,
            names: ["--cpu-strict-draft"],
            .integer(0...1, words: ["off": 0, "on": 1]),
            .model,
            value: "0|1",
            "the draft model's --cpu-strict"
        ),
        .init(
            .specDraftPrio,
            names: ["--prio-draft"],
            .integer(-1...3),
            .model,
            value: "N",
            "the draft model's --prio"
        ),
        .init(
            .specDraftPoll,
            names: ["--poll-draft"],
            .integer(0...100),
            .model,
            value: "N",
            "the draft model's --poll"
        ),
        .init(
            .specDraftCPUMaskBatch,
            names: ["-Cbd", "--cpu-mask-batch-draft"],
            .text,
            .model,
            value: "HEX",
            "the draft model's --cpu-mask-batch"
        ),
        .init(
            .specDraftCPURangeBatch,
            names: ["-Crbd", "--cpu-range-batch-draft"],
            .text,
            .model,
            value: "FIRST-LAST",
            "the draft model's --cpu-range-batch"
        ),
        .init(
            .specDraftCPUStrictBatch,
            names: ["--cpu-strict-batch-draft"],
            .integer(0...1, words: ["off": 0, "on": 1]),
            .model,
            value: "0|1",
            "the draft model's --cpu-strict-batch"
        ),
        .init(
            .specDraftPrioBatch,
            names: ["--prio-batch-draft"],
            .integer(-1...3),
            .model,
            value: "N",
            "the draft model's --prio-batch"
        ),
        .init(
            .specDraftPollBatch,
            names: ["--poll-batch-draft"],
            .integer(0...100),
            .model,
            value: "N",
            "the draft model's --poll-batch"
        ),
    ]
}
