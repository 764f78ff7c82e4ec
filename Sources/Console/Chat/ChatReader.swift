// SPDX-License-Identifier: MIT

import Wire

/// Makes messages and commands of the lines that are typed.
package struct ChatReader: Sendable {
    package enum Outcome: Sendable, Equatable {
        case message(String)
        case command(ChatCommand)
        /// A text of several lines isn't over.
        case more
        case nothing
        /// What was typed makes no sense; a sentence.
        case problem(String)
    }

    /// The lines of a text of several ones; nil outside of such.
    private var lines: [String]?
    private static let quotes = "\"\"\""

    package init() {}

    package var isInside: Bool { lines != nil }

    package mutating func take(_ line: String) -> Outcome {
        if let lines { return go(on: line, lines) }
        let text = Self.trimmed(line)
        if text.isEmpty { return .nothing }
        if text.hasPrefix(Self.quotes) { return begin(String(text.dropFirst(3))) }
        guard text.hasPrefix("/"), !text.contains("\n") else { return .message(text) }
        if let command = ChatCommand(text) { return .command(command) }
        let word = String(text.prefix { $0 != " " })
        let known = ChatCommand.table.flatMap(\.names)
        // A path or a comment may be meant for the model.
        guard !word.dropFirst().contains("/") else { return .message(text) }
        let nearest = EditDistance.nearest(to: word, among: known)
        return .problem("There is no command \(word); " + (nearest.map { "did you mean \($0)?" } ?? "/help lists all."))
    }

    /// Gives up a text that was begun.
    package mutating func reset() { lines = nil }

    private mutating func begin(_ rest: String) -> Outcome {
        if rest.hasSuffix(Self.quotes), rest.count >= 3 { return message(String(rest.dropLast(3))) }
        lines = rest.isEmpty ? [] : [rest]
        return .more
    }

    private mutating func go(on line: String, _ before: [String]) -> Outcome {
        guard Self.trimmed(line).hasSuffix(Self.quotes) else {
            lines = before + [line]
            return .more
        }
        lines = nil
        let last = String(Self.trimmed(line).dropLast(3))
        return message((before + (last.isEmpty ? [] : [last])).joined(separator: "\n"))
    }

    private func message(_ text: String) -> Outcome {
        Self.trimmed(text).isEmpty ? .nothing : .message(text)
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
