// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Which models there are.
    package struct Sources: Sendable {
        package let modelsDir = OptionKey(
            "models-dir",
            env: "LLAMA_ARG_MODELS_DIR",
            .text,
            .router,
            value: "DIR",
            repeatable: true,
            "serve the GGUF files of this folder and its subfolders; may be given several times"
        )

        package let modelsDirDepth = OptionKey(
            "models-dir-depth",
            env: "ENGINEHOUSE_MODELS_DIR_DEPTH",
            .integer(0...16),
            .router,
            value: "N",
            default: 2,
            "levels of subfolders to look into"
        )

        package let modelsPreset = OptionKey(
            "models-preset",
            env: "LLAMA_ARG_MODELS_PRESET",
            .text,
            .router,
            value: "FILE",
            "an INI file with a section for each model and its options"
        )

        package let createdDir = OptionKey(
            "created-dir",
            env: "ENGINEHOUSE_CREATED_DIR",
            .text,
            .router,
            value: "DIR",
            shown: "~/.local/share/enginehouse",
            "the folder of the models that POST /api/create and /api/copy make: their preset file, and the files that were sent for them"
        )

        package let model = OptionKey(
            "model",
            names: ["-m"],
            env: "LLAMA_ARG_MODEL",
            .text,
            [.router, .worker, .preset],
            value: "FILE",
            "the GGUF file to serve, and no other; without it enginehouse is a router"
        )

        package let modelURL = OptionKey(
            "model-url",
            names: ["-mu"],
            env: "LLAMA_ARG_MODEL_URL",
            .text,
            [.router, .preset],
            value: "URL",
            "the address of a file on the hub, such as https://huggingface.co/USER/REPO/resolve/main/FILE.gguf; the same as --hf-repo and --hf-file"
        )

        package let alias = OptionKey(
            "alias",
            names: ["-a"],
            env: "LLAMA_ARG_ALIAS",
            .text,
            .model,
            value: "NAMES",
            "names of the model, between commas; where there is only one model, the first in the alphabet is its name in answers"
        )

        package let tags = OptionKey(
            "tags",
            env: "LLAMA_ARG_TAGS",
            .text,
            .model,
            value: "WORDS",
            "words that GET /models shows with the model, between commas"
        )

        package let mmproj = OptionKey(
            "mmproj",
            names: ["-mm"],
            env: "LLAMA_ARG_MMPROJ",
            .text,
            .model,
            value: "FILE",
            "the picture or sound encoder of the model"
        )

        package let mmprojURL = OptionKey(
            "mmproj-url",
            names: ["-mmu"],
            env: "LLAMA_ARG_MMPROJ_URL",
            .text,
            [.router, .preset],
            value: "URL",
            support: .refused(
                reason: "the encoder beside a model of the hub comes with it; download another one and give --mmproj"
            ),
            "the encoder on the web, which is downloaded once"
        )

        package let mmprojAuto = OptionKey(
            "mmproj-auto",
            off: ["--no-mmproj"],
            env: "LLAMA_ARG_MMPROJ_AUTO",
            .flag,
            .model,
            default: true,
            "use the encoder that lies beside a model"
        )

        package let hfRepo = OptionKey(
            "hf-repo",
            names: ["-hf", "-hfr"],
            env: "LLAMA_ARG_HF_REPO",
            .text,
            [.router, .preset],
            value: "USER/REPO[:TAG]",
            "a model of the Hugging Face hub, which is downloaded once; of a repository with a preset.ini, the models in it"
        )

        package let hfFile = OptionKey(
            "hf-file",
            names: ["-hff"],
            env: "LLAMA_ARG_HF_FILE",
            .text,
            [.router, .preset],
            value: "FILE",
            "the file in that repository"
        )

        package let hfToken = OptionKey(
            "hf-token",
            names: ["-hft"],
            env: "HF_TOKEN",
            .text,
            [.router, .preset],
            value: "TOKEN",
            secret: true,
            "the token for repositories that aren't public"
        )

        package let offline = OptionKey(
            "offline",
            env: "LLAMA_ARG_OFFLINE",
            .flag,
            [.router, .preset],
            default: false,
            "use only what was downloaded before"
        )

        package let dedupCacheModels = OptionKey(
            "dedup-cache-models",
            .flag,
            .preset,
            default: false,
            "hide a downloaded model in GET /models if this preset serves the same file"
        )
    }
}
