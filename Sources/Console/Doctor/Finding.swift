// SPDX-License-Identifier: MIT

import Wire

/// One thing that `doctor` looked at.
package struct Finding: Sendable, Equatable {
    package enum Verdict: String, Sendable {
        case good
        /// Works, though not as well as it could.
        case hint
        case wrong
    }

    package let verdict: Verdict
    /// What was looked at, in a word or two.
    package let subject: String
    package let text: String
    /// What to do; nil where nothing needs to be done.
    package let advice: String?

    package static func good(_ subject: String, _ text: String) -> Finding {
        Finding(verdict: .good, subject: subject, text: text, advice: nil)
    }

    package static func hint(_ subject: String, _ text: String, _ advice: String? = nil) -> Finding {
        Finding(verdict: .hint, subject: subject, text: text, advice: advice)
    }

    package static func wrong(_ subject: String, _ text: String, _ advice: String) -> Finding {
        Finding(verdict: .wrong, subject: subject, text: text, advice: advice)
    }

    var json: JSONValue {
        [
            "subject": .string(subject), "verdict": .string(verdict.rawValue), "text": .string(text),
            "advice": advice.map(JSONValue.string) ?? .null,
        ]
    }

    /// The finding, and below it what to do.
    /// - Parameter width: the terminal's columns; nil where lines may be of any length.
    package func lines(subjectWidth: Int, width: Int?, style: Style) -> [String] {
        let (mark, tone): (String, Style.Tone) =
            switch verdict {
            case .good: ("✓", .green)
            case .hint: ("!", .yellow)
            case .wrong: ("✗", .red)
            }
        let head = style(tone, mark) + " " + DisplayWidth.pad(subject, to: subjectWidth) + "  "
        let space = String(repeating: " ", count: subjectWidth + 4)
        func wrapped(_ text: String) -> [String] {
            guard !text.isEmpty else { return [] }
            guard let width else { return [text] }
            var wrap = WordWrap(width: width - subjectWidth - 4)
            return (wrap.add(text) + wrap.flush()).split(separator: "\n").map(String.init)
        }
        let texts = wrapped(Printable.line(text)).enumerated().map { ($0 == 0 ? head : space) + $1 }
        return texts + wrapped(advice.map { "→ " + $0 } ?? "").map { space + style(.bold, $0) }
    }
}
