// SPDX-License-Identifier: MIT

import Wire

extension CommandTable {
    static let completions = Command(
        .completions,
        [CommandArgument("SHELL", .words(["bash", "zsh", "fish"]))],
        shared: local,
        "write a shell's completions",
        details: [
            "bash: `source <(enginehouse completions bash)` in ~/.bashrc. zsh: `source <(enginehouse completions zsh)` in ~/.zshrc, behind compinit. "
                + "fish: `enginehouse completions fish > ~/.config/fish/completions/enginehouse.fish`. Names of models come from the router, if it runs."
        ]
    )

    static let man = Command(
        .man,
        shared: local,
        "write the manual's page",
        details: ["In roff: `enginehouse man | man -l -`, or into a folder of MANPATH as man1/enginehouse.1."]
    )

    static let version = Command(.version, shared: [jsonOption, helpOption], "show the version")

    static let help = Command(
        .help,
        [CommandArgument("COMMAND", optional: true, .words(CommandName.allCases.map(\.rawValue)))],
        options: [CommandOption(.markdown, .flag, "write the reference page of all commands")],
        shared: local,
        "show what there is, or what one command does"
    )
}
