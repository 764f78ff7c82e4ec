// SPDX-License-Identifier: MIT

/// What can be typed in a conversation beside what is meant for the model.
package enum ChatCommand: Sendable, Equatable {
    /// Goes on with another model; without a name says which one it is.
    case model(String?)
    case models
    /// Sets the system prompt; without a text shows it, with `-` removes it.
    case system(String?)
    /// Forgets the conversation, not the system prompt.
    case clear
    /// Asks for the last answer once more.
    case retry
    case help
    case bye

    /// Names, what follows them, and what they do.
    package static let table: [(names: [String], argument: String, help: String)] = [
        (["/model"], "[NAME]", "go on with another model; without a name: which one this is"),
        (["/models"], "", "the models that there are"),
        (["/system"], "[TEXT]", "set the system prompt, `-` removes it; without a text: show it"),
        (["/clear"], "", "forget the conversation and begin anew"),
        (["/retry"], "", "another answer to the last question"),
        (["/help", "/?"], "", "this list"),
        (["/bye", "/exit", "/quit"], "", "leave; so does Ctrl-D"),
    ]

    /// Reads a line that begins with a slash; nil for one that names no command.
    package init?(_ line: String) {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        let rest = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        let argument = rest.isEmpty ? nil : rest
        switch parts.first {
        case "/model": self = .model(argument)
        case "/models": self = .models
        case "/system": self = .system(argument)
        case "/clear": self = .clear
        case "/retry": self = .retry
        case "/help", "/?": self = .help
        case "/bye", "/exit", "/quit": self = .bye
        default: return nil
        }
    }

    /// The list for `/help`.
    package static var list: [String] {
        let heads = table.map {
            ([$0.names.joined(separator: ", ")] + [$0.argument]).filter { !$0.isEmpty }.joined(separator: " ")
        }
        let width = heads.reduce(0) { max($0, $1.count) } + 2
        return zip(heads, table).map { "  " + DisplayWidth.pad($0, to: width) + $1.help } + [
            "",
            "  " + DisplayWidth.pad("\"\"\"", to: width)
                + "begins a text of several lines, and ends it; Alt-Enter breaks a line, too",
            "  " + DisplayWidth.pad("Ctrl-C", to: width) + "stops the answer, or drops what is typed",
            "  " + DisplayWidth.pad("Up, Down", to: width)
                + "what was typed before; Tab completes commands and models' names",
        ]
    }
}
