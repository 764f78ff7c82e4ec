// SPDX-License-Identifier: MIT

/// Shows what is typed: where the rows break, and how the terminal gets from one picture to the next.
package struct EditorScreen: Sendable {
    /// The row of the cursor in the last picture.
    private var cursorRow = 0

    package init() {}

    /// What to write so that the terminal shows the prompt, the text and the cursor.
    /// - Parameters:
    ///   - prompt: before the first line; `continuation` before those that follow.
    ///   - width: the terminal's columns.
    package mutating func paint(
        prompt: String,
        continuation: String,
        text: [Character],
        cursor: Int,
        width: Int
    ) -> String {
        let (rows, place) = Self.layout(
            prompt: prompt,
            continuation: continuation,
            text: text,
            cursor: cursor,
            width: width
        )
        var output = "\r" + (cursorRow > 0 ? "\u{1B}[\(cursorRow)A" : "") + "\u{1B}[J"
        output += rows.joined(separator: "\r\n")
        let below = rows.count - 1 - place.row
        if below > 0 { output += "\u{1B}[\(below)A" }
        output += "\r" + (place.column > 0 ? "\u{1B}[\(place.column)C" : "")
        cursorRow = place.row
        return output
    }

    /// What to write so that whatever follows stands below the text.
    /// - Parameter rowCount: of the text, as it is painted.
    package mutating func leave(rowCount: Int) -> String {
        let below = rowCount - 1 - cursorRow
        cursorRow = 0
        return (below > 0 ? "\u{1B}[\(below)B" : "") + "\r\n"
    }

    /// The next picture begins where the cursor is.
    package mutating func reset() { cursorRow = 0 }

    /// The rows, and where the cursor is in them.
    package static func layout(
        prompt: String,
        continuation: String,
        text: [Character],
        cursor: Int,
        width: Int
    ) -> (rows: [String], cursor: (row: Int, column: Int)) {
        var rows = [prompt]
        var column = DisplayWidth.of(prompt)
        var place = (row: 0, column: column)
        for index in 0...text.count {
            let own = index < text.count ? DisplayWidth.of(text[index]) : 1
            let isBreak = index < text.count && text[index] == "\n"
            // The cursor needs a column, too.
            if !isBreak, column + own > width {
                rows.append("")
                column = 0
            }
            if index == cursor { place = (rows.count - 1, min(column, max(0, width - 1))) }
            guard index < text.count else { break }
            if isBreak {
                rows.append(continuation)
                column = DisplayWidth.of(continuation)
            } else {
                rows[rows.count - 1].append(text[index])
                column += own
            }
        }
        return (rows, place)
    }
}
