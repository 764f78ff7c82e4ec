// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Options of models that read pictures and sounds; `--mmproj` stands with the models.
    /// Pictures and sounds.
    package struct Media: Sendable {
        package let mmprojOffload = OptionKey(
            "mmproj-offload",
            env: "LLAMA_ARG_MMPROJ_OFFLOAD",
            .flag,
            .model,
            default: true,
            "compute the projector on a GPU"
        )

        package let mmprojDevice = OptionKey(
            "mmproj-device",
            names: ["-mmdev"],
            env: "MTMD_BACKEND_DEVICE",
            .text,
            .model,
            value: "NAME",
            "the device that computes the projector, as --list-devices names them; none for the processor"
        )

        package let imageMinTokens = OptionKey(
            "image-min-tokens",
            env: "LLAMA_ARG_IMAGE_MIN_TOKENS",
            .integer(1...1 << 20),
            .model,
            value: "N",
            shown: "as the model says",
            "tokens of an image at least, for models that take images of any size"
        )

        package let imageMaxTokens = OptionKey(
            "image-max-tokens",
            env: "LLAMA_ARG_IMAGE_MAX_TOKENS",
            .integer(1...1 << 20),
            .model,
            value: "N",
            shown: "as the model says",
            "tokens of an image at most, for models that take images of any size"
        )

        package let mediaPath = OptionKey(
            "media-path",
            .text,
            .model,
            value: "FOLDER",
            default: "none",
            "let requests name files below this folder, as file://PATH"
        )

        package let allowMediaURLs = OptionKey(
            "allow-media-urls",
            .flag,
            .model,
            default: false,
            "let requests name media on the web; addresses in private networks are never asked"
        )

        package let mediaMarker = OptionKey(
            "media-marker",
            env: "LLAMA_MEDIA_MARKER",
            .text,
            .model,
            value: "TEXT",
            shown: "a new one for each process, which GET /props tells",
            "stands for one medium in the prompt of /completion"
        )

        package let mediaMaxCount = OptionKey(
            "media-max-count",
            .integer(1...1_000),
            .model,
            value: "N",
            default: 64,
            "media in one request"
        )

        package let mediaMaxSize = OptionKey(
            "media-max-size",
            .integer(1...256),
            .model,
            value: "MIB",
            default: 32,
            "size of one medium's file"
        )

        package let mediaMaxPixels = OptionKey(
            "media-max-pixels",
            .integer(1...1 << 30),
            .model,
            value: "N",
            default: 40_000_000,
            "pixels of one image"
        )

        package let mediaMemory = OptionKey(
            "media-memory",
            .integer(16...1 << 20),
            .model,
            value: "MIB",
            default: 1024,
            "memory for the unpacked media of all requests of a model"
        )
    }
}
