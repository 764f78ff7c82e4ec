// SPDX-License-Identifier: MIT

extension String {
    /// The text for one line of a terminal or a log. Characters that would end the line, move the cursor or turn the
    /// writing around are shown as their codes, such as `\n` or `\u{1B}`.
    ///
    /// Names of files, and what a worker writes, come from strangers: raw, they could forge lines of a log.
    package var printable: String {
        guard unicodeScalars.contains(where: Self.needsEscape) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case let scalar where Self.needsEscape(scalar):
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        // Most text is plain, and this is asked for every character of every log line.
        if (0x20..<0x7F).contains(scalar.value) { return false }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        // Marks that turn the direction of the writing around; joiners, which words and emoji need, are left.
        case .format: return scalar.properties.isBidiControl
        default: return false
        }
    }
}
