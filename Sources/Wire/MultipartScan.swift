// SPDX-License-Identifier: MIT

/// Finds fields of a multipart form (RFC 7578) in the bytes, without copying the files beside them.
package enum MultipartScan {
    /// One part of a form.
    package struct Part: Sendable, Equatable {
        /// The field's name.
        package let name: String
        /// Whether it is a file.
        package let isFile: Bool
        /// Where its content lies in the bytes.
        package let range: Range<Int>
    }

    /// Most parts that are read of a form.
    private static let maximumParts = 128

    /// Longest value that is read, in bytes. What is longer is no model's name.
    private static let maximumValue = 4 << 10

    /// The boundary that a `Content-Type` of `multipart/form-data` names, or nil for another type.
    package static func boundary(ofContentType type: String) -> String? {
        let parts = type.split(separator: ";").map(trimmed)
        guard parts.first?.lowercased() == "multipart/form-data" else { return nil }
        for part in parts.dropFirst() where part.lowercased().hasPrefix("boundary=") {
            let value = unquoted(part.dropFirst("boundary=".count))
            return value.isEmpty || value.utf8.count > 70 ? nil : value
        }
        return nil
    }

    /// The value of the first text field of that name; nil if there is none, or the form is broken before it.
    package static func field(_ name: String, in bytes: RawSpan, boundary: String) -> String? {
        var value: Range<Int>?
        scan(bytes, boundary) { part in
            guard part.name == name, !part.isFile else { return true }
            value = part.range
            return false
        }
        guard let value, value.count <= maximumValue else { return nil }
        return text(bytes, value)
    }

    /// All parts of a form that have a name; those before the place where it is broken, and at most 128.
    package static func parts(in bytes: RawSpan, boundary: String) -> [Part] {
        var parts: [Part] = []
        scan(bytes, boundary) { part in
            parts.append(part)
            return parts.count < maximumParts
        }
        return parts
    }

    /// The text of a part.
    package static func text(of part: Part, in bytes: RawSpan) -> String { text(bytes, part.range) }

    /// Goes through the parts, as long as `body` wants more.
    private static func scan(_ bytes: RawSpan, _ boundary: String, _ body: (Part) -> Bool) {
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter has no line end before it if nothing stands before it.
        var cursor = 0
        if matches(delimiter[2...], bytes, at: 0) {
            cursor = delimiter.count - 2
        } else if let start = find(delimiter, in: bytes, from: 0) {
            cursor = start + delimiter.count
        } else {
            return
        }
        while let header = headerStart(bytes, cursor) {
            guard let end = find(Array("\r\n\r\n".utf8), in: bytes, from: header - 2), end - header < 16 << 10
            else { return }
            guard let next = find(delimiter, in: bytes, from: end + 2) else { return }
            if let (name, isFile) = disposition(text(bytes, header..<max(end, header))),
                !body(Part(name: name, isFile: isFile, range: min(end + 4, next)..<next))
            {
                return
            }
            cursor = next + delimiter.count
        }
    }

    /// Where the header of the part behind a delimiter begins; nil behind the last one.
    private static func headerStart(_ bytes: RawSpan, _ offset: Int) -> Int? {
        var cursor = offset
        while let byte = JSONScan.peek(bytes, cursor), byte == 0x20 || byte == 0x09 { cursor += 1 }
        guard JSONScan.peek(bytes, cursor) == 0x0D, JSONScan.peek(bytes, cursor + 1) == 0x0A else { return nil }
        return cursor + 2
    }

    /// A field's name, and whether it is a file, from its part's header; nil without a name.
    private static func disposition(_ header: String) -> (name: String, isFile: Bool)? {
        for line in header.split(separator: "\r\n") {
            let halves = line.split(separator: ":", maxSplits: 1)
            guard halves.count == 2, trimmed(halves[0]).lowercased() == "content-disposition" else { continue }
            let parameters = halves[1].split(separator: ";").map(trimmed)
            let isFile = parameters.contains { $0.lowercased().hasPrefix("filename") }
            return parameters.first { $0.lowercased().hasPrefix("name=") }.map { (unquoted($0.dropFirst(5)), isFile) }
        }
        return nil
    }

    private static func find(_ pattern: [UInt8], in bytes: RawSpan, from start: Int) -> Int? {
        var cursor = start
        while cursor + pattern.count <= bytes.byteCount {
            // Eight bytes at a time while there is no carriage return among them.
            while cursor + 8 <= bytes.byteCount {
                let word = bytes.unsafeLoadUnaligned(fromByteOffset: cursor, as: UInt64.self) ^ 0x0D0D_0D0D_0D0D_0D0D
                if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { break }
                cursor += 8
            }
            if matches(pattern[...], bytes, at: cursor) { return cursor }
            cursor += 1
        }
        return nil
    }

    private static func matches(_ pattern: ArraySlice<UInt8>, _ bytes: RawSpan, at offset: Int) -> Bool {
        var offset = offset
        for byte in pattern {
            guard JSONScan.peek(bytes, offset) == byte else { return false }
            offset += 1
        }
        return true
    }

    private static func text(_ bytes: RawSpan, _ range: Range<Int>) -> String {
        String(decoding: range.map { bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }, as: UTF8.self)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private static func unquoted(_ text: Substring) -> String {
        guard text.count >= 2, text.first == "\"", text.last == "\"" else { return String(text) }
        return String(text.dropFirst().dropLast())
    }
}
