// SPDX-License-Identifier: MIT

import Catalogue
import Wire

extension CommandTable {
    static let models = Command(
        .models,
        aliases: ["ls", "list"],
        [CommandArgument("TEXT", optional: true)],
        options: [quiet],
        shared: remote,
        "list the models that the router knows",
        details: [
            "With TEXT only those whose name holds it. STATUS is what the model does: unloaded, loading, loaded, sleeping, downloading, or "
                + "failed if the last load went wrong; `enginehouse show MODEL` says why."
        ],
        examples: [
            .init("enginehouse models", "everything there is"),
            .init("enginehouse models --json | jq -r '.data[].id'", "the names, for a script"),
        ]
    )

    static let ps = Command(
        .ps,
        options: [quiet],
        shared: remote,
        "list the models that are loaded",
        details: [
            "SLOTS is how many requests are served, of how many at a time; IDLE how long none was; EXPIRES when the model leaves if none comes (--ttl)."
        ],
        examples: [.init("enginehouse ps", "what takes memory now")]
    )

    static let show = Command(
        .show,
        [CommandArgument("MODEL", .models)],
        options: [
            CommandOption(.template, .flag, "write the chat template and nothing else"),
            CommandOption(.preset, .flag, "write the effective preset and nothing else"),
        ],
        shared: remote,
        "show all about one model: metadata, chat template, preset, what memory it takes",
        details: ["A model that could not be loaded is shown with the reason and the last lines of its log."],
        examples: [
            .init("enginehouse show coder", "what it is, and what went wrong with it"),
            .init("enginehouse show coder --template > coder.jinja", "its chat template, to be changed"),
        ]
    )

    static let load = Command(
        .load,
        [CommandArgument("MODEL", .models)],
        options: [noWait],
        shared: remote,
        "load a model",
        details: [
            "Shows how far it is, and waits until it can be used. Ctrl-C stops waiting; the model goes on loading."
        ],
        examples: [.init("enginehouse load coder", "so that the first question need not wait")]
    )

    static let unload = Command(
        .unload,
        aliases: ["stop"],
        [CommandArgument("MODEL", repeatable: true, .loadedModels)],
        options: [noWait],
        shared: remote,
        "unload models, or give up their downloads",
        details: ["Requests in flight finish first, for at most ten seconds."],
        examples: [.init("enginehouse unload coder", "gives its memory back")]
    )

    static let pull = Command(
        .pull,
        [CommandArgument("MODEL", optional: true, .offers(SuggestedModels.all.map(\.name)))],
        options: [noWait],
        shared: remote,
        "download a model from the hub, or list some to begin with",
        details: [
            "MODEL is USER/REPO[:TAG], or the short name of a model to begin with. Without one those are listed, with what they take and whether the machine of "
                + "the router has room for them; `enginehouse chat` takes their short names, too.",
            "Without a TAG the usual quantisation is taken. Ctrl-C stops the download and keeps what has arrived: the same command goes on from there.",
        ],
        examples: [
            .init("enginehouse pull", "models to begin with"),
            .init("enginehouse pull qwen3.5-4b", "one of them"),
            .init("enginehouse pull ggml-org/gemma-4-E4B-it-GGUF:Q4_0", "one file of a repository"),
        ]
    )

    static let rm = Command(
        .rm,
        aliases: ["remove"],
        [CommandArgument("MODEL", repeatable: true, .models)],
        options: [CommandOption(.yes, names: ["-y"], .flag, "don't ask")],
        shared: remote,
        "delete downloaded models from the disk",
        details: [
            "Asks first on a terminal; elsewhere it wants -y. Only what was downloaded can be deleted so: files of --models-dir are yours."
        ],
        examples: [.init("enginehouse rm -y user/repo:Q8_0", "without a question, for a script")]
    )
}
