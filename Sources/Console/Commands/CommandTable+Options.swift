// SPDX-License-Identifier: MIT

import Wire

extension CommandTable {
    static let helpOption = CommandOption(.help, names: ["-h"], .flag, "show what the command does and leave")
    static let jsonOption = CommandOption(.json, .flag, "write JSON for programs")

    /// The options of the commands that talk to a router.
    static let remote: [CommandOption] = [
        jsonOption,
        CommandOption(
            .host,
            names: ["--url"],
            env: ["ENGINEHOUSE_HOST"],
            .text,
            value: "ADDRESS",
            default: "127.0.0.1:8080",
            "where the router listens: a name, name:port, a URL, or a Unix socket's path"
        ),
        CommandOption(
            .apiKey,
            env: ["ENGINEHOUSE_API_KEY", "LLAMA_API_KEY"],
            .text,
            value: "KEY",
            "the key that the router asks for"
        ),
        helpOption,
    ]

    static let local: [CommandOption] = [helpOption]

    static let noWait = CommandOption(.noWait, .flag, "come back at once")
    static let quiet = CommandOption(.quiet, names: ["-q"], .flag, "write names only, one a line")
}
