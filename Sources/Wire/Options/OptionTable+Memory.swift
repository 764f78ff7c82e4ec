// SPDX-License-Identifier: MIT

extension OptionTable {
    static let memory: [OptionSpecification] = [
        .init(
            .gpuLayers,
            names: ["-ngl", "--n-gpu-layers"],
            env: "LLAMA_ARG_N_GPU_LAYERS",
            .integer(-2...100_000, words: ["auto": -1, "all": -2]),
            .model,
            value: "N",
            default: "-1",
            "layers to keep on the GPU; -1 or auto for what fits, -2 or all for all"
        ),
        .init(
            .device,
            names: ["-dev"],
            env: "LLAMA_ARG_DEVICE",
            .text,
            .model,
            value: "NAMES",
            "devices to compute on, between commas, as --log-verbosity 4 names them; none for the processor alone"
        ),
        .init(
            .splitMode,
            names: ["-sm"],
            env: "LLAMA_ARG_SPLIT_MODE",
            .choice(["none", "layer", "row", "tensor"]),
            .model,
            value: "MODE",
            default: "layer",
            "how several GPUs share the model"
        ),
        .init(
            .tensorSplit,
            names: ["-ts"],
            env: "LLAMA_ARG_TENSOR_SPLIT",
            .text,
            .model,
            value: "N,N,…",
            "the GPUs' parts of the model, in proportion to each other"
        ),
        .init(
            .mainGPU,
            names: ["-mg"],
            env: "LLAMA_ARG_MAIN_GPU",
            .integer(0...255),
            .model,
            value: "N",
            default: "0",
            "the GPU of a model that isn't shared"
        ),
        .init(
            .cpuMoE,
            names: ["-cmoe"],
            env: "LLAMA_ARG_CPU_MOE",
            .flag,
            .model,
            default: "off",
            "keep the weights of all experts off the GPU"
        ),
        .init(
            .cpuMoELayers,
            names: ["-ncmoe"],
            env: "LLAMA_ARG_N_CPU_MOE",
            .integer(0...100_000),
            .model,
            value: "N",
            default: "0",
            "keep the weights of the first N layers' experts off the GPU"
        ),
        .init(
            .cpuFFNLayers,
            names: ["-ncffn"],
            env: "LLAMA_ARG_N_CPU_FFN",
            .integer(0...100_000),
            .model,
            value: "N",
            default: "0",
            "keep the dense feed-forward weights of the first N layers off the GPU"
        ),
        .init(
            .overrideTensor,
            names: ["-ot"],
            env: "LLAMA_ARG_OVERRIDE_TENSOR",
            .text,
            .model,
            value: "PATTERN=BUFFER",
            repeatable: true,
            "where the weights lie whose names a pattern matches, such as exps=CPU; several between commas, the first that matches counts"
        ),
        .init(
            .rpc,
            env: "LLAMA_ARG_RPC",
            .text,
            .model,
            value: "HOST:PORT,…",
            "servers of llama.cpp's RPC whose devices compute as well, between commas; whoever can reach one can use it"
        ),
        .init(
            .mmap,
            env: "LLAMA_ARG_MMAP",
            .flag,
            .model,
            default: "as --load-mode",
            "map the file instead of reading it"
        ),
        .init(.mlock, env: "LLAMA_ARG_MLOCK", .flag, .model, default: "off", "keep the model from being swapped out"),
        .init(
            .loadMode,
            names: ["-lm"],
            env: "LLAMA_ARG_LOAD_MODE",
            .choice(["auto", "none", "mmap", "mlock", "mmap+mlock", "dio"]),
            .model,
            value: "MODE",
            default: "auto",
            "how to read the file, in place of --mmap and --mlock; auto maps it where the devices can use that"
        ),
        .init(
            .lazyMode,
            names: ["-lzm"],
            env: "LLAMA_ARG_LAZY_MODE",
            .automatic,
            .model,
            value: "WHEN",
            default: "auto",
            "read rows of per-layer embeddings when they are needed; auto does so for more than 4 GiB of them"
        ),
        .init(.checkTensors, .flag, .model, default: "off", "look for weights that are no numbers"),
        .init(
            .repack,
            off: ["-nr"],
            env: "LLAMA_ARG_REPACK",
            .flag,
            .model,
            default: "on",
            "rearrange weights for the processor"
        ),
        .init(
            .kvOffload,
            names: ["-kvo"],
            off: ["-nkvo"],
            env: "LLAMA_ARG_KV_OFFLOAD",
            .flag,
            .model,
            default: "on",
            "keep the KV cache on the GPU"
        ),
        .init(.opOffload, .flag, .model, default: "on", "compute with a GPU what lies in the main memory"),
        .init(
            .noHost,
            env: "LLAMA_ARG_NO_HOST",
            .flag,
            .model,
            default: "off",
            "leave out the buffers that GPUs and processor share"
        ),
        .init(
            .overrideKV,
            .text,
            .model,
            value: "KEY=TYPE:VALUE",
            repeatable: true,
            "say otherwise than the file's metadata; TYPE is int, float, bool or str; several between commas"
        ),
        .init(
            .fit,
            names: ["-fit"],
            env: "LLAMA_ARG_FIT",
            .automatic,
            .model,
            value: "on|off",
            default: "on",
            "choose the context's size and the layers on GPUs so that the model fits, where -c and -ngl aren't given"
        ),
        .init(
            .fitTarget,
            names: ["-fitt"],
            env: "LLAMA_ARG_FIT_TARGET",
            .text,
            .model,
            value: "MIB,…",
            default: "1024",
            "memory that --fit leaves free on each device, or on the machine where there is the processor alone"
        ),
        .init(
            .fitContext,
            names: ["-fitc"],
            env: "LLAMA_ARG_FIT_CTX",
            .integer(1...1 << 30),
            .model,
            value: "N",
            default: "4096",
            "tokens of context that --fit leaves at least"
        ),
    ]
}
