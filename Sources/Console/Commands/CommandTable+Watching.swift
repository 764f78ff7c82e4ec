// SPDX-License-Identifier: MIT

import Wire

extension CommandTable {
    static let logs = Command(
        .logs,
        [CommandArgument("MODEL", .models)],
        options: [
            CommandOption(.follow, names: ["-f"], .flag, "go on with what comes"),
            CommandOption(.lines, names: ["-n"], .integer(0...1_000_000), value: "N", "only the last N lines"),
        ],
        shared: remote,
        "show what a model's workers have logged",
        details: ["With --json each line is a JSON string."],
        examples: [.init("switchyard logs coder -f", "what it says while it loads")]
    )
}
