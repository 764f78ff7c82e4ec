// SPDX-License-Identifier: MIT

/// Finds one top-level member of a JSON body in the bytes, without decoding the rest. The router routes by it: a body
/// with megabytes of images costs microseconds.
package enum RequestScan {
    /// What stands at the key.
    package enum Finding: Sendable, Equatable {
        /// A string, decoded.
        case text(String)
        /// `true` or `false`.
        case truth(Bool)
        /// A value of another kind.
        case other
        /// No such member, or null.
        case absent
    }

    /// Looks for the first member of that name at the top level.
    ///
    /// The text behind the member isn't looked at: the worker, which parses everything, reports what is wrong there.
    /// - Throws: `JSONError` if the body is no JSON object, as far as it was read.
    package static func find(_ key: String, in bytes: RawSpan) throws(JSONError) -> Finding {
        var result = Finding.absent
        try walk(key, in: bytes) { (cursor: inout Int) throws(JSONError) in result = try finding(bytes, &cursor) }
        return result
    }

    /// Walks over the members up to the first of that name.
    /// - Parameter found: called where its value stands, if there is one.
    private static func walk(
        _ key: String,
        in bytes: RawSpan,
        found: (inout Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        var cursor = JSONScan.start(bytes)
        JSONScan.skipSpace(bytes, &cursor)
        guard JSONScan.peek(bytes, cursor) == UInt8(ascii: "{") else {
            throw JSONError(offset: cursor, message: "the body must be a JSON object")
        }
        cursor += 1
        JSONScan.skipSpace(bytes, &cursor)
        if JSONScan.peek(bytes, cursor) == UInt8(ascii: "}") { return }
        repeat {
            JSONScan.skipSpace(bytes, &cursor)
            let (text, escaped) = try JSONScan.skipString(bytes, &cursor)
            let matches = try isKey(key, bytes, text, escaped: escaped)
            try JSONScan.expect(UInt8(ascii: ":"), bytes, &cursor)
            if matches { return try found(&cursor) }
            try JSONScan.skipValue(bytes, &cursor, depth: 1)
        } while try !JSONScan.isLast(UInt8(ascii: "}"), bytes, &cursor)
    }

    /// The first member of that name at the top level, decoded; nil where there is none.
    /// - Throws: `JSONError` as `find` does, and for a value that is no JSON.
    package static func value(_ key: String, in bytes: RawSpan) throws(JSONError) -> JSONValue? {
        var found: Range<Int>?
        try walk(key, in: bytes) { (cursor: inout Int) throws(JSONError) in
            JSONScan.skipSpace(bytes, &cursor)
            let start = cursor
            try JSONScan.skipValue(bytes, &cursor, depth: 1)
            found = start..<cursor
        }
        guard let found else { return nil }
        return try JSONValue(parsing: bytes.extracting(found))
    }

    private static func finding(_ bytes: RawSpan, _ cursor: inout Int) throws(JSONError) -> Finding {
        JSONScan.skipSpace(bytes, &cursor)
        let first = JSONScan.peek(bytes, cursor)
        guard first == UInt8(ascii: "\"") else {
            try JSONScan.skipValue(bytes, &cursor, depth: 1)
            switch first {
            case UInt8(ascii: "t"): return .truth(true)
            case UInt8(ascii: "f"): return .truth(false)
            case UInt8(ascii: "n"): return .absent
            default: return .other
            }
        }
        let (text, escaped) = try JSONScan.skipString(bytes, &cursor)
        return .text(try JSONText.string(bytes, text, escaped: escaped))
    }

    private static func isKey(
        _ key: String,
        _ bytes: RawSpan,
        _ text: Range<Int>,
        escaped: Bool
    ) throws(JSONError) -> Bool {
        if escaped { return try JSONText.string(bytes, text, escaped: true) == key }
        guard text.count == key.utf8.count else { return false }
        var offset = text.lowerBound
        for byte in key.utf8 {
            guard JSONScan.peek(bytes, offset) == byte else { return false }
            offset += 1
        }
        return true
    }
}
