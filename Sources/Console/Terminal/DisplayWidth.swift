// SPDX-License-Identifier: MIT

/// How many columns text takes on a terminal.
///
/// Wide and zero-width characters follow Unicode's East_Asian_Width and general categories (UAX #11), as terminals do.
package enum DisplayWidth {
    package static func of(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + of($1) } }

    package static func of(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.isASCII { return first.value < 0x20 || first.value == 0x7F ? 0 : 1 }
        // An emoji made of several scalars, or one that asks for its coloured form.
        if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
        return of(first)
    }

    private static func of(_ scalar: UnicodeScalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .format, .lineSeparator, .paragraphSeparator: return 0
        default: break
        }
        if scalar.properties.isEmojiPresentation { return 2 }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// The blocks of wide characters, coarsely.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]

    /// The text, cut off with an ellipsis if it takes more columns than there are.
    package static func cut(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var result = ""
        var width = 0
        for character in text {
            let own = of(character)
            guard width + own < columns else { break }
            result.append(character)
            width += own
        }
        return result + "…"
    }

    /// The text with spaces behind it, or before it.
    package static func pad(_ text: String, to columns: Int, atEnd: Bool = true) -> String {
        let space = String(repeating: " ", count: max(0, columns - of(text)))
        return atEnd ? text + space : space + text
    }
}
