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

    static let cache = Command(
        .cache,
        [CommandArgument("ACTION", optional: true, .words(["list", "clear", "verify"]))],
        options: [
            CommandOption(
                .dir,
                .text,
                value: "DIR",
                "the folder that --cache-disk names; without it the one that the server would use"
            ),
            CommandOption(.yes, names: ["-y"], .flag, "clear without a question"),
        ],
        shared: [jsonOption, helpOption],
        "show, check or delete the conversations that lie on the disk",
        details: [
            "`list` shows them, those first that were used last; SAVES is what it would take to compute them again. `verify` reads each and removes what is damaged; its exit "
                + "status is 1 if something was. `clear` deletes them all. A router may run meanwhile: what is gone is computed again."
        ],
        examples: [.init("enginehouse cache --dir /data", "what --cache-disk 20000,/data has kept")]
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
