// SPDX-License-Identifier: MIT

/// The commands for people on a terminal.
package enum CommandHelp {
    /// The widest line.
    private static let columns = 100

    /// How to serve, in the lines that every help text begins with.
    package static let serving = """
        enginehouse serves many language models behind one address.

          enginehouse --models-dir DIR        a router: loads a model when a request names it
          enginehouse --models-preset FILE    a router: the models of an INI file, each with its options
          enginehouse -m FILE                 one model: a GGUF file
          enginehouse -hf USER/REPO:TAG       one model of the hub, which is downloaded first
          enginehouse serve ...               the same; `enginehouse --help` has all options

        """

    /// What there is.
    package static func text() -> String {
        serving + "\nWith a running router:\n\n" + list() + "\n"
            + "`enginehouse help COMMAND` says more of each. Exit status: 0, 1 (it failed), 2 (the line makes no sense).\n"
    }

    /// One line for each command.
    package static func list() -> String {
        let names = CommandTable.all.map { command in
            ([command.name.rawValue] + command.arguments.map(\.usage)).joined(separator: " ")
        }
        let width = names.reduce(0) { max($0, $1.count) } + 2
        let lines = zip(names, CommandTable.all).map { name, command in
            "  " + DisplayWidth.pad(name, to: width) + command.summary
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// One command.
    package static func text(for command: Command) -> String {
        var text = "\(command.usage)\n\n\(command.summary.prefix(1).uppercased() + command.summary.dropFirst()).\n"
        for paragraph in command.details { text += "\n" + wrapped(paragraph, indent: 0) }
        text += "\nOptions:\n\n"
        for option in command.options {
            let name = option.spellings.joined(separator: ", ") + (option.isFlag ? "" : " " + option.placeholder)
            text += "  \(name)\n" + wrapped(option.help + notes(option), indent: 8)
        }
        if !command.aliases.isEmpty { text += "\nAlso: \(command.aliases.joined(separator: ", "))\n" }
        if !command.examples.isEmpty {
            text += "\nExamples:\n\n"
            for example in command.examples { text += "  \(example.line)\n        \(example.meaning)\n" }
        }
        return text
    }

    /// What stands in parentheses behind an option's help.
    static func notes(_ option: CommandOption) -> String {
        var notes: [String] = []
        if let standard = option.standard { notes.append("default: \(standard)") }
        if !option.environment.isEmpty { notes.append("env: \(option.environment.joined(separator: ", "))") }
        return notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
    }

    private static func wrapped(_ text: String, indent: Int) -> String {
        var result = ""
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > columns {
                result += String(repeating: " ", count: indent) + line + "\n"
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return result + String(repeating: " ", count: indent) + line + "\n"
    }
}
