// SPDX-License-Identifier: MIT

import Platform

/// Standard output, and whether it is a terminal.
struct Output: Sendable {
    let isTerminal: Bool
    let style: Style
    private let environment: [String: String]

    init(environment: [String: String]) {
        isTerminal = isatty(STDOUT_FILENO) == 1
        style = Style(isTerminal: isTerminal, environment: environment)
        self.environment = environment
    }

    /// The terminal's size; nil if it is none.
    var size: (columns: Int, rows: Int)? {
        guard isTerminal else { return nil }
        var window = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 {
            return (Int(window.ws_col), max(1, Int(window.ws_row)))
        }
        let columns = environment["COLUMNS"].flatMap(Int.init) ?? 80
        let rows = environment["LINES"].flatMap(Int.init) ?? 24
        return (max(20, columns), max(5, rows))
    }

    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { systemWrite(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR || errno == EAGAIN { continue }
            // The reader is gone, as behind `| head`: there is no use in going on.
            guard written > 0 else { exit(0) }
            bytes = bytes.dropFirst(written)
        }
    }

    func line(_ text: String) { write(text + "\n") }

    func lines(_ lines: [String]) { if !lines.isEmpty { write(lines.map { $0 + "\n" }.joined()) } }

    /// A table, as wide as the terminal.
    func table(_ table: TextTable) { lines(table.lines(width: size?.columns, style: style)) }
}
