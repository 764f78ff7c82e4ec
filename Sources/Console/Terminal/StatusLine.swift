// SPDX-License-Identifier: MIT

import Platform
import Wire

/// The line at the bottom of a terminal that says what is waited for. It is written to standard error, so that an answer in a file
/// holds nothing of it; where that is no terminal, nothing is written.
struct StatusLine {
    let style: Style
    private let isTerminal: Bool
    private var isShown = false

    init(environment: [String: String]) {
        isTerminal = isatty(STDERR_FILENO) == 1
        style = Style(isTerminal: isTerminal, environment: environment)
    }

    /// Columns that may be used.
    var width: Int {
        var window = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return 80 }
        return Int(window.ws_col)
    }

    /// Shows a text in the place of the last one.
    mutating func show(_ text: String) {
        guard isTerminal else { return }
        // A line that is full would scroll.
        put("\r\u{1B}[K" + DisplayWidth.cut(text, to: width - 1))
        isShown = true
    }

    mutating func clear() {
        guard isShown else { return }
        put("\r\u{1B}[K")
        isShown = false
    }

    private func put(_ text: String) {
        var errors = StandardError()
        errors.write(text)
    }
}
