// SPDX-License-Identifier: MIT

import Wire

/// Reads a command's line: options may stand anywhere behind the command, `--` ends them.
package enum CommandParser {
    /// - Parameters:
    ///   - arguments: the command, its words and its options.
    ///   - environment: where options that weren't given are looked for.
    package static func parse(
        _ arguments: [String],
        environment: [String: String]
    ) throws(UsageError) -> Invocation {
        guard let word = arguments.first else { throw UsageError("a command is missing: `enginehouse help` lists all") }
        guard let command = CommandTable.find(word) else { throw unknown(word) }
        var words: [String] = []
        var values: [CommandOption.Name: JSONValue] = [:]
        var rest = arguments.dropFirst()
        var takesOptions = true
        while let argument = rest.popFirst() {
            guard takesOptions, argument.hasPrefix("-"), argument != "-" else {
                words.append(argument)
                continue
            }
            guard argument != "--" else {
                takesOptions = false
                continue
            }
            var spelling = argument
            var attached: String?
            if argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") {
                spelling = String(argument[..<equals])
                attached = String(argument[argument.index(after: equals)...])
            }
            guard let option = command.options.first(where: { $0.spellings.contains(spelling) }) else {
                throw unknown(spelling, of: command)
            }
            let text = attached ?? (option.isFlag ? "on" : rest.popFirst())
            guard let text else { throw UsageError("\(spelling) needs a value: \(option.placeholder)") }
            values[option.name] = try value(text, of: option, at: .commandLine(spelling))
        }
        for option in command.options where values[option.name] == nil {
            guard let variable = option.environment.first(where: { environment[$0]?.isEmpty == false }),
                let text = environment[variable]
            else { continue }
            values[option.name] = try value(text, of: option, at: .environment(variable))
        }
        if values[.help] != true { try check(words, of: command) }
        return Invocation(command: command, words: words, values: values)
    }

    private static func value(
        _ text: String,
        of option: CommandOption,
        at place: OptionPlace
    ) throws(UsageError) -> JSONValue {
        do {
            return try OptionParser.checked(text, kind: option.kind, place: place)
        } catch {
            throw UsageError("\(error.place) \(error.message)")
        }
    }

    private static func check(_ words: [String], of command: Command) throws(UsageError) {
        let required = command.arguments.filter(\.isRequired)
        if words.count < required.count {
            throw UsageError("\(required[words.count].name) is missing: `\(command.usage)`")
        }
        if words.count > command.arguments.count, command.arguments.last?.isRepeatable != true {
            throw UsageError("'\(words[command.arguments.count])' is one word too many: `\(command.usage)`")
        }
        for (word, argument) in zip(words, command.arguments) {
            guard case .words(let known) = argument.completion, !known.contains(word) else { continue }
            throw UsageError("'\(word)' is no \(argument.name): it is one of \(known.joined(separator: ", "))")
        }
    }

    private static func unknown(_ word: String) -> UsageError {
        let nearest = EditDistance.nearest(to: word, among: CommandTable.words + ["serve"])
        let hint = nearest.map { "did you mean '\($0)'?" } ?? "`enginehouse help` lists all"
        return UsageError("there is no command '\(word)'; \(hint)")
    }

    private static func unknown(_ spelling: String, of command: Command) -> UsageError {
        let known = command.options.flatMap(\.spellings)
        let hint =
            EditDistance.nearest(to: spelling, among: known).map { "did you mean \($0)?" }
            ?? "`enginehouse help \(command.name.rawValue)` lists all"
        return UsageError("\(command.name.rawValue) has no option \(spelling); \(hint)")
    }
}
