// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Which processors compute, and how they wait for work.
    /// The processors of the model's threads.
    package struct Threads: Sendable {
        package let cpuMask = OptionKey(
            "cpu-mask",
            names: ["-C"],
            .text,
            .model,
            value: "HEX",
            "processors to generate on, a bit for each; together with those of --cpu-range"
        )

        package let cpuRange = OptionKey(
            "cpu-range",
            names: ["-Cr"],
            .text,
            .model,
            value: "FIRST-LAST",
            "processors to generate on, numbered from 0; together with those of --cpu-mask"
        )

        package let cpuStrict = OptionKey(
            "cpu-strict",
            .integer(0...1, words: ["off": 0, "on": 1]),
            .model,
            value: "0|1",
            default: 0,
            "bind each thread to a processor of its own among those"
        )

        package let prio = OptionKey(
            "prio",
            .integer(-1...3),
            .model,
            value: "N",
            default: 0,
            "priority of the computing threads: -1 low, 0 normal, 1 medium, 2 high, 3 real time; what the system refuses is a warning"
        )

        package let poll = OptionKey(
            "poll",
            .integer(0...100),
            .model,
            value: "N",
            default: 50,
            "how eagerly threads look for work before they sleep: 0 not at all, 100 all the time; without effect in builds with OpenMP"
        )

        package let cpuMaskBatch = OptionKey(
            "cpu-mask-batch",
            names: ["-Cb"],
            .text,
            .model,
            value: "HEX",
            "processors for prompts; the default of this option and those below is that for generating"
        )

        package let cpuRangeBatch = OptionKey(
            "cpu-range-batch",
            names: ["-Crb"],
            .text,
            .model,
            value: "FIRST-LAST",
            "processors for prompts, together with those of --cpu-mask-batch"
        )

        package let cpuStrictBatch = OptionKey(
            "cpu-strict-batch",
            .integer(0...1, words: ["off": 0, "on": 1]),
            .model,
            value: "0|1",
            "bind each thread for prompts to a processor of its own"
        )

        package let prioBatch = OptionKey(
            "prio-batch",
            .integer(-1...3),
            .model,
            value: "N",
            "priority of the threads for prompts"
        )

        package let pollBatch = OptionKey(
            "poll-batch",
            .integer(0...100),
            .model,
            value: "N",
            "how eagerly threads for prompts look for work"
        )

        package let numa = OptionKey(
            "numa",
            env: "LLAMA_ARG_NUMA",
            .choice(["distribute", "isolate", "numactl"]),
            .model,
            value: "HOW",
            "use the processors of a machine with several memory nodes: all of them, those of one node, or those that numactl gave"
        )

        package let perf = OptionKey(
            "perf",
            env: "LLAMA_ARG_PERF",
            .flag,
            .model,
            default: false,
            "let the engine count its own time, which --log-verbosity 4 shows when the model is freed; timings in answers are always there"
        )
    }

    /// The processors of the draft model's threads.
    package struct DraftThreads: Sendable {
        package let specDraftCPUMask = OptionKey(
            "spec-draft-cpu-mask",
            names: ["-Cd", "--cpu-mask-draft"],
            .text,
            .model,
            value: "HEX",
            "the draft model's --cpu-mask; the default of this option and those below is the model's"
        )

        package let specDraftCPURange = OptionKey(
            "spec-draft-cpu-range",
            names: ["-Crd", "--cpu-range-draft"],
            .text,
            .model,
            value: "FIRST-LAST",
            "the draft model's --cpu-range"
        )

        package let specDraftCPUStrict = OptionKey(
            "spec-draft-cpu-strict",
            names: ["--cpu-strict-draft"],
            .integer(0...1, words: ["off": 0, "on": 1]),
            .model,
            value: "0|1",
            "the draft model's --cpu-strict"
        )

        package let specDraftPrio = OptionKey(
            "spec-draft-prio",
            names: ["--prio-draft"],
            .integer(-1...3),
            .model,
            value: "N",
            "the draft model's --prio"
        )

        package let specDraftPoll = OptionKey(
            "spec-draft-poll",
            names: ["--poll-draft"],
            .integer(0...100),
            .model,
            value: "N",
            "the draft model's --poll"
        )

        package let specDraftCPUMaskBatch = OptionKey(
            "spec-draft-cpu-mask-batch",
            names: ["-Cbd", "--cpu-mask-batch-draft"],
            .text,
            .model,
            value: "HEX",
            "the draft model's --cpu-mask-batch"
        )

        package let specDraftCPURangeBatch = OptionKey(
            "spec-draft-cpu-range-batch",
            names: ["-Crbd", "--cpu-range-batch-draft"],
            .text,
            .model,
            value: "FIRST-LAST",
            "the draft model's --cpu-range-batch"
        )

        package let specDraftCPUStrictBatch = OptionKey(
            "spec-draft-cpu-strict-batch",
            names: ["--cpu-strict-batch-draft"],
            .integer(0...1, words: ["off": 0, "on": 1]),
            .model,
            value: "0|1",
            "the draft model's --cpu-strict-batch"
        )

        package let specDraftPrioBatch = OptionKey(
            "spec-draft-prio-batch",
            names: ["--prio-batch-draft"],
            .integer(-1...3),
            .model,
            value: "N",
            "the draft model's --prio-batch"
        )

        package let specDraftPollBatch = OptionKey(
            "spec-draft-poll-batch",
            names: ["--poll-batch-draft"],
            .integer(0...100),
            .model,
            value: "N",
            "the draft model's --poll-batch"
        )
    }
}
