// SPDX-License-Identifier: MIT

import Engine
import Testing

@Suite("Lines that must be indented")
struct IndentMatcherTests {
    /// What is left of a text that comes in parts of a size.
    private func rest(_ text: String, least: Int, by size: Int) -> (text: String, hasMatched: Bool) {
        var matcher = IndentMatcher(least: least)
        var left: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let part = Array(bytes.prefix(size))
            bytes = bytes.dropFirst(size)
            left += part[..<matcher.append(part)]
        }
        return (String(decoding: left, as: UTF8.self), matcher.hasMatched)
    }

    @Test("the first line that isn't indented far enough ends the text, however it comes", arguments: [1, 2, 3, 100])
    func ends(size: Int) {
        #expect(rest("a\n  b\n  c\nd\n  e", least: 2, by: size) == ("a\n  b\n  c\n", true))
        #expect(rest("a\n b", least: 2, by: size) == ("a\n ", true))
        #expect(rest("a\n\tb\n\t\tc", least: 1, by: size) == ("a\n\tb\n\t\tc", false))
        #expect(rest("a\n  b\n\n  c", least: 2, by: size) == ("a\n  b\n", true))
        #expect(rest("first lines are free", least: 9, by: size) == ("first lines are free", false))
        #expect(rest("a\n   ", least: 2, by: size) == ("a\n   ", false))
        #expect(rest("a\nb\nc", least: 0, by: size) == ("a\nb\nc", false))
    }
}
