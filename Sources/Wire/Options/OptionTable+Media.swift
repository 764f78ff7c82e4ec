// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Options of models that read pictures and sounds; `--mmproj` stands with the models.
    static let media: [OptionSpecification] = [
        .init(
            .mmprojOffload,
            env: "LLAMA_ARG_MMPROJ_OFFLOAD",
            .flag,
            .model,
            default: "on",
            "compute the projector on a GPU"
        ),
        .init(
            .mmprojDevice,
            names: ["-mmdev"],
            env: "MTMD_BACKEND_DEVICE",
            .text,
            .model,
            value: "NAME",
            "the device that computes the projector, as --list-devices names them; none for the processor"
        ),
        .init(
            .imageMinTokens,
            env: "LLAMA_ARG_IMAGE_MIN_TOKENS",
            .integer(1...1 << 20),
            .model,
            value: "N",
            default: "as the model says",
            "tokens of an image at least, for models that take images of any size"
        ),
        .init(
            .imageMaxTokens,
            env: "LLAMA_ARG_IMAGE_MAX_TOKENS",
            .integer(1...1 << 20),
            .model,
            value: "N",
            default: "as the model says",
            "tokens of an image at most, for models that take images of any size"
        ),
        .init(
            .mediaPath,
            .text,
            .model,
            value: "FOLDER",
            default: "none",
            "let requests name files below this folder, as file://PATH"
        ),
        .init(
            .allowMediaURLs,
            .flag,
            .model,
            default: "off",
            "let requests name media on the web; addresses in private networks are never asked"
        ),
        .init(
            .mediaMarker,
            env: "LLAMA_MEDIA_MARKER",
            .text,
            .model,
            value: "TEXT",
            default: "a new one for each process, which GET /props tells",
            "stands for one medium in the prompt of /completion"
        ),
        .init(
            .mediaMaxCount,
            .integer(1...1_000),
            .model,
            value: "N",
            default: "64",
            "media in one request"
        ),
        .init(
            .mediaMaxSize,
            .integer(1...256),
            .model,
            value: "MIB",
            default: "32",
            "size of one medium's file"
        ),
        .init(
            .mediaMaxPixels,
            .integer(1...1 << 30),
            .model,
            value: "N",
            default: "40000000",
            "pixels of one image"
        ),
        .init(
            .mediaMemory,
            .integer(16...1 << 20),
            .model,
            value: "MIB",
            default: "1024",
            "memory for the unpacked media of all requests of a model"
        ),
    ]
}
