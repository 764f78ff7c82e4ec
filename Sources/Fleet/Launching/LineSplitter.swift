// SPDX-License-Identifier: MIT

import Platform

/// Cuts a stream of bytes into lines. However long a line is, no more than its limit is held.
package struct LineSplitter {
    /// The most bytes of a line that are kept; the rest of it is dropped.
    package let limit: Int
    private var line: [UInt8] = []
    /// Whether bytes of the present line were dropped.
    private var isCut = false

    /// A line without its end.
    package struct Line: Equatable {
        package let text: String
        /// Whether its end was dropped because it was too long.
        package let isCut: Bool
    }

    package init(limit: Int) {
        self.limit = limit
    }

    /// Takes bytes and gives the lines that they complete. Bytes that are no UTF-8 are replaced.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) -> [Line] {
        var lines: [Line] = []
        var rest = bytes
        while let start = rest.baseAddress, let end = memchr(start, Int32(UInt8(ascii: "\n")), rest.count) {
            let length = UnsafeRawPointer(end) - start
            keep(UnsafeRawBufferPointer(rebasing: rest[..<length]))
            lines.append(take())
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
        }
        keep(rest)
        return lines
    }

    /// Gives what stands behind the last line end, if anything does.
    package mutating func finish() -> Line? {
        line.isEmpty && !isCut ? nil : take()
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        let room = limit - line.count
        if bytes.count > room { isCut = true }
        guard room > 0 else { return }
        line.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<min(room, bytes.count)]))
    }

    private mutating func take() -> Line {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer {
            line.removeAll(keepingCapacity: line.capacity <= 65_536)
            isCut = false
        }
        return Line(text: String(decoding: line, as: UTF8.self), isCut: isCut)
    }
}
