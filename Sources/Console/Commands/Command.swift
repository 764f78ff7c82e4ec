// SPDX-License-Identifier: MIT

/// One command as the parser, the help texts, the completions and the manual see it.
package struct Command: Sendable {
    /// A line to type, and what it does.
    package struct Example: Sendable {
        package let line: String
        package let meaning: String

        init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    package let name: CommandName
    package let aliases: [String]
    /// What it does, in one line that begins with a small letter.
    package let summary: String
    package let arguments: [CommandArgument]
    /// Its own options, then those that it shares with others.
    package let options: [CommandOption]
    /// More of what there is to know, in paragraphs.
    package let details: [String]
    package let examples: [Example]

    init(
        _ name: CommandName,
        aliases: [String] = [],
        _ arguments: [CommandArgument] = [],
        options: [CommandOption] = [],
        shared: [CommandOption],
        _ summary: String,
        details: [String] = [],
        examples: [Example] = []
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.arguments = arguments
        self.options = options + shared
        self.details = details
        self.examples = examples
    }

    /// `enginehouse chat MODEL [PROMPT...] [OPTIONS]`
    package var usage: String {
        (["enginehouse", name.rawValue] + arguments.map(\.usage) + ["[OPTIONS]"]).joined(separator: " ")
    }
}
