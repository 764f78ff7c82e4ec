// SPDX-License-Identifier: MIT

/// A name out of an untrusted file, for an error sentence: in quotes, at most 64 characters, on one line.
func quoted(_ name: String) -> String {
    var text = "'"
    for (index, scalar) in name.unicodeScalars.enumerated() {
        guard index < 64 else {
            text += "…"
            break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: text += "\u{FFFD}"
        default: text.unicodeScalars.append(scalar)
        }
    }
    return text + "'"
}
