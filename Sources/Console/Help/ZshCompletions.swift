// SPDX-License-Identifier: MIT

import Wire

/// Completions for zsh, made of the tables; to be sourced, or put into a folder of `fpath` as `_enginehouse`.
package enum ZshCompletions {
    package static func script() -> String {
        """
        #compdef enginehouse
        # zsh completions of enginehouse, from `enginehouse completions zsh`.

        _enginehouse_models() {
            local -a names
            names=("${(@f)$(enginehouse $1 --quiet 2>/dev/null)}")
            [[ -n $names[1] ]] && compadd -- $names
        }

        _enginehouse() {
            local -a commands options
            local previous=$words[CURRENT-1] current=$words[CURRENT]
            if ((CURRENT == 2)) && [[ $current != -* ]]; then
                commands=(
        \(commands)
                )
                _describe command commands
                return
            fi
            case $words[2] in
        \(CommandTable.all.map(branch).joined(separator: "\n"))
            *)
                case $previous in
        \(valueCases(serverValues))
                esac
                options=(
        \(serverOptions)
                )
                if [[ $current == -* ]]; then _describe option options -o; else _files; fi
                ;;
            esac
        }

        if [[ $funcstack[1] == _enginehouse ]]; then _enginehouse "$@"; else compdef _enginehouse enginehouse; fi

        """
    }

    private static var commands: String {
        let all = CommandTable.all.map { item($0.name.rawValue, $0.summary) }
        return (all + [item("serve", "serve models; so do options without a command")]).joined(separator: "\n")
    }

    private static var serverOptions: String {
        CompletionWords.server.flatMap { option in option.spellings.map { item($0, option.help) } }.joined(
            separator: "\n"
        )
    }

    private static var serverValues: [(spellings: [String], completion: CommandArgument.Completion)] {
        CompletionWords.server.filter { !CompletionWords.isFlag($0.kind) }
            .map { ($0.spellings, CompletionWords.values(of: $0.kind, placeholder: $0.placeholder)) }
    }

    private static func branch(_ command: Command) -> String {
        let pattern = ([command.name.rawValue] + command.aliases).joined(separator: "|")
        let values = command.options.filter { !$0.isFlag }
            .map { ($0.spellings, CompletionWords.values(of: $0.kind, placeholder: $0.placeholder)) }
        let options = command.options.flatMap { option in option.spellings.map { item($0, option.help) } }
        let previous = values.isEmpty ? "" : "        case $previous in\n\(valueCases(values))\n        esac\n"
        return """
                \(pattern))
            \(previous)        options=(
            \(options.joined(separator: "\n"))
                    )
                    if [[ $current == -* ]]; then _describe option options -o; else \(offer(command.arguments)); fi
                    ;;
            """
    }

    private static func offer(_ arguments: [CommandArgument]) -> String {
        guard let first = arguments.first else { return ":" }
        let offer = text(first.completion)
        return first.isRepeatable || offer == ":" ? offer : "if ((CURRENT == 3)); then \(offer); else _files; fi"
    }

    private static func text(_ completion: CommandArgument.Completion) -> String {
        switch completion {
        case .nothing: ":"
        case .models: "_enginehouse_models models"
        case .loadedModels: "_enginehouse_models ps"
        case .files: "_files"
        case .words(let words), .offers(let words): "compadd -- \(words.joined(separator: " "))"
        }
    }

    private static func valueCases(_ values: [(spellings: [String], completion: CommandArgument.Completion)]) -> String
    {
        values.map { "        \($0.spellings.joined(separator: "|"))) \(text($0.completion)); return ;;" }
            .joined(separator: "\n")
    }

    /// `'name:what it does'`, as `_describe` takes it.
    private static func item(_ name: String, _ help: String) -> String {
        "            '\(name.split(separator: ":").joined(separator: "\\:")):\(CompletionWords.quoted(help))'"
    }
}
