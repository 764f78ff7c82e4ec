// SPDX-License-Identifier: MIT

extension OptionTable {
    /// Logs.
    package struct Logs: Sendable {
        package let logVerbosity = OptionKey(
            "log-verbosity",
            names: ["-lv", "--verbosity"],
            env: "LLAMA_ARG_LOG_VERBOSITY",
            .integer(0...5),
            [.router, .worker, .preset],
            value: "N",
            default: 3,
            "how much to log: 0 nothing but errors, 2 warnings, 3 what an operator wants, 4 and 5 everything"
        )

        package let verbose = OptionKey(
            "verbose",
            names: ["-v", "--log-verbose"],
            .flag,
            [.router, .worker, .preset],
            default: false,
            shown: nil,
            "log everything; the same as --log-verbosity 5"
        )

        package let logFormat = OptionKey(
            "log-format",
            env: "ENGINEHOUSE_LOG_FORMAT",
            .choice(["text", "json"]),
            .router,
            value: "FORMAT",
            default: "text",
            "how a log line is written"
        )

        package let logDir = OptionKey(
            "log-dir",
            env: "ENGINEHOUSE_LOG_DIR",
            .text,
            .router,
            value: "DIR",
            "write each model's log to a file of its own in this folder"
        )

        package let logFile = OptionKey(
            "log-file",
            env: "LLAMA_ARG_LOG_FILE",
            .text,
            [.router, .preset],
            value: "FILE",
            "write the log to this file as well: the router's and its models', or in a preset that model's"
        )

        package let logDisable = OptionKey(
            "log-disable",
            .flag,
            .model,
            default: false,
            support: .only(["off"], reason: "errors are always logged; --log-verbosity 0 leaves only those"),
            "log nothing"
        )

        package let logColors = OptionKey(
            "log-colors",
            env: "LLAMA_ARG_LOG_COLORS",
            .automatic,
            .both,
            value: "WHEN",
            default: "off",
            support: .only(["auto", "off"], reason: "log lines have no colours"),
            "colour the log"
        )

        package let logPrefix = OptionKey(
            "log-prefix",
            env: "LLAMA_ARG_LOG_PREFIX",
            .flag,
            .both,
            default: true,
            support: .only(["on"], reason: "log lines always say their level"),
            "say the level in log lines"
        )

        package let logTimestamps = OptionKey(
            "log-timestamps",
            env: "LLAMA_ARG_LOG_TIMESTAMPS",
            .flag,
            .both,
            default: true,
            support: .only(["on"], reason: "log lines always say the time"),
            "say the time in log lines"
        )
    }
}
