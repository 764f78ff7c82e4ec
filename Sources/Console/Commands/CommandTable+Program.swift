// SPDX-License-Identifier: MIT

import Wire

extension CommandTable {
    static let completions = Command(
        .completions,
        [CommandArgument("SHELL", .words(["bash", "zsh", "fish"]))],
        shared: local,
        "write a shell's completions",
        details: [
            "bash: `source <(switchyard completions bash)` in ~/.bashrc. zsh: `source <(switchyard completions zsh)` in ~/.zshrc, behind compinit. "
                + "fish: `switchyard completions fish > ~/.config/fish/completions/switchyard.fish`. Names of models come from the router, if it runs."
        ]
    )

    static let man = Command(
        .man,
        shared: local,
        "write the manual's page",
        details: ["In roff: `switchyard man | man -l -`, or into a folder of MANPATH as man1/switchyard.1."]
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
