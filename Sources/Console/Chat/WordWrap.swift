// SPDX-License-Identifier: MIT

/// Breaks text that comes in pieces between words, where a terminal would break it inside of them.
package struct WordWrap: Sendable {
    private let width: Int
    private var column = 0
    /// The word that isn't over.
    private var word = ""
    private var wordWidth = 0
    /// Spaces before it, which a break swallows.
    private var space = ""

    /// Longer words are shown as they come.
    private static let longestWord = 24

    /// - Parameter width: columns; text is left as it is with fewer than 20.
    package init(width: Int) { self.width = width }

    /// What to write for a piece; the last word is kept back until it is over.
    package mutating func add(_ text: some StringProtocol) -> String {
        guard width >= 20 else { return String(text) }
        var output = ""
        for character in text {
            if character.isNewline {
                output += flush() + "\n"
                column = 0
            } else if character == " " {
                output += flush()
                space.append(character)
            } else {
                let own = DisplayWidth.of(character)
                word.append(character)
                wordWidth += own
                // Scripts without spaces break anywhere.
                if own > 1 || wordWidth > Self.longestWord { output += flush() }
            }
        }
        return output
    }

    /// What is still kept back.
    package mutating func flush() -> String {
        defer {
            word = ""
            wordWidth = 0
            space = ""
        }
        guard !word.isEmpty || !space.isEmpty else { return "" }
        if column + space.count + wordWidth > width, column > 0, !word.isEmpty, wordWidth <= width {
            // A word that was begun on this line goes on there.
            let isWhole = !space.isEmpty
            if isWhole {
                column = wordWidth
                return "\n" + word
            }
        }
        column += space.count + wordWidth
        if column > width { column %= width }
        return space + word
    }
}
