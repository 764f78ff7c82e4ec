// SPDX-License-Identifier: MIT

/// What Tab makes of a line.
package enum ChatCompletion {
    /// - Parameter models: names that may follow `/model`.
    /// - Returns: the line as far as it is certain, and what it could become if that is more than one thing.
    package static func complete(_ line: String, models: [String]) -> (line: String, choices: [String]) {
        guard line.hasPrefix("/") else { return (line, []) }
        let prefix = "/model "
        if line.hasPrefix(prefix) {
            let typed = String(line.dropFirst(prefix.count))
            let found = models.filter { $0.hasPrefix(typed) }
            return (prefix + (common(found) ?? typed), found.count > 1 ? found : [])
        }
        let found = ChatCommand.table.compactMap { entry in entry.names.first { $0.hasPrefix(line) } }
        guard let text = common(found) else { return (line, []) }
        let takesMore = ChatCommand.table.contains { $0.names.contains(text) && !$0.argument.isEmpty }
        return (found.count == 1 && takesMore ? text + " " : text, found.count > 1 ? found : [])
    }

    /// The longest beginning that all have; nil if there are none.
    private static func common(_ texts: [String]) -> String? {
        guard var result = texts.first else { return nil }
        for text in texts { while !text.hasPrefix(result) { result.removeLast() } }
        return result
    }
}
