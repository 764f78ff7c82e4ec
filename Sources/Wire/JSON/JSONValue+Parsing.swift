// SPDX-License-Identifier: MIT

extension JSONValue {
    /// Parses a whole text.
    /// - Throws: `JSONError` if the text is no JSON, or more follows the value.
    package init(parsing bytes: RawSpan) throws(JSONError) {
        var cursor = JSONScan.start(bytes)
        self = try Self.value(bytes, &cursor, depth: 0)
        JSONScan.skipSpace(bytes, &cursor)
        guard cursor == bytes.byteCount else {
            throw JSONError(offset: cursor, message: "unexpected text behind the value")
        }
    }

    /// Parses the UTF-8 of a string.
    package init(parsing text: String) throws(JSONError) {
        let bytes = Array(text.utf8)
        try self.init(parsing: bytes.span.bytes)
    }

    private static func value(_ bytes: RawSpan, _ cursor: inout Int, depth: Int) throws(JSONError) -> JSONValue {
        JSONScan.skipSpace(bytes, &cursor)
        switch JSONScan.peek(bytes, cursor) {
        case UInt8(ascii: "{"):
            return .object(try members(bytes, &cursor, depth: depth))
        case UInt8(ascii: "["):
            return .array(try elements(bytes, &cursor, depth: depth))
        case UInt8(ascii: "\""):
            return .string(try string(bytes, &cursor))
        case let first? where first == UInt8(ascii: "-") || (0x30...0x39).contains(first):
            return try number(bytes, &cursor)
        case let first:
            try JSONScan.skipValue(bytes, &cursor)
            return first == UInt8(ascii: "n") ? .null : .bool(first == UInt8(ascii: "t"))
        }
    }

    private static func members(_ bytes: RawSpan, _ cursor: inout Int, depth: Int) throws(JSONError) -> [Member] {
        try JSONScan.checkDepth(depth, cursor)
        cursor += 1
        var result: [Member] = []
        JSONScan.skipSpace(bytes, &cursor)
        if JSONScan.peek(bytes, cursor) == UInt8(ascii: "}") {
            cursor += 1
            return result
        }
        repeat {
            JSONScan.skipSpace(bytes, &cursor)
            let name = try string(bytes, &cursor)
            try JSONScan.expect(UInt8(ascii: ":"), bytes, &cursor)
            result.append(Member(name, try value(bytes, &cursor, depth: depth + 1)))
        } while try !JSONScan.isLast(UInt8(ascii: "}"), bytes, &cursor)
        return result
    }

    private static func elements(_ bytes: RawSpan, _ cursor: inout Int, depth: Int) throws(JSONError) -> [JSONValue] {
        try JSONScan.checkDepth(depth, cursor)
        cursor += 1
        var result: [JSONValue] = []
        JSONScan.skipSpace(bytes, &cursor)
        if JSONScan.peek(bytes, cursor) == UInt8(ascii: "]") {
            cursor += 1
            return result
        }
        repeat {
            result.append(try value(bytes, &cursor, depth: depth + 1))
        } while try !JSONScan.isLast(UInt8(ascii: "]"), bytes, &cursor)
        return result
    }

    private static func number(_ bytes: RawSpan, _ cursor: inout Int) throws(JSONError) -> JSONValue {
        let start = cursor
        let whole = try JSONScan.skipNumber(bytes, &cursor)
        let text = JSONText.ascii(bytes, start..<cursor)
        if whole, let integer = Int64(text) { return .integer(integer) }
        // Double("1e999") is infinity; the range checks of each field refuse it with the field's name.
        guard let number = Double(text) else {
            throw JSONError(offset: start, message: "a number that cannot be read")
        }
        return .number(number)
    }

    private static func string(_ bytes: RawSpan, _ cursor: inout Int) throws(JSONError) -> String {
        let (text, escaped) = try JSONScan.skipString(bytes, &cursor)
        return try JSONText.string(bytes, text, escaped: escaped)
    }
}
