// SPDX-License-Identifier: MIT

import Synchronization

/// The last lines of a worker's log. Its size is bounded, whatever the worker writes.
package final class LogRing: Sendable {
    /// The most lines that are kept.
    package let capacity: Int
    /// The most bytes of a line that are kept.
    package let lineLimit: Int

    private let forward: @Sendable (String) -> Void

    private struct Lines {
        var storage: [String] = []
        /// Where the oldest line is, once the ring is full.
        var oldest = 0
    }
    private let lines = Mutex(Lines())

    /// - Parameter forward: Gets each line, cut to the limit.
    package init(
        capacity: Int = 200,
        lineLimit: Int = 4_096,
        forward: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.capacity = max(capacity, 1)
        self.lineLimit = max(lineLimit, 1)
        self.forward = forward
    }

    /// Appends a line, cut to the limit; the oldest one leaves when the ring is full.
    package func append(_ line: String) {
        let line = cut(line)
        lines.withLock { lines in
            if lines.storage.count < capacity {
                lines.storage.append(line)
            } else {
                lines.storage[lines.oldest] = line
                lines.oldest = (lines.oldest + 1) % capacity
            }
        }
        forward(line)
    }

    /// The last lines, oldest first.
    package func tail(_ count: Int = .max) -> [String] {
        lines.withLock { lines in
            let ordered = lines.storage[lines.oldest...] + lines.storage[..<lines.oldest]
            return Array(ordered.suffix(count))
        }
    }

    /// The line's beginning, at most `lineLimit` bytes of UTF-8, never half a character.
    private func cut(_ line: String) -> String {
        guard line.utf8.count > lineLimit else { return line }
        let utf8 = line.utf8
        var end = utf8.index(utf8.startIndex, offsetBy: lineLimit)
        while end > utf8.startIndex, String.Index(end, within: line) == nil { end = utf8.index(before: end) }
        return String(line[..<end]) + "…"
    }
}
