// SPDX-License-Identifier: MIT

extension OptionTable {
    static let samplers: [OptionSpecification] = [
        .init(
            .samplers,
            .text,
            .model,
            value: "NAMES",
            default: "penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature",
            "the samplers in their order, between semicolons"
        ),
        .init(
            .samplerSequence,
            names: ["--sampling-seq"],
            .text,
            .model,
            value: "LETTERS",
            default: "edskypmxt",
            "the same, each sampler by its letter; also i for infill and a for adaptive-p"
        ),
        .init(
            .topNSigma,
            names: ["--top-nsigma"],
            .number(-1...1_000),
            .model,
            value: "N",
            default: "-1",
            "standard deviations below the largest logit to choose from; -1 for all"
        ),
        .init(
            .typical,
            names: ["--typical-p"],
            .number(0...1),
            .model,
            value: "P",
            default: "1",
            "share of the probability of the most typical tokens to choose from; 1 for all"
        ),
        .init(
            .xtcProbability,
            .number(0...1),
            .model,
            value: "P",
            default: "0",
            "how often the likeliest tokens are taken out; 0 for never"
        ),
        .init(
            .xtcThreshold,
            .number(0...1),
            .model,
            value: "P",
            default: "0.1",
            "from which probability on they are; above 0.5 for never"
        ),
        .init(
            .dynatempRange,
            .number(0...1_000),
            .model,
            value: "N",
            default: "0",
            "how far the temperature moves with the uncertainty; 0 for not at all"
        ),
        .init(
            .dynatempExponent,
            .number(0...1_000),
            .model,
            value: "N",
            default: "1",
            "how it follows the uncertainty"
        ),
        .init(
            .dryMultiplier,
            .number(0...1_000),
            .model,
            value: "N",
            default: "0",
            "DRY's penalty for going on with a repetition; 0 for none"
        ),
        .init(
            .dryBase,
            .number(1...1_000),
            .model,
            value: "N",
            default: "1.75",
            "how it grows with the repetition's length"
        ),
        .init(
            .dryAllowedLength,
            .integer(0...Int(Int32.max)),
            .model,
            value: "N",
            default: "2",
            "tokens that may be repeated without it"
        ),
        .init(
            .dryLast,
            .integer(-1...Int(Int32.max)),
            .model,
            value: "N",
            default: "64",
            "tokens that it looks back; 0 for none, -1 for all"
        ),
        .init(
            .dryBreaker,
            .text,
            .model,
            value: "TEXT",
            repeatable: true,
            "a text over which it sees no repetition, in place of line break, colon, quote and asterisk; none for no such text"
        ),
        .init(
            .mirostat,
            .integer(0...2),
            .model,
            value: "VERSION",
            default: "0",
            "steer the surprise of the text, in place of the order of samplers; 0 for off, else mirostat's version"
        ),
        .init(
            .mirostatRate,
            .number(0...1_000),
            .model,
            value: "N",
            default: "0.1",
            "mirostat's learning rate"
        ),
        .init(
            .mirostatEntropy,
            .number(0...1_000),
            .model,
            value: "N",
            default: "5",
            "the surprise that it aims at"
        ),
        .init(
            .adaptiveTarget,
            .number(-1...1),
            .model,
            value: "P",
            default: "-1",
            "the probability that adaptive-p aims at; negative for off"
        ),
        .init(
            .adaptiveDecay,
            .number(0...0.99),
            .model,
            value: "N",
            default: "0.9",
            "how much of its past it keeps"
        ),
        .init(
            .logitBias,
            names: ["-l"],
            .text,
            .model,
            value: "TOKEN+BIAS",
            repeatable: true,
            "make a token likelier, or with - less likely, such as 15043+1"
        ),
        .init(
            .backendSampling,
            names: ["-bs"],
            env: "LLAMA_ARG_BACKEND_SAMPLING",
            .flag,
            .model,
            default: "off",
            "choose tokens where the model is computed, as far as a request's samplers can be; a request may say otherwise"
        ),
    ]
}
