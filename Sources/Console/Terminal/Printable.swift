// SPDX-License-Identifier: MIT

/// Text from elsewhere as it may be shown on a terminal.
package enum Printable {
    /// Without control characters: a model or a log must not command the terminal. Line ends and tabs stay.
    package static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isCommand) else { return text }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text.unicodeScalars.lazy.filter { !isCommand($0) })
        return String(result)
    }

    /// Such text in one line.
    package static func line(_ text: String) -> String {
        self.text(text).split(whereSeparator: { $0.isNewline || $0 == "\t" }).joined(separator: " ")
    }

    private static func isCommand(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x09: false
        // C0 and C1 controls, and what turns the direction of text around.
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
