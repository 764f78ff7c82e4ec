// SPDX-License-Identifier: MIT

/// How an answer's pieces are written on a terminal: thoughts dimmed, no blank lines at the beginning, nothing that commands
/// the terminal.
package struct AnswerText: Sendable {
    private enum Part: Sendable {
        case nothing, reasoning, content
    }

    private let style: Style
    private var part = Part.nothing
    private var hasText = false
    private var endsLine = true
    private var wrap: WordWrap

    /// - Parameter width: the terminal's columns; 0 for lines as they come.
    package init(style: Style, width: Int = 0) {
        self.style = style
        wrap = WordWrap(width: width)
    }

    /// What to write for a piece.
    package mutating func write(_ event: AnswerEvent) -> String {
        switch event {
        case .reasoning(let text): write(text, as: .reasoning)
        case .content(let text): write(text, as: .content)
        case .tool(let name): write("\n[\(name)(…)]\n", as: .reasoning)
        default: ""
        }
    }

    /// What to write at the end.
    package mutating func end() -> String {
        let tail = wrap.flush() + (part == .reasoning ? style.end : "") + (endsLine ? "" : "\n")
        part = .nothing
        return tail
    }

    private mutating func write(_ text: String, as new: Part) -> String {
        var text = Printable.text(text)[...]
        var head = ""
        if part != new {
            if part == .reasoning { head = wrap.flush() + style.end + wrap.add(endsLine ? "\n" : "\n\n") }
            if new == .reasoning { head += style.begin(.dim) }
            part = new
            hasText = false
        }
        if !hasText { text = text.drop { $0.isNewline } }
        guard !text.isEmpty else { return head }
        hasText = true
        endsLine = text.last?.isNewline ?? false
        return head + wrap.add(text)
    }
}
