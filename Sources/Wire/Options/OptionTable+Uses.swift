// SPDX-License-Identifier: MIT

extension OptionTable {
    /// What a model is used for.
    package struct Uses: Sendable {
        package let embedding = OptionKey(
            "embedding",
            names: ["--embeddings"],
            env: "LLAMA_ARG_EMBEDDINGS",
            .flag,
            .model,
            default: false,
            "serve embeddings"
        )

        package let pooling = OptionKey(
            "pooling",
            env: "LLAMA_ARG_POOLING",
            .choice(["none", "mean", "cls", "last", "rank"]),
            .model,
            value: "TYPE",
            "how the tokens' embeddings become one; the default is what the model says"
        )

        package let embdNormalize = OptionKey(
            "embd-normalize",
            .integer(-1...1_000),
            .model,
            value: "N",
            default: 2,
            "the norm of embeddings: -1 none, 0 the largest becomes 32760, 1 taxicab, 2 Euclidean, more: p-norm"
        )

        package let reranking = OptionKey(
            "reranking",
            names: ["--rerank"],
            env: "LLAMA_ARG_RERANKING",
            .flag,
            .model,
            default: false,
            "serve reranking: embeddings with the pooling rank"
        )

        package let spmInfill = OptionKey(
            "spm-infill",
            .flag,
            .model,
            default: false,
            "begin infill with what stands behind the gap, as some models want it"
        )

        package let lora = OptionKey(
            "lora",
            .text,
            .model,
            value: "FILES",
            repeatable: true,
            "LoRA adapters to load with the model, between commas"
        )

        package let loraScaled = OptionKey(
            "lora-scaled",
            .text,
            .model,
            value: "FILE:SCALE",
            repeatable: true,
            "LoRA adapters and how strongly they work, between commas; they are numbered behind those of --lora"
        )

        package let loraInitWithoutApply = OptionKey(
            "lora-init-without-apply",
            .flag,
            .model,
            default: false,
            "load adapters with scale 0; requests or POST /lora-adapters turn them on"
        )

        package let controlVector = OptionKey(
            "control-vector",
            .text,
            .model,
            value: "FILES",
            repeatable: true,
            "control vectors that steer the model, between commas"
        )

        package let controlVectorScaled = OptionKey(
            "control-vector-scaled",
            .text,
            .model,
            value: "FILE:SCALE",
            repeatable: true,
            "control vectors and how strongly they steer, between commas"
        )

        package let controlVectorLayers = OptionKey(
            "control-vector-layer-range",
            .range(1...100_000),
            .model,
            value: "FIRST LAST",
            "the layers that control vectors steer; the default is all"
        )
    }
}
