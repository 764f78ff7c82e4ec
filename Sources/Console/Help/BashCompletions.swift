// SPDX-License-Identifier: MIT

import Wire

/// Completions for bash, made of the tables. They need nothing but bash.
package enum BashCompletions {
    package static func script() -> String {
        """
        # bash completions of enginehouse, from `enginehouse completions bash`.

        _enginehouse_words() {
            # A colon ends a word for bash: what stands before the last one is on the line already.
            local word
            while IFS= read -r word; do
                [[ $word == "$cur"* ]] || continue
                [[ $COMP_WORDBREAKS == *:* ]] && word=${word#"${cur%"${cur##*:}"}"}
                COMPREPLY+=("$word")
            done
        }

        _enginehouse() {
            local cur prev line words
            line=${COMP_LINE:0:COMP_POINT}
            read -ra words <<<"$line"
            cur=${line##*[[:space:]]}
            [[ -n $cur ]] && unset 'words[-1]'
            prev=${words[-1]}
            COMPREPLY=()
            if ((${#words[@]} == 1)); then
                case $cur in
                -*) _enginehouse_words <<<'\(lines(serverSpellings))' ;;
                *) _enginehouse_words <<<'\(lines(CommandTable.words + ["serve"]))' ;;
                esac
                return
            fi
            case ${words[1]} in
        \(CommandTable.all.map(branch).joined(separator: "\n"))
            *)
                case $prev in
        \(valueCases(serverValues, indent: 8))
                esac
                case $cur in
                -*) _enginehouse_words <<<'\(lines(serverSpellings))' ;;
                *) compopt -o default 2>/dev/null ;;
                esac
                ;;
            esac
        }

        complete -F _enginehouse enginehouse

        """
    }

    /// The spellings of the server's options, without those that turn a flag off.
    private static var serverSpellings: [String] { CompletionWords.server.flatMap(\.spellings) }

    private static var serverValues: [(spellings: [String], completion: CommandArgument.Completion)] {
        CompletionWords.server.filter { !CompletionWords.isFlag($0.kind) }
            .map { ($0.spellings, CompletionWords.values(of: $0.kind, placeholder: $0.placeholder)) }
    }

    private static func branch(_ command: Command) -> String {
        let pattern = ([command.name.rawValue] + command.aliases).joined(separator: "|")
        let values = command.options.filter { !$0.isFlag }
            .map { ($0.spellings, CompletionWords.values(of: $0.kind, placeholder: $0.placeholder)) }
        let cases = valueCases(values, indent: 8)
        let options = lines(command.options.flatMap(\.spellings))
        return """
                \(pattern))
            \(values.isEmpty ? "" : "        case $prev in\n\(cases)\n        esac\n    ")        case $cur in
                    -*) _enginehouse_words <<<'\(options)' ;;
                    *) \(offer(command.arguments)) ;;
                    esac
                    ;;
            """
    }

    /// What is offered for the words behind a command: those of its first argument.
    private static func offer(_ arguments: [CommandArgument]) -> String {
        guard let first = arguments.first else { return ":" }
        let offer = text(first.completion)
        // Behind a single word nothing more can be known.
        return first.isRepeatable || offer == ":"
            ? offer : "if ((${#words[@]} == 2)); then \(offer); else compopt -o default 2>/dev/null; fi"
    }

    private static func text(_ completion: CommandArgument.Completion) -> String {
        switch completion {
        case .nothing: ":"
        case .models: "_enginehouse_words < <(enginehouse models --quiet 2>/dev/null)"
        case .loadedModels: "_enginehouse_words < <(enginehouse ps --quiet 2>/dev/null)"
        case .files: "compopt -o default 2>/dev/null"
        case .words(let words), .offers(let words): "_enginehouse_words <<<'\(lines(words))'"
        }
    }

    private static func valueCases(
        _ values: [(spellings: [String], completion: CommandArgument.Completion)],
        indent: Int
    ) -> String {
        let space = String(repeating: " ", count: indent)
        return values.map { "\(space)\($0.spellings.joined(separator: "|"))) \(text($0.completion)); return ;;" }
            .joined(separator: "\n")
    }

    /// Words as a here-string holds them, one a line.
    private static func lines(_ words: [String]) -> String { words.joined(separator: "\n") }
}
