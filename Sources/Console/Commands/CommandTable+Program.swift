// SPDX-License-Identifier: MIT

import Wire

extension CommandTable {
    static let version = Command(.version, shared: [jsonOption, helpOption], "show the version")

    static let help = Command(
        .help,
        [CommandArgument("COMMAND", optional: true, .words(CommandName.allCases.map(\.rawValue)))],
        options: [CommandOption(.markdown, .flag, "write the reference page of all commands")],
        shared: local,
        "show what there is, or what one command does"
    )
}
