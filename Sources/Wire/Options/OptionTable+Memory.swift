// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Memory and devices.
    package struct Memory: Sendable {
        package let gpuLayers = OptionKey(
            "gpu-layers",
            names: ["-ngl", "--n-gpu-layers"],
            env: "LLAMA_ARG_N_GPU_LAYERS",
            .integer(-2...100_000, words: ["auto": -1, "all": -2]),
            .model,
            value: "N",
            default: -1,
            "layers to keep on the GPU; -1 or auto for what fits, -2 or all for all"
        )

        package let device = OptionKey(
            "device",
            names: ["-dev"],
            env: "LLAMA_ARG_DEVICE",
            .text,
            .model,
            value: "NAMES",
            "devices to compute on, between commas, as --log-verbosity 4 names them; none for the processor alone"
        )

        package let splitMode = OptionKey(
            "split-mode",
            names: ["-sm"],
            env: "LLAMA_ARG_SPLIT_MODE",
            .choice(["none", "layer", "row", "tensor"]),
            .model,
            value: "MODE",
            default: "layer",
            "how several GPUs share the model"
        )

        package let tensorSplit = OptionKey(
            "tensor-split",
            names: ["-ts"],
            env: "LLAMA_ARG_TENSOR_SPLIT",
            .text,
            .model,
            value: "N,N,…",
            "the GPUs' parts of the model, in proportion to each other"
        )

        package let mainGPU = OptionKey(
            "main-gpu",
            names: ["-mg"],
            env: "LLAMA_ARG_MAIN_GPU",
            .integer(0...255),
            .model,
            value: "N",
            default: 0,
            "the GPU of a model that isn't shared"
        )

        package let cpuMoE = OptionKey(
            "cpu-moe",
            names: ["-cmoe"],
            env: "LLAMA_ARG_CPU_MOE",
            .flag,
            .model,
            default: false,
            "keep the weights of all experts off the GPU"
        )

        package let cpuMoELayers = OptionKey(
            "n-cpu-moe",
            names: ["-ncmoe"],
            env: "LLAMA_ARG_N_CPU_MOE",
            .integer(0...100_000),
            .model,
            value: "N",
            default: 0,
            "keep the weights of the first N layers' experts off the GPU"
        )

        package let cpuFFNLayers = OptionKey(
            "n-cpu-ffn",
            names: ["-ncffn"],
            env: "LLAMA_ARG_N_CPU_FFN",
            .integer(0...100_000),
            .model,
            value: "N",
            default: 0,
            "keep the dense feed-forward weights of the first N layers off the GPU"
        )

        package let overrideTensor = OptionKey(
            "override-tensor",
            names: ["-ot"],
            env: "LLAMA_ARG_OVERRIDE_TENSOR",
            .text,
            .model,
            value: "PATTERN=BUFFER",
            repeatable: true,
            "where the weights lie whose names a pattern matches, such as exps=CPU; several between commas, the first that matches counts"
        )

        package let rpc = OptionKey(
            "rpc",
            env: "LLAMA_ARG_RPC",
            .text,
            .model,
            value: "HOST:PORT,…",
            "servers of llama.cpp's RPC whose devices compute as well, between commas; they have no keys"
        )

        package let mmap = OptionKey(
            "mmap",
            env: "LLAMA_ARG_MMAP",
            .flag,
            .model,
            default: false,
            shown: "as --load-mode",
            "map the file instead of reading it"
        )

        package let mlock = OptionKey(
            "mlock",
            env: "LLAMA_ARG_MLOCK",
            .flag,
            .model,
            default: false,
            "keep the model from being swapped out"
        )

        package let loadMode = OptionKey(
            "load-mode",
            names: ["-lm"],
            env: "LLAMA_ARG_LOAD_MODE",
            .choice(["auto", "none", "mmap", "mlock", "mmap+mlock", "dio"]),
            .model,
            value: "MODE",
            default: "auto",
            "how to read the file, in place of --mmap and --mlock; auto maps it where the devices can use that"
        )

        package let lazyMode = OptionKey(
            "lazy-mode",
            names: ["-lzm"],
            env: "LLAMA_ARG_LAZY_MODE",
            .automatic,
            .model,
            value: "WHEN",
            default: "auto",
            "read rows of per-layer embeddings when they are needed; auto does so for more than 4 GiB of them"
        )

        package let checkTensors = OptionKey(
            "check-tensors",
            .flag,
            .model,
            default: false,
            "look for weights that are no numbers"
        )

        package let repack = OptionKey(
            "repack",
            off: ["-nr"],
            env: "LLAMA_ARG_REPACK",
            .flag,
            .model,
            default: true,
            "rearrange weights for the processor"
        )

        package let kvOffload = OptionKey(
            "kv-offload",
            names: ["-kvo"],
            off: ["-nkvo"],
            env: "LLAMA_ARG_KV_OFFLOAD",
            .flag,
            .model,
            default: true,
            "keep the KV cache on the GPU"
        )

        package let opOffload = OptionKey(
            "op-offload",
            .flag,
            .model,
            default: true,
            "compute with a GPU what lies in the main memory"
        )

        package let noHost = OptionKey(
            "no-host",
            env: "LLAMA_ARG_NO_HOST",
            .flag,
            .model,
            default: false,
            "leave out the buffers that GPUs and processor share"
        )

        package let overrideKV = OptionKey(
            "override-kv",
            .text,
            .model,
            value: "KEY=TYPE:VALUE",
            repeatable: true,
            "say otherwise than the file's metadata; TYPE is int, float, bool or str; several between commas"
        )

        package let fit = OptionKey(
            "fit",
            names: ["-fit"],
            env: "LLAMA_ARG_FIT",
            .automatic,
            .model,
            value: "on|off",
            default: "on",
            "choose the context's size and the layers on GPUs so that the model fits, where -c and -ngl aren't given"
        )

        package let fitTarget = OptionKey(
            "fit-target",
            names: ["-fitt"],
            env: "LLAMA_ARG_FIT_TARGET",
            .text,
            .model,
            value: "MIB,…",
            default: "1024",
            "memory that --fit leaves free on each device, or on the machine where there is the processor alone"
        )

        package let fitContext = OptionKey(
            "fit-ctx",
            names: ["-fitc"],
            env: "LLAMA_ARG_FIT_CTX",
            .integer(1...1 << 30),
            .model,
            value: "N",
            default: 4096,
            "tokens of context that --fit leaves at least"
        )
    }
}
