// SPDX-License-Identifier: MIT

import Wire

extension CommandTable {
    static let top = Command(
        .top,
        options: [CommandOption(.once, .flag, "write one picture and leave; so it is without a terminal")],
        shared: remote,
        "watch models and requests live",
        details: [
            "Keys: arrows choose a request, x cancels it, q or Ctrl-C leaves. With --json one picture of what it shows."
        ]
    )

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
        examples: [.init("enginehouse logs coder -f", "what it says while it loads")]
    )

    static let doctor = Command(
        .doctor,
        options: [CommandOption(.hub, .flag, "also ask the hub whether it can be reached")],
        shared: remote,
        "look for what is wrong here, and say what to do",
        details: [
            "Looks at the programs and the engine they carry, processor, memory, options, where models come from, ports and permissions, and the router if one runs. "
                + "Nothing is sent anywhere but to that router, and with --hub to the hub. The exit status is 1 if something is wrong."
        ]
    )
}
