// SPDX-License-Identifier: MIT

/// Colours and weights, where they are wanted.
package struct Style: Sendable {
    package enum Tone: String, Sendable {
        case bold = "1"
        case dim = "2"
        case reverse = "7"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    package let isOn: Bool

    /// - Parameters:
    ///   - isTerminal: whether the output is a terminal.
    ///   - environment: `NO_COLOR` with any text in it turns colours off (no-color.org), as does a `TERM` of `dumb`.
    package init(isTerminal: Bool, environment: [String: String]) {
        isOn = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    package func callAsFunction(_ tone: Tone, _ text: String) -> String {
        isOn && !text.isEmpty ? begin(tone) + text + end : text
    }

    /// What turns a tone on, for text that comes in pieces.
    package func begin(_ tone: Tone) -> String { isOn ? "\u{1B}[\(tone.rawValue)m" : "" }

    /// What turns all tones off.
    package var end: String { isOn ? "\u{1B}[0m" : "" }
}
