// SPDX-License-Identifier: MIT

/// The lines that were typed before, and the place in them that is shown.
package struct InputHistory: Sendable, Equatable {
    package private(set) var lines: [String]
    /// The place that is looked at; nil for the line that is being typed.
    private var place: Int?
    /// That line, while another one is looked at.
    private var draft = ""
    private let limit: Int

    /// - Parameter limit: lines that are kept.
    package init(_ lines: [String] = [], limit: Int = 1000) {
        self.lines = lines.suffix(limit)
        self.limit = limit
    }

    /// Adds a line; the same one twice in a row is one.
    package mutating func add(_ line: String) {
        place = nil
        guard !line.isEmpty, line != lines.last else { return }
        lines.append(line)
        if lines.count > limit { lines.removeFirst(lines.count - limit) }
    }

    /// The line before; nil if there is none.
    package mutating func older(than current: String) -> String? {
        let next = (place ?? lines.count) - 1
        guard next >= 0 else { return nil }
        if place == nil { draft = current }
        place = next
        return lines[next]
    }

    /// The line behind, at last the one that was being typed; nil behind that.
    package mutating func newer() -> String? {
        guard let now = place else { return nil }
        place = now + 1 < lines.count ? now + 1 : nil
        return place.map { lines[$0] } ?? draft
    }

    /// The lines as a file holds them: one a line, line ends inside them escaped.
    package var text: String {
        lines.map { line in
            var result = ""
            for character in line {
                switch character {
                case "\\": result += "\\\\"
                case "\n": result += "\\n"
                default: result.append(character)
                }
            }
            return result + "\n"
        }
        .joined()
    }

    /// Reads such a file.
    package init(text: String, limit: Int = 1000) {
        self.init(
            text.split(separator: "\n").suffix(limit).map { line in
                var result = ""
                var isEscaped = false
                for character in line {
                    if isEscaped {
                        result.append(character == "n" ? "\n" : character)
                        isEscaped = false
                    } else if character == "\\" {
                        isEscaped = true
                    } else {
                        result.append(character)
                    }
                }
                return result
            },
            limit: limit
        )
    }
}
