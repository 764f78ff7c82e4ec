// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Where models come from, beside the models directories.
    static let sources: [OptionSpecification] = [
        .init(
            .modelsDirDepth,
            env: "SWITCHYARD_MODELS_DIR_DEPTH",
            .integer(0...16),
            .router,
            value: "N",
            default: "2",
            "levels of subfolders to look into"
        ),
        .init(
            .hfRepo,
            names: ["-hf", "-hfr"],
            env: "LLAMA_ARG_HF_REPO",
            .text,
            .router,
            value: "USER/REPO[:TAG]",
            "serve a model of the Hugging Face hub; it is downloaded once"
        ),
        .init(
            .hfFile,
            names: ["-hff"],
            env: "LLAMA_ARG_HF_FILE",
            .text,
            .router,
            value: "FILE",
            "the file in that repository"
        ),
        .init(
            .hfToken,
            names: ["-hft"],
            env: "HF_TOKEN",
            .text,
            .router,
            value: "TOKEN",
            "the token for repositories that aren't public"
        ),
        .init(
            .offline,
            env: "LLAMA_ARG_OFFLINE",
            .flag,
            .router,
            default: "off",
            "use only what was downloaded before"
        ),
    ]
}
