// SPDX-License-Identifier: MIT

/// The page `docs/commands.md`.
package enum CommandPage {
    package static func markdown() -> String {
        var page = """
            # Commands

            <!-- From the command table by `enginehouse help --markdown`; a test says when it is stale. -->

            `enginehouse` with options [serves](using.md), as does `enginehouse serve`. These commands talk to a running
            router. They need no option if it runs here on its usual port. A command's options stand before or behind it.

            The address is that of `--host`, else of `ENGINEHOUSE_HOST`, else `127.0.0.1:8080`. It is a name, `name:port`, a URL
            (with the prefix of `--api-prefix`), or the path of a Unix socket. `SSL_CERT_FILE` names your own authorities for
            `https`. The exit status is 0, or 1 if the command failed, or 2 if its line can't be understood. An error is one
            sentence on standard error. Tables leave out columns to fit the terminal, but never cut a name; elsewhere they are
            complete. Colours are for terminals only, and `NO_COLOR=1` turns them off.

            All commands have `-h`. Those that talk to a router also have these options:


            """
        page += table(CommandTable.remote.filter { $0.name != .help })
        for section in CommandTable.sections {
            page += "## \(section.title)\n\n"
            for command in section.commands { page += chapter(command) }
        }
        return page
    }

    private static func table(_ options: [CommandOption]) -> String {
        let rows = options.map { option in
            let name = option.spellings.map { "`\($0)`" }.joined(separator: ", ")
            let value = option.isFlag ? "" : " " + option.placeholder
            return "| \(name)\(value) | \(option.help)\(CommandHelp.notes(option)) |\n"
        }
        return "| Option | Meaning |\n|---|---|\n" + rows.joined() + "\n"
    }

    private static func chapter(_ command: Command) -> String {
        var text = "### `\(command.usage)`\n\n"
        text += command.summary.prefix(1).uppercased() + command.summary.dropFirst() + "."
        if !command.aliases.isEmpty {
            text += " Also: " + command.aliases.map { "`\($0)`" }.joined(separator: ", ") + "."
        }
        text += "\n\n"
        for paragraph in command.details { text += paragraph + "\n\n" }
        let shared = Set(CommandTable.remote.map(\.name))
        let own = command.options.filter { !shared.contains($0.name) }
        if !own.isEmpty { text += table(own) }
        if !command.examples.isEmpty {
            let width = command.examples.reduce(0) { max($0, $1.line.count) } + 4
            for example in command.examples {
                text += "    " + DisplayWidth.pad(example.line, to: width) + "# \(example.meaning)\n"
            }
            text += "\n"
        }
        return text
    }
}
