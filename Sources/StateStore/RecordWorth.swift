// SPDX-License-Identifier: MIT

/// Which records go first where there is no room for all: those that save least time for each byte. Pure.
package enum RecordWorth {
    /// After so many seconds without use a conversation is half as likely to go on.
    private static let halfLife = 12.0 * 3600

    /// What there is to know of a record without opening it.
    package struct Facts: Sendable, Equatable {
        package let name: RecordName
        package let bytes: Int64
        /// What it takes to compute the state again.
        package let seconds: Double
        /// How many seconds ago it was written or used; below 0 where the clock was set back.
        package let age: Double

        package init(name: RecordName, bytes: Int64, seconds: Double, age: Double) {
            self.name = name
            self.bytes = bytes
            self.seconds = seconds
            self.age = age
        }
    }

    /// Seconds that a byte saves, on average.
    package static func worth(_ record: Facts) -> Double {
        var likelihood = 1.0
        // No library is needed for a power of two that only orders.
        var halves = min(max(record.age, 0) / halfLife, 60)
        while halves >= 1 {
            likelihood /= 2
            halves -= 1
        }
        return record.seconds * likelihood * (1 - halves / 2) / Double(max(record.bytes, 1))
    }

    /// Those that have to go so that the rest has at most so many bytes, in order.
    package static func leaving(_ records: [Facts], limit: Int64) -> [RecordName] {
        var left = records.reduce(Int64(0)) { $0 + $1.bytes }
        guard left > limit else { return [] }
        let order = records.map { (record: $0, worth: worth($0)) }.sorted {
            // Of those that are worth the same the older one goes, then any, but always the same.
            ($0.worth, -$0.record.age, $0.record.name.id) < ($1.worth, -$1.record.age, $1.record.name.id)
        }
        var leaving: [RecordName] = []
        for (record, _) in order where left > limit {
            leaving.append(record.name)
            left -= record.bytes
        }
        return leaving
    }
}
