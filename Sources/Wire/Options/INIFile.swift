// SPDX-License-Identifier: MIT

/// A text in the INI dialect of llama-server's preset files, taken apart.
///
/// Lines are `[section]`, `key = value`, a comment that begins with `;` or `#`, or blank; CR LF, LF and CR end them. A
/// comment may follow a value. There are no escapes and no continuation lines. Beyond llama-server, a value may stand
/// in single or double quotes, which don't belong to it; between them `;` and `#` are ordinary. Outside of quotes `;`
/// and `#` begin a comment only behind a blank, since samplers and paths have them.
package struct INIFile: Sendable, Equatable {
    /// One `key = value`.
    package struct Entry: Sendable, Equatable {
        package let key: String
        package let value: String
        /// Counted from 1.
        package let line: Int
    }

    /// What stands below one `[name]`.
    package struct Section: Sendable, Equatable {
        package let name: String
        /// The line of the header; 0 for what stands before any.
        package let line: Int
        package internal(set) var entries: [Entry] = []
    }

    /// The section of the lines before the first header, as llama-server calls it.
    package static let defaultSection = "default"

    /// The sections in the order of their last headers; one that is repeated holds only what its last header starts.
    /// What stands before any header is in ``defaultSection``, which is left out if it is empty.
    package let sections: [Section]
    /// What was read otherwise than its writer may have meant.
    package let warnings: [OptionWarning]

    /// - Parameter path: names the file in errors.
    /// - Throws: what no line can be, with its place.
    package init(_ text: String, path: String) throws(OptionError) {
        var sections: [Section] = []
        var current = Section(name: Self.defaultSection, line: 0)
        var warnings: [OptionWarning] = []
        var number = 0
        for line in Self.lines(Array(text.utf8)) {
            number += 1
            let place = OptionPlace.file(path, line: number)
            let content = line.drop(while: Self.isSpace)
            switch content.first {
            case nil, UInt8(ascii: ";"), UInt8(ascii: "#"):
                continue
            case UInt8(ascii: "["):
                sections.append(current)
                let name = try Self.header(content.dropFirst(), place)
                if sections.contains(where: { $0.name == name && $0.line > 0 }) {
                    let message = "[\(name)] is there twice; the last one counts"
                    warnings.append(OptionWarning(place: place, message: message))
                }
                sections.removeAll { $0.name == name }
                current = Section(name: name, line: number)
            case let first? where Self.isKeyStart(first):
                current.entries.append(try Self.entry(content, number, place, &warnings))
            default:
                throw OptionError(place, "expected [section], key = value or a comment")
            }
        }
        sections.append(current)
        self.warnings = warnings
        self.sections = sections.filter { $0.name != Self.defaultSection || !$0.entries.isEmpty }
    }

    /// A value as it can stand in a file: in quotes if it needs them.
    package static func quoted(_ value: String) -> String {
        let bytes = Array(value.utf8)
        let isPlain =
            !bytes.contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "#") }
            && bytes.first.map { !isSpace($0) && !isQuote($0) } ?? true && bytes.last.map { !isSpace($0) } ?? true
        // A line's end has no spelling in the format; llama-server shows it like this.
        let shown = value.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\\n")
        if isPlain { return shown }
        let quote = value.contains("\"") ? "'" : "\""
        return quote + shown + quote
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var result: [ArraySlice<UInt8>] = []
        while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
            result.append(rest[..<end])
            let isPair = rest[end] == 0x0D && end + 1 < rest.endIndex && rest[end + 1] == 0x0A
            rest = rest[(end + (isPair ? 2 : 1))...]
        }
        result.append(rest)
        return result
    }

    private static func header(_ content: ArraySlice<UInt8>, _ place: OptionPlace) throws(OptionError) -> String {
        guard let end = content.firstIndex(of: UInt8(ascii: "]")) else {
            throw OptionError(place, "the section's name has no closing ]")
        }
        let name = text(trimmed(content[..<end]))
        guard !name.isEmpty else { throw OptionError(place, "the section has no name") }
        guard isEnd(content[(end + 1)...]) else { throw OptionError(place, "unexpected text behind [\(name)]") }
        return name
    }

    private static func entry(
        _ content: ArraySlice<UInt8>,
        _ line: Int,
        _ place: OptionPlace,
        _ warnings: inout [OptionWarning]
    ) throws(OptionError) -> Entry {
        let key = content.prefix { isKeyStart($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E }
        let rest = content[key.endIndex...].drop(while: isSpace)
        guard rest.first == UInt8(ascii: "=") else {
            throw OptionError(place, "expected '=' behind '\(text(key))'")
        }
        let content = rest.dropFirst().drop(while: isSpace)
        if let quote = content.first, isQuote(quote) {
            if let inner = quotedValue(content) { return Entry(key: text(key), value: text(inner), line: line) }
            let message = "'\(text(key))' begins with a quote that doesn't end its value; it belongs to the value"
            warnings.append(OptionWarning(place: place, message: message))
        }
        return Entry(key: text(key), value: text(trimmed(content[..<comment(in: content)])), line: line)
    }

    /// What stands between the quotes with which a value begins; nil if they don't hold all of it.
    private static func quotedValue(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let quote = content.first, isQuote(quote) else { return nil }
        let inner = content.dropFirst()
        guard let end = inner.firstIndex(of: quote), isEnd(inner[(end + 1)...]) else { return nil }
        return inner[..<end]
    }

    /// Where a comment begins behind a value: at a sign that follows a blank.
    private static func comment(in content: ArraySlice<UInt8>) -> Int {
        content.indices.first { index in
            isCommentSign(content[index]) && (index == content.startIndex || isSpace(content[index - 1]))
        } ?? content.endIndex
    }

    /// Whether nothing more but a comment is on the line.
    private static func isEnd(_ rest: ArraySlice<UInt8>) -> Bool {
        guard let first = rest.first(where: { !isSpace($0) }) else { return true }
        return isCommentSign(first)
    }

    private static func trimmed(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = content.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return [] }
        return start[...last]
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func isCommentSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ";") || byte == UInt8(ascii: "#") }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    private static func isKeyStart(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
    }
}
