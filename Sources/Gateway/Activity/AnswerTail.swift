// SPDX-License-Identifier: MIT

package import NIOCore
import Wire

/// The last bytes of an answer: its figures stand there, and what went wrong. Filling it costs a copy of each part and no
/// look at it.
package struct AnswerTail {
    /// How many bytes are kept at least, if there are so many.
    package static let limit = 2048

    private var buffer = ByteBuffer()

    package init() {}

    package var isEmpty: Bool { buffer.readableBytes == 0 }

    package mutating func append(_ part: ByteBuffer) {
        let count = part.readableBytes
        guard count < Self.limit else {
            buffer.clear()
            buffer.writeImmutableBuffer(part.getSlice(at: part.writerIndex - Self.limit, length: Self.limit) ?? part)
            return
        }
        if buffer.readableBytes + count > 2 * Self.limit {
            buffer.moveReaderIndex(forwardBy: max(0, buffer.readableBytes - Self.limit))
            buffer.discardReadBytes()
        }
        buffer.writeImmutableBuffer(part)
    }

    package mutating func clear() { buffer = ByteBuffer() }

    /// How many tokens were generated, in the words of any dialect; nil if nothing says so.
    package var tokens: Int? { number(of: Self.keys) }

    /// How many tokens of the prompt needed no computing, since they were computed before; nil if nothing says so.
    package var cachedTokens: Int? { number(of: Self.cacheKeys) }

    /// The last number under the first of these names that is there. What stands in a string of the answer has its quotes escaped,
    /// and isn't taken for it.
    private func number(of keys: [[UInt8]]) -> Int? {
        let bytes = Array(buffer.readableBytesView)
        var found: (rank: Int, value: Int)?
        var index = bytes.count - 1
        while index > 1, found?.rank != 0 {
            defer { index -= 1 }
            guard bytes[index] == UInt8(ascii: ":"), bytes[index - 1] == UInt8(ascii: "\"") else { continue }
            let rank = keys.firstIndex { bytes[..<index].suffix($0.count).elementsEqual($0) }
            guard let rank, rank < found?.rank ?? .max else { continue }
            var value = 0
            var place = index + 1
            while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
            let start = place
            while place < bytes.count, place - start < 12, case let digit = bytes[place] &- 0x30, digit < 10 {
                value = value * 10 + Int(digit)
                place += 1
            }
            if place > start { found = (rank, value) }
        }
        return found?.value
    }

    /// What the answer says went wrong: it is an error, or a stream whose last event is one.
    package var error: String? {
        let text = String(buffer: buffer)
        var object = text[...]
        if let line = text.range(of: "\n{\"error\":\"", backwards: true) {
            object = text[line.lowerBound...].dropFirst()
        } else if !text.hasPrefix("{") {
            guard let data = text.range(of: "data: {\"error\"", backwards: true) else {
                guard let data = text.range(of: "data: {\"type\":\"error\"", backwards: true) else { return nil }
                return Self.message(text[data.lowerBound...].dropFirst("data: ".count))
            }
            object = text[data.lowerBound...].dropFirst("data: ".count)
        }
        return Self.message(object)
    }

    private static func message(_ object: Substring) -> String? {
        let line = object.prefix { !$0.isNewline }
        guard let json = try? JSONValue(parsing: String(line)) else { return nil }
        let sentence = json["error"]?["message"]?.string ?? json["error"]?.string
        return sentence.map { String($0.prefix(1000)) }
    }

    /// Members that hold the number, the one first that is of all choices of an answer.
    private static let keys: [[UInt8]] = [
        "completion_tokens", "output_tokens", "tokens_predicted", "predicted_n", "eval_count",
    ].map { Array("\"\($0)\"".utf8) }

    private static let cacheKeys: [[UInt8]] = [
        "cached_tokens", "cache_read_input_tokens", "cache_n",
    ].map { Array("\"\($0)\"".utf8) }
}

extension String {
    /// Where a text stands for the last time.
    fileprivate func range(of text: String, backwards: Bool) -> Range<Index>? {
        var result: Range<Index>?
        var rest = self[...]
        while let found = rest.firstRange(of: text) {
            result = found
            rest = self[found.upperBound...]
        }
        return result
    }
}
