// SPDX-License-Identifier: MIT

import Wire

/// Finds the command of a line whose options stand before it: `enginehouse --host there models`.
package enum CommandLineOrder {
    /// What a line is for.
    package enum Reading: Equatable, Sendable {
        /// A command, which stands first now.
        case command([String])
        /// Options for serving.
        case server
        /// A command behind options that aren't its own, and what to do about it.
        case misplaced(String)
    }

    /// - Parameter arguments: without the program's name.
    package static func read(_ arguments: [String]) -> Reading {
        guard let first = arguments.first, first != "serve" else { return .server }
        guard first.hasPrefix("-") else { return .command(arguments) }
        let words = arguments.indices.compactMap { index in CommandTable.find(arguments[index]).map { (index, $0) } }
        for (index, command) in words {
            let before = arguments[..<index]
            guard skip(before, width: { width(of: $0, in: command.options) }) == nil else { continue }
            return .command([arguments[index]] + before + arguments[(index + 1)...])
        }
        for (index, command) in words {
            let before = arguments[..<index]
            // Where the word is an option's value, it is no command.
            guard skip(before, width: { width(of: $0, in: command.options) ?? serverWidth(of: $0) }) == nil,
                let stranger = skip(before, width: { width(of: $0, in: command.options) })
            else { continue }
            let word = arguments[index]
            return .misplaced(
                "'\(word)' is a command, and \(stranger) is none of its options: put the command first, as in "
                    + "`enginehouse \(word) …`, or leave it out to serve; `enginehouse help \(word)` lists what it takes"
            )
        }
        return .server
    }

    /// Goes over options and their values.
    /// - Parameter width: how many words an option takes, itself among them; nil for one that isn't known.
    /// - Returns: the first word that is no known option, or whose value is missing; nil if there is none.
    private static func skip(_ words: ArraySlice<String>, width: (String) -> Int?) -> String? {
        var index = words.startIndex
        while index < words.endIndex {
            let word = words[index]
            guard word.hasPrefix("-"), word != "-", word != "--" else { return word }
            let (spelling, isAttached) = parts(of: word)
            guard let count = width(spelling) else { return spelling }
            index += isAttached ? 1 : count
        }
        return index == words.endIndex ? nil : words.last
    }

    /// `--name=value` is one word.
    private static func parts(of word: String) -> (spelling: String, isAttached: Bool) {
        guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return (word, false) }
        return (String(word[..<equals]), true)
    }

    private static func width(of spelling: String, in options: [CommandOption]) -> Int? {
        options.first { $0.spellings.contains(spelling) }.map { $0.isFlag ? 1 : 2 }
    }

    private static func serverWidth(of spelling: String) -> Int? {
        OptionTable.find(spelling).map { meaning in
            if case .flag = meaning.option.kind { 1 } else { 2 }
        }
    }
}
