// SPDX-License-Identifier: MIT

/// Finds the line that isn't indented as far as it should be, which ends a text. Pure.
package struct IndentMatcher: Sendable {
    private let least: Int
    /// Whitespace at the beginning of the line so far; nil behind it, and in the first line.
    private var indent: Int?
    /// Whether such a line was found.
    package private(set) var hasMatched = false

    /// - Parameter least: spaces and tabs that each line but the first begins with; 0 for any.
    package init(least: Int) {
        self.least = least
    }

    /// Looks at more of the text.
    /// - Returns: how many of the bytes belong to it: all, or those up to the line's first letter.
    package mutating func append(_ bytes: [UInt8]) -> Int {
        guard least > 0, !hasMatched else { return hasMatched ? 0 : bytes.count }
        for (place, byte) in bytes.enumerated() {
            if let found = indent {
                if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
                    indent = found + 1
                    continue
                }
                guard found >= least else {
                    hasMatched = true
                    return place
                }
                indent = nil
            }
            if byte == UInt8(ascii: "\n") { indent = 0 }
        }
        return bytes.count
    }
}
