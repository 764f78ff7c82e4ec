// SPDX-License-Identifier: MIT

/// Keeps what was computed, up to a number of bytes; what was used longest ago goes first.
package struct EmbeddingCache<Key: Hashable, Value> {
    private struct Entry {
        let value: Value
        let bytes: Int
        var used: UInt64
    }

    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0
    private let limit: Int
    /// Bytes of all values.
    package private(set) var bytes = 0

    /// - Parameter limit: bytes.
    package init(limit: Int) {
        self.limit = limit
    }

    package var count: Int { entries.count }

    /// A value, which counts as used.
    package mutating func value(for key: Key) -> Value? {
        guard let value = entries[key]?.value else { return nil }
        clock += 1
        entries[key]?.used = clock
        return value
    }

    /// Keeps a value, unless it is larger than the whole cache.
    package mutating func insert(_ value: Value, bytes size: Int, for key: Key) {
        remove(key)
        guard size <= limit else { return }
        while bytes + size > limit, let oldest = entries.min(by: { $0.value.used < $1.value.used }) {
            remove(oldest.key)
        }
        clock += 1
        entries[key] = Entry(value: value, bytes: size, used: clock)
        bytes += size
    }

    private mutating func remove(_ key: Key) {
        if let old = entries.removeValue(forKey: key) { bytes -= old.bytes }
    }
}
