// SPDX-License-Identifier: MIT

/// Walks JSON text without building values. Every function takes the bytes and a cursor that it moves past what it
/// read. The grammar is RFC 8259, strictly.
package enum JSONScan {
    /// How deep arrays and objects may nest. Deeper text is refused, so that recursion stays bounded.
    package static let maximumDepth = 512

    /// Where a text begins: behind the byte order mark that some programs write before UTF-8 (RFC 8259, section 8.1, lets readers
    /// pass over it).
    package static func start(_ bytes: RawSpan) -> Int {
        peek(bytes, 0) == 0xEF && peek(bytes, 1) == 0xBB && peek(bytes, 2) == 0xBF ? 3 : 0
    }

    /// Moves past spaces, tabs and line ends.
    package static func skipSpace(_ bytes: RawSpan, _ cursor: inout Int) {
        while cursor < bytes.byteCount {
            switch byte(bytes, cursor) {
            case 0x20, 0x09, 0x0A, 0x0D: cursor += 1
            default: return
            }
        }
    }

    /// Moves past one value of any kind.
    /// - Throws: `JSONError` at the first byte that the grammar forbids.
    package static func skipValue(_ bytes: RawSpan, _ cursor: inout Int, depth: Int = 0) throws(JSONError) {
        skipSpace(bytes, &cursor)
        guard cursor < bytes.byteCount else { throw .endOfText(at: cursor) }
        switch byte(bytes, cursor) {
        case UInt8(ascii: "\""):
            _ = try skipString(bytes, &cursor)
        case UInt8(ascii: "{"):
            try skipMembers(bytes, &cursor, depth: depth)
        case UInt8(ascii: "["):
            try skipElements(bytes, &cursor, depth: depth)
        case UInt8(ascii: "t"):
            try skipWord("true", bytes, &cursor)
        case UInt8(ascii: "f"):
            try skipWord("false", bytes, &cursor)
        case UInt8(ascii: "n"):
            try skipWord("null", bytes, &cursor)
        default:
            _ = try skipNumber(bytes, &cursor)
        }
    }

    /// Moves past a string, quotes included.
    /// - Returns: where the text between the quotes lies, and whether it holds escapes.
    package static func skipString(
        _ bytes: RawSpan,
        _ cursor: inout Int
    ) throws(JSONError) -> (text: Range<Int>, escaped: Bool) {
        let start = try expect(UInt8(ascii: "\""), bytes, &cursor)
        var escaped = false
        while true {
            // Eight bytes at a time while none of them needs a look: images arrive as megabytes of base64.
            while cursor + 8 <= bytes.byteCount {
                let word = bytes.unsafeLoadUnaligned(fromByteOffset: cursor, as: UInt64.self)
                if Self.hasQuoteEscapeOrControl(word) { break }
                cursor += 8
            }
            guard cursor < bytes.byteCount else { throw .endOfText(at: cursor) }
            switch byte(bytes, cursor) {
            case UInt8(ascii: "\""):
                let end = cursor
                cursor += 1
                return (start..<end, escaped)
            case UInt8(ascii: "\\"):
                escaped = true
                try skipEscape(bytes, &cursor)
            case 0..<0x20:
                throw JSONError(offset: cursor, message: "a control character inside a string must be escaped")
            default:
                cursor += 1
            }
        }
    }

    /// Moves past a number.
    /// - Returns: whether it is written without fraction and exponent.
    package static func skipNumber(_ bytes: RawSpan, _ cursor: inout Int) throws(JSONError) -> Bool {
        let start = cursor
        if peek(bytes, cursor) == UInt8(ascii: "-") { cursor += 1 }
        if peek(bytes, cursor) == UInt8(ascii: "0") {
            cursor += 1
        } else {
            try skipDigits(bytes, &cursor, numberStart: start)
        }
        var whole = true
        if peek(bytes, cursor) == UInt8(ascii: ".") {
            whole = false
            cursor += 1
            try skipDigits(bytes, &cursor, numberStart: start)
        }
        if let e = peek(bytes, cursor), e == UInt8(ascii: "e") || e == UInt8(ascii: "E") {
            whole = false
            cursor += 1
            if let sign = peek(bytes, cursor), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { cursor += 1 }
            try skipDigits(bytes, &cursor, numberStart: start)
        }
        return whole
    }

    /// Moves past one given byte, after white space.
    /// - Returns: the offset behind it.
    @discardableResult
    package static func expect(
        _ wanted: UInt8,
        _ bytes: RawSpan,
        _ cursor: inout Int
    ) throws(JSONError) -> Int {
        skipSpace(bytes, &cursor)
        guard let found = peek(bytes, cursor) else { throw .endOfText(at: cursor) }
        guard found == wanted else {
            throw JSONError(offset: cursor, message: "expected '\(Character(UnicodeScalar(wanted)))'")
        }
        cursor += 1
        return cursor
    }

    /// The byte at an offset, or nil behind the end.
    package static func peek(_ bytes: RawSpan, _ offset: Int) -> UInt8? {
        offset < bytes.byteCount ? byte(bytes, offset) : nil
    }

    @inline(__always)
    private static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
        bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    private static func skipMembers(_ bytes: RawSpan, _ cursor: inout Int, depth: Int) throws(JSONError) {
        try checkDepth(depth, cursor)
        cursor += 1
        skipSpace(bytes, &cursor)
        if peek(bytes, cursor) == UInt8(ascii: "}") {
            cursor += 1
            return
        }
        while true {
            skipSpace(bytes, &cursor)
            _ = try skipString(bytes, &cursor)
            try expect(UInt8(ascii: ":"), bytes, &cursor)
            try skipValue(bytes, &cursor, depth: depth + 1)
            if try isLast(UInt8(ascii: "}"), bytes, &cursor) { return }
        }
    }

    private static func skipElements(_ bytes: RawSpan, _ cursor: inout Int, depth: Int) throws(JSONError) {
        try checkDepth(depth, cursor)
        cursor += 1
        skipSpace(bytes, &cursor)
        if peek(bytes, cursor) == UInt8(ascii: "]") {
            cursor += 1
            return
        }
        while true {
            try skipValue(bytes, &cursor, depth: depth + 1)
            if try isLast(UInt8(ascii: "]"), bytes, &cursor) { return }
        }
    }

    /// Moves past the comma or the closing bracket that follows an element.
    package static func isLast(_ closing: UInt8, _ bytes: RawSpan, _ cursor: inout Int) throws(JSONError) -> Bool {
        skipSpace(bytes, &cursor)
        guard let found = peek(bytes, cursor) else { throw .endOfText(at: cursor) }
        guard found == closing || found == UInt8(ascii: ",") else {
            throw JSONError(offset: cursor, message: "expected ',' or '\(Character(UnicodeScalar(closing)))'")
        }
        cursor += 1
        return found == closing
    }

    package static func checkDepth(_ depth: Int, _ cursor: Int) throws(JSONError) {
        guard depth < maximumDepth else {
            throw JSONError(offset: cursor, message: "nested deeper than \(maximumDepth) levels")
        }
    }

    private static func skipEscape(_ bytes: RawSpan, _ cursor: inout Int) throws(JSONError) {
        cursor += 1
        guard let kind = peek(bytes, cursor) else { throw .endOfText(at: cursor) }
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            cursor += 1
        case UInt8(ascii: "u"):
            cursor += 1
            for _ in 0..<4 {
                guard let digit = peek(bytes, cursor) else { throw .endOfText(at: cursor) }
                guard Character(UnicodeScalar(digit)).isHexDigit, digit < 0x80 else {
                    throw JSONError(offset: cursor, message: "'\\u' needs four hexadecimal digits")
                }
                cursor += 1
            }
        default:
            throw JSONError(offset: cursor, message: "unknown escape in a string")
        }
    }

    private static func skipDigits(
        _ bytes: RawSpan,
        _ cursor: inout Int,
        numberStart: Int
    ) throws(JSONError) {
        let first = cursor
        while let digit = peek(bytes, cursor), digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") { cursor += 1 }
        guard cursor > first else {
            if cursor >= bytes.byteCount { throw .endOfText(at: cursor) }
            throw JSONError(offset: numberStart, message: "expected a value")
        }
    }

    private static func skipWord(_ word: StaticString, _ bytes: RawSpan, _ cursor: inout Int) throws(JSONError) {
        let start = cursor
        for wanted in word.description.utf8 {
            guard peek(bytes, cursor) == wanted else {
                throw JSONError(offset: start, message: "expected a value")
            }
            cursor += 1
        }
    }

    /// Whether any byte of the word is a quote, a backslash or a control character. The test for a zero byte is the
    /// usual one, (x - 0x01..) & ~x & 0x80.. ; it may say yes too often, never too seldom.
    @inline(__always)
    private static func hasQuoteEscapeOrControl(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (ones &* 0x22)
        let escape = word ^ (ones &* 0x5C)
        let found =
            ((quote &- ones) & ~quote) | ((escape &- ones) & ~escape) | ((word &- (ones &* 0x20)) & ~word)
        return found & highs != 0
    }
}
