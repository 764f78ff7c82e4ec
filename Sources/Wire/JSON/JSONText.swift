// SPDX-License-Identifier: MIT

/// Reads and writes the text between the quotes of a JSON string.
package enum JSONText {
    /// The string that a range of bytes stands for.
    /// - Throws: `JSONError` for bytes that are no UTF-8 and for half of a surrogate pair.
    package static func string(_ bytes: RawSpan, _ range: Range<Int>, escaped: Bool) throws(JSONError) -> String {
        guard !escaped else { return try unescaped(bytes, range) }
        return try checked(ascii8(bytes, range), at: range.lowerBound)
    }

    /// The characters of a range that is known to hold ASCII only.
    static func ascii(_ bytes: RawSpan, _ range: Range<Int>) -> String {
        String(decoding: ascii8(bytes, range), as: UTF8.self)
    }

    /// Appends text as it stands between the quotes of a JSON string.
    /// - Parameter text: UTF-8.
    package static func appendEscaped(_ text: some Sequence<UInt8>, to output: inout [UInt8]) {
        let isDone: Void? = text.withContiguousStorageIfAvailable { bytes in
            // What needs no escape goes as a whole.
            var start = 0
            for index in bytes.indices where isEscaped(bytes[index]) {
                output.append(contentsOf: bytes[start..<index])
                appendEscape(of: bytes[index], to: &output)
                start = index + 1
            }
            output.append(contentsOf: bytes[start...])
        }
        guard isDone == nil else { return }
        for byte in text {
            if isEscaped(byte) { appendEscape(of: byte, to: &output) } else { output.append(byte) }
        }
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
    }

    private static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x09: output.append(UInt8(ascii: "t"))
        default:
            let digits = Array("0123456789abcdef".utf8)
            output.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
            output.append(digits[Int(byte >> 4)])
            output.append(digits[Int(byte & 15)])
        }
    }

    private static func ascii8(_ bytes: RawSpan, _ range: Range<Int>) -> [UInt8] {
        bytes.extracting(range).withUnsafeBytes { Array($0) }
    }

    private static func checked(_ utf8: [UInt8], at offset: Int) throws(JSONError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw JSONError(offset: offset, message: "a string that is not valid UTF-8")
        }
        return text
    }

    private static func unescaped(_ bytes: RawSpan, _ range: Range<Int>) throws(JSONError) -> String {
        let source = ascii8(bytes, range)
        var output: [UInt8] = []
        output.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            guard source[index] == 0x5C else {
                output.append(source[index])
                index += 1
                continue
            }
            let kind = source[index + 1]
            index += 2
            switch kind {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"):
                let scalar = try scalar(source, &index, offset: range.lowerBound)
                output.append(contentsOf: Array(String(Character(scalar)).utf8))
            default: output.append(kind)
            }
        }
        return try checked(output, at: range.lowerBound)
    }

    /// Reads the four digits behind `\u`, and the second half of a surrogate pair.
    private static func scalar(
        _ source: [UInt8],
        _ index: inout Int,
        offset: Int
    ) throws(JSONError) -> UnicodeScalar {
        let first = hexadecimal(source, index)
        index += 4
        if let scalar = UnicodeScalar(first) { return scalar }
        let lone = JSONError(offset: offset + index, message: "half of a surrogate pair in a string")
        guard (0xD800..<0xDC00).contains(first), index + 6 <= source.count,
            source[index] == 0x5C, source[index + 1] == UInt8(ascii: "u")
        else { throw lone }
        let second = hexadecimal(source, index + 2)
        guard (0xDC00..<0xE000).contains(second),
            let scalar = UnicodeScalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw lone }
        index += 6
        return scalar
    }

    private static func hexadecimal(_ source: [UInt8], _ index: Int) -> UInt32 {
        UInt32(String(decoding: source[index..<(index + 4)], as: UTF8.self), radix: 16) ?? 0
    }
}
