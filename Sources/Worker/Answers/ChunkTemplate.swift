// SPDX-License-Identifier: MIT

package import Wire

/// A chunk of a stream that differs from its neighbours only in one string: what stands before and behind it is made
/// once for a request, so that no encoder runs for a token.
package struct ChunkTemplate: Sendable {
    private let prefix: [UInt8]
    private let suffix: [UInt8]

    /// - Parameter chunk: makes the chunk with a given string in it.
    package init(_ chunk: (JSONValue) -> JSONValue) {
        // No JSON text of ours contains this character, so it marks the place.
        let mark = "\u{F8FF}"
        let bytes = [UInt8].event(chunk(.string(mark)))
        let marked = Array(mark.utf8)
        let start = bytes.indices.first { bytes[$0...].starts(with: marked) } ?? bytes.endIndex
        prefix = Array(bytes[..<start])
        suffix = Array(bytes[min(start + marked.count, bytes.endIndex)...])
    }

    /// The chunk with this text, UTF-8.
    package func bytes(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(prefix.count + text.count + text.count / 4 + suffix.count)
        result.append(contentsOf: prefix)
        JSONText.appendEscaped(text, to: &result)
        result.append(contentsOf: suffix)
        return result
    }
}
