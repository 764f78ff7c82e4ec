// SPDX-License-Identifier: MIT

import Wire

extension CommandTable {
    /// The options of a conversation.
    private static let talking: [CommandOption] = [
        CommandOption(.system, names: ["-s"], .text, value: "TEXT", "the system prompt"),
        CommandOption(
            .temperature,
            names: ["--temp"],
            .number(0...100),
            value: "N",
            "how bold the choice of tokens is; 0 takes the likeliest"
        ),
        CommandOption(
            .maxTokens,
            names: ["-n"],
            .integer(1...1_000_000),
            value: "N",
            "tokens of an answer at most"
        ),
        CommandOption(.seed, .integer(0...4_294_967_295), value: "N", "the same seed gives the same answer"),
        CommandOption(.noHistory, .flag, "neither read nor write the file of lines typed before"),
    ]

    static let demo = Command(
        .demo,
        [CommandArgument("PROMPT", optional: true, repeatable: true)],
        options: talking,
        shared: [jsonOption, helpOption],
        "talk to a tiny model that is there already, without a router or a download",
        details: [
            "Starts a router of its own over the models that come with this program, on a free port and with no options of yours, and ends it with the chat. Its page "
                + "is there meanwhile. The models are tiny: they tell stories, name capitals and add small numbers. /model changes to another one.",
            "PROMPT and standard input are as in `enginehouse chat`.",
        ],
        examples: [
            .init("enginehouse demo", "a conversation"),
            .init("enginehouse demo 'What is the capital of France?'", "one question"),
        ]
    )

    static let chat = Command(
        .chat,
        aliases: ["run"],
        [CommandArgument("MODEL", .models), CommandArgument("PROMPT", optional: true, repeatable: true)],
        options: talking,
        shared: remote,
        "talk to a model",
        details: [
            "Without a PROMPT, on a terminal, a conversation: `/help` there lists what can be typed. Ctrl-C stops an answer, and only that; `/bye` or Ctrl-D ends. "
                + "Lines typed before come back with the arrow keys, also next time: they are kept in `$XDG_STATE_HOME/enginehouse/history` "
                + "(else below `~/.local/state`), which only you can read.",
            "With a PROMPT one answer is written and that is all. Standard input that is no terminal is the prompt, or stands behind it: "
                + "`git diff | enginehouse chat coder 'Review this:'`. A model's thoughts are shown dimmed on a terminal and left out elsewhere.",
        ],
        examples: [
            .init("enginehouse chat coder", "a conversation"),
            .init("enginehouse chat coder 'What is a monad?'", "one question"),
            .init("enginehouse chat coder 'Sum up:' < report.txt", "a question about a file"),
        ]
    )

    static let launch = Command(
        .launch,
        [
            CommandArgument("AGENT", .words(CodingAgent.allCases.map(\.rawValue))),
            CommandArgument("ARGUMENT", optional: true, repeatable: true),
        ],
        options: [
            CommandOption(
                .model,
                names: ["-m"],
                .text,
                value: "MODEL",
                "the model to use; without it the only one, or the only one that is loaded"
            ),
            CommandOption(.print, .flag, "write what would be started, as a line for a shell, and start nothing"),
        ],
        shared: remote,
        "start a coding agent with a model of the router",
        details: [
            "AGENT is claude, codex, opencode or aider, which has to be installed. It gets the router's address, a key and the model in variables and arguments of this one start; "
                + "its own configuration stays as it is. What stands behind `--` is the agent's."
        ],
        examples: [
            .init("enginehouse launch claude --model coder", "Claude Code with the model coder"),
            .init("enginehouse launch codex -m coder -- exec 'Explain this folder'", "with arguments of its own"),
            .init("enginehouse launch aider -m coder --print", "what would be started"),
        ]
    )

    static let bench = Command(
        .bench,
        [CommandArgument("MODEL", .models)],
        options: [
            CommandOption(
                .promptTokens,
                names: ["-p"],
                .integer(1...1_000_000),
                value: "N",
                default: "512",
                "tokens of each prompt, fewer if the context has no room for them"
            ),
            CommandOption(
                .generatedTokens,
                names: ["-n"],
                .integer(1...1_000_000),
                value: "N",
                default: "128",
                "tokens of each answer"
            ),
            CommandOption(
                .repetitions,
                names: ["-r"],
                .integer(1...1_000),
                value: "N",
                default: "3",
                "how often to measure, after one run that doesn't count"
            ),
            CommandOption(
                .concurrency,
                names: ["-c"],
                .integer(1...256),
                value: "N",
                default: "1",
                "streams at the same time"
            ),
        ],
        shared: remote,
        "measure a model: prompt and generation tokens/s, time to first token",
        details: [
            "Nothing comes from the prompt cache, and no answer ends early. Times are those that the model's worker says; time to first token and the sum of all "
                + "streams are taken here, so they hold the way through the router too."
        ],
        examples: [.init("enginehouse bench coder -c 4", "how fast four at a time are answered")]
    )
}
