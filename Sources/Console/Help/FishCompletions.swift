// SPDX-License-Identifier: MIT

import Wire

/// Completions for fish, made of the tables.
package enum FishCompletions {
    package static func script() -> String {
        var lines = [
            "# fish completions of enginehouse, from `enginehouse completions fish`.", "",
            "set -l commands \((CommandTable.words + ["serve"]).joined(separator: " "))",
            "complete -c enginehouse -f",
        ]
        for command in CommandTable.all {
            lines.append(
                "complete -c enginehouse -n '__fish_use_subcommand' -a \(command.name.rawValue) -d '\(CompletionWords.quoted(command.summary))'"
            )
        }
        lines.append(
            "complete -c enginehouse -n '__fish_use_subcommand' -a serve -d 'serve models; so do options without a command'"
        )
        for command in CommandTable.all {
            let names = ([command.name.rawValue] + command.aliases).joined(separator: " ")
            let condition = "-n '__fish_seen_subcommand_from \(names)'"
            for option in command.options {
                lines.append(
                    "complete -c enginehouse \(condition) "
                        + self.option(
                            option.spellings,
                            isFlag: option.isFlag,
                            option.kind,
                            option.placeholder,
                            option.help
                        )
                )
            }
            if let first = command.arguments.first, let offer = offer(first.completion) {
                lines.append("complete -c enginehouse \(condition) \(offer)")
            }
        }
        for option in CompletionWords.server {
            let isFlag = CompletionWords.isFlag(option.kind)
            lines.append(
                "complete -c enginehouse -n \"not __fish_seen_subcommand_from $commands\" "
                    + self.option(option.spellings, isFlag: isFlag, option.kind, option.placeholder, option.help)
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func option(
        _ spellings: [String],
        isFlag: Bool,
        _ kind: OptionSpecification.Kind,
        _ placeholder: String,
        _ help: String
    ) -> String {
        let names = spellings.map { spelling -> String in
            if spelling.hasPrefix("--") { return "-l " + spelling.dropFirst(2) }
            // Short ones of several letters, as llama.cpp has them.
            return (spelling.count == 2 ? "-s " : "-o ") + spelling.dropFirst()
        }
        var text = names.joined(separator: " ") + " -d '\(CompletionWords.quoted(help))'"
        guard !isFlag else { return text }
        switch CompletionWords.values(of: kind, placeholder: placeholder) {
        case .files: text += " -r -F"
        case .words(let words): text += " -x -a '\(words.joined(separator: " "))'"
        default: text += " -x"
        }
        return text
    }

    private static func offer(_ completion: CommandArgument.Completion) -> String? {
        switch completion {
        case .nothing: nil
        case .models: "-a '(enginehouse models --quiet 2>/dev/null)'"
        case .loadedModels: "-a '(enginehouse ps --quiet 2>/dev/null)'"
        case .files: "-F"
        case .words(let words), .offers(let words): "-a '\(words.joined(separator: " "))'"
        }
    }
}
