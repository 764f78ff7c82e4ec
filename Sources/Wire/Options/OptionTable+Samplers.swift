// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Defaults of samplers.
    package struct Samplers: Sendable {
        package let samplers = OptionKey(
            "samplers",
            .text,
            .model,
            value: "NAMES",
            default: "penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature",
            "the samplers in their order, between semicolons"
        )

        package let samplerSequence = OptionKey(
            "sampler-seq",
            names: ["--sampling-seq"],
            .text,
            .model,
            value: "LETTERS",
            default: "edskypmxt",
            "the same, each sampler by its letter; also i for infill and a for adaptive-p"
        )

        package let topNSigma = OptionKey(
            "top-n-sigma",
            names: ["--top-nsigma"],
            .number(-1...1_000),
            .model,
            value: "N",
            default: -1,
            "standard deviations below the largest logit to choose from; -1 for all"
        )

        package let typical = OptionKey(
            "typical",
            names: ["--typical-p"],
            .number(0...1),
            .model,
            value: "P",
            default: 1,
            "share of the probability of the most typical tokens to choose from; 1 for all"
        )

        package let xtcProbability = OptionKey(
            "xtc-probability",
            .number(0...1),
            .model,
            value: "P",
            default: 0,
            "how often the likeliest tokens are taken out; 0 for never"
        )

        package let xtcThreshold = OptionKey(
            "xtc-threshold",
            .number(0...1),
            .model,
            value: "P",
            default: 0.1,
            "from which probability on they are; above 0.5 for never"
        )

        package let dynatempRange = OptionKey(
            "dynatemp-range",
            .number(0...1_000),
            .model,
            value: "N",
            default: 0,
            "how far the temperature moves with the uncertainty; 0 for not at all"
        )

        package let dynatempExponent = OptionKey(
            "dynatemp-exp",
            .number(0...1_000),
            .model,
            value: "N",
            default: 1,
            "how it follows the uncertainty"
        )

        package let dryMultiplier = OptionKey(
            "dry-multiplier",
            .number(0...1_000),
            .model,
            value: "N",
            default: 0,
            "DRY's penalty for going on with a repetition; 0 for none"
        )

        package let dryBase = OptionKey(
            "dry-base",
            .number(1...1_000),
            .model,
            value: "N",
            default: 1.75,
            "how it grows with the repetition's length"
        )

        package let dryAllowedLength = OptionKey(
            "dry-allowed-length",
            .integer(0...Int(Int32.max)),
            .model,
            value: "N",
            default: 2,
            "tokens that may be repeated without it"
        )

        package let dryLast = OptionKey(
            "dry-penalty-last-n",
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: 64,
            "tokens that it looks back; 0 for none, -1 for all"
        )

        package let dryBreaker = OptionKey(
            "dry-sequence-breaker",
            .text,
            .model,
            value: "TEXT",
            repeatable: true,
            "a text over which it sees no repetition, in place of line break, colon, quote and asterisk; none for no such text"
        )

        package let mirostat = OptionKey(
            "mirostat",
            .integer(0...2),
            .model,
            value: "VERSION",
            default: 0,
            "steer the surprise of the text, in place of the order of samplers; 0 for off, else mirostat's version"
        )

        package let mirostatRate = OptionKey(
            "mirostat-lr",
            .number(0...1_000),
            .model,
            value: "N",
            default: 0.1,
            "mirostat's learning rate"
        )

        package let mirostatEntropy = OptionKey(
            "mirostat-ent",
            .number(0...1_000),
            .model,
            value: "N",
            default: 5,
            "the surprise that it aims at"
        )

        package let adaptiveTarget = OptionKey(
            "adaptive-target",
            .number(-1...1),
            .model,
            value: "P",
            default: -1,
            "the probability that adaptive-p aims at; negative for off"
        )

        package let adaptiveDecay = OptionKey(
            "adaptive-decay",
            .number(0...0.99),
            .model,
            value: "N",
            default: 0.9,
            "how much of its past it keeps"
        )

        package let logitBias = OptionKey(
            "logit-bias",
            names: ["-l"],
            .text,
            .model,
            value: "TOKEN+BIAS",
            repeatable: true,
            "make a token likelier, or with - less likely, such as 15043+1"
        )

        package let backendSampling = OptionKey(
            "backend-sampling",
            names: ["-bs"],
            env: "LLAMA_ARG_BACKEND_SAMPLING",
            .flag,
            .model,
            default: false,
            "choose tokens where the model is computed, as far as a request's samplers can be; a request may say otherwise"
        )
    }
}
