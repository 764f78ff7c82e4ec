// SPDX-License-Identifier: MIT

/// Takes a stream of bytes apart into lines; one that grows beyond the bound is cut.
package struct EventLines: Sendable {
    private var rest: [UInt8] = []
    private let limit: Int

    /// - Parameter limit: the longest line in bytes.
    package init(limit: Int = 8 << 20) { self.limit = limit }

    /// The lines that are whole with these bytes, without their ends.
    package mutating func add(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == 0x0A {
                if rest.last == 0x0D { rest.removeLast() }
                lines.append(String(decoding: rest, as: UTF8.self))
                rest.removeAll(keepingCapacity: true)
            } else if rest.count < limit {
                rest.append(byte)
            }
        }
        return lines
    }

    /// What stands behind the last line's end.
    package mutating func end() -> String? {
        defer { rest = [] }
        return rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
    }

    /// The data of a server-sent event's line (https://html.spec.whatwg.org/#server-sent-events); nil for another line. Each event
    /// of a router has its data in one line.
    package static func data(of line: String) -> String? {
        guard line.hasPrefix("data:") else { return nil }
        let rest = line.dropFirst("data:".count)
        return String(rest.hasPrefix(" ") ? rest.dropFirst() : rest)
    }
}
