// SPDX-License-Identifier: MIT

package import Wire

/// A chunk of a stream that differs from its neighbours in one string only, and perhaps in a number behind it. The
/// bytes around them are made once for a request, so no encoder runs for a token.
package struct ChunkTemplate: Sendable {
    private let prefix: [UInt8]
    /// Between the string and the number; what follows the string where there is none.
    private let middle: [UInt8]
    private let suffix: [UInt8]

    // No JSON text of ours contains these characters, so they mark the places.
    private static let textMark = "\u{F8FF}"
    private static let numberMark = "\u{F8FE}"

    /// - Parameters:
    ///   - event: the event's name, for dialects that have such.
    ///   - chunk: makes the chunk with a given string in it.
    package init(event: String? = nil, _ chunk: (JSONValue) -> JSONValue) {
        self.init(event: event, numbered: { text, _ in chunk(text) })
    }

    /// - Parameter chunk: makes the chunk with a given string and, behind it, a given number in it.
    package init(event: String? = nil, numbered chunk: (JSONValue, JSONValue) -> JSONValue) {
        self.init(.event(chunk(.string(Self.textMark), .string(Self.numberMark)), name: event))
    }

    /// A chunk that is a line of JSON. No initializer, since one with a closure alone would be taken for that of events.
    package static func line(_ chunk: (JSONValue) -> JSONValue) -> ChunkTemplate {
        ChunkTemplate(chunk(.string(textMark)).bytes + [0x0A])
    }

    /// - Parameter bytes: the chunk with the marks in it.
    private init(_ bytes: [UInt8]) {
        let text = Self.place(of: Array(Self.textMark.utf8), in: bytes, from: 0)
        let number = Self.place(of: Array("\"\(Self.numberMark)\"".utf8), in: bytes, from: text.upperBound)
        prefix = Array(bytes[..<text.lowerBound])
        middle = Array(bytes[text.upperBound..<number.lowerBound])
        suffix = Array(bytes[number.upperBound...])
    }

    /// The chunk with this text, UTF-8, and this number, if it has one.
    package func bytes(_ text: [UInt8], number: Int? = nil) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(prefix.count + text.count + text.count / 4 + middle.count + suffix.count + 8)
        result.append(contentsOf: prefix)
        JSONText.appendEscaped(text, to: &result)
        result.append(contentsOf: middle)
        if let number { result.append(contentsOf: String(number).utf8) }
        result.append(contentsOf: suffix)
        return result
    }

    private static func place(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Range<Int> {
        let found = bytes[start...].indices.first { bytes[$0...].starts(with: mark) }
        return found.map { $0..<($0 + mark.count) } ?? bytes.endIndex..<bytes.endIndex
    }
}
