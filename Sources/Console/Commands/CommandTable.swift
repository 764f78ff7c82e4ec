// SPDX-License-Identifier: MIT

/// Every command beside serving, in the order of the help text. The parser, `help`, the completions, the manual and
/// `docs/commands.md` are all made of it.
package enum CommandTable {
    /// Commands that belong together.
    package struct Section: Sendable {
        package let title: String
        package let commands: [Command]
    }

    package static let sections: [Section] = [
        Section(title: "Models", commands: [models, ps, show, load, unload, pull, rm]),
        Section(title: "Talking and measuring", commands: [demo, chat, launch, bench]),
        Section(title: "Watching", commands: [top, logs, cache, doctor]),
        Section(title: "This program", commands: [completions, man, version, help]),
    ]

    package static let all: [Command] = sections.flatMap(\.commands)

    /// The command of that name or alias.
    package static func find(_ word: String) -> Command? { byWord[word] }

    package static subscript(name: CommandName) -> Command? { byWord[name.rawValue] }

    /// All names and aliases.
    package static let words: [String] = all.flatMap { [$0.name.rawValue] + $0.aliases }

    private static let byWord = Dictionary(
        uniqueKeysWithValues: all.flatMap { command in
            ([command.name.rawValue] + command.aliases).map { ($0, command) }
        }
    )
}
