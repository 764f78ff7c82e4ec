// SPDX-License-Identifier: MIT

/// Rows in aligned columns that fit a terminal's width.
package struct TextTable: Sendable {
    package struct Column: Sendable {
        package let title: String
        /// Whether the column is of numbers, which end under each other.
        package let isNumeric: Bool
        /// Columns with a lower one are left out first where there is no room; nil for one that always stays.
        package let importance: Int?
        /// How narrow it may become, in columns; nil if its text is never cut.
        package let minimum: Int?

        package init(_ title: String, numeric: Bool = false, importance: Int? = nil, minimum: Int? = nil) {
            self.title = title
            isNumeric = numeric
            self.importance = importance
            self.minimum = minimum
        }
    }

    /// One field: plain text and how it is shown.
    package struct Cell: Sendable, ExpressibleByStringLiteral {
        package let text: String
        package let tone: Style.Tone?

        package init(_ text: String, _ tone: Style.Tone? = nil) {
            self.text = text
            self.tone = tone
        }

        package init(stringLiteral value: String) { self.init(value) }
    }

    package let columns: [Column]
    package var rows: [[Cell]] = []
    private let gap = 2

    package init(_ columns: [Column]) { self.columns = columns }

    /// The lines, title first.
    /// - Parameter width: the terminal's columns; nil where everything is written out.
    package func lines(width: Int?, style: Style) -> [String] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, DisplayWidth.of($1[index].text)) }
        }
        // An empty column says nothing.
        var shown = columns.indices.filter { index in
            columns[index].importance == nil || rows.contains { !$0[index].text.isEmpty }
        }
        if let width { fit(into: width, &widths, &shown) }
        let title = shown.map { style(.bold, field(columns[$0].title, $0, widths, isLast: $0 == shown.last)) }
        let body = rows.map { row in
            shown.map { index -> String in
                let text = field(row[index].text, index, widths, isLast: index == shown.last)
                return row[index].tone.map { style($0, text) } ?? text
            }
        }
        return ([title] + body).map { $0.joined(separator: String(repeating: " ", count: gap)) }
    }

    private func field(_ text: String, _ index: Int, _ widths: [Int], isLast: Bool) -> String {
        let cut = DisplayWidth.cut(text, to: widths[index])
        if isLast, !columns[index].isNumeric { return cut }
        return DisplayWidth.pad(cut, to: widths[index], atEnd: !columns[index].isNumeric)
    }

    private func fit(into width: Int, _ widths: inout [Int], _ shown: inout [Int]) {
        func total() -> Int { shown.reduce(0) { $0 + widths[$1] } + gap * max(0, shown.count - 1) }
        /// What could be gained by cutting text.
        func slack() -> Int { shown.reduce(0) { $0 + max(0, widths[$1] - (columns[$1].minimum ?? widths[$1])) } }
        while total() - slack() > width,
            let least = shown.filter({ columns[$0].importance != nil })
                .min(by: { columns[$0].importance ?? 0 < columns[$1].importance ?? 0 })
        {
            shown.removeAll { $0 == least }
        }
        // The widest one gives first.
        while total() > width {
            let candidates = shown.filter { columns[$0].minimum ?? widths[$0] < widths[$0] }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
        }
    }
}
