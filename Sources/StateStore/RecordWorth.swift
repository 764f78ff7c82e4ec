// SPDX-License-Identifier: MIT

/// Which records go first where there is no room for all: those that save least time for each byte. Pure.
package enum RecordWorth {
    /// Seconds without use after which a conversation is half as likely to go on.
    private static let halfLife = 12.0 * 3600

    /// What there is to know of a record without opening it.
    package struct Facts: Sendable, Equatable {
        package let name: RecordName
        package let bytes: Int64
        /// What it takes to compute the state again.
        package let seconds: Double
        /// The record whose file it needs; nil for none.
        package let base: RecordName?
        /// How many seconds ago it was written or used; below 0 where the clock was set back.
        package let age: Double

        package init(name: RecordName, bytes: Int64, seconds: Double, base: RecordName? = nil, age: Double) {
            self.name = name
            self.bytes = bytes
            self.seconds = seconds
            self.base = base
            self.age = age
        }
    }

    /// What goes.
    package struct Leaving: Sendable, Equatable {
        /// In order.
        package var records: [RecordName]
        /// Files that no record has parts in any more.
        package var bases: [RecordName]

        package init(records: [RecordName] = [], bases: [RecordName] = []) {
            self.records = records
            self.bases = bases
        }
    }

    /// Seconds that a byte saves, on average.
    /// - Parameter bytes: those that its removal frees; nil for its own.
    package static func worth(_ record: Facts, freeing bytes: Int64? = nil) -> Double {
        var likelihood = 1.0
        // No library is needed for a power of two that only orders.
        var halves = min(max(record.age, 0) / halfLife, 60)
        while halves >= 1 {
            likelihood /= 2
            halves -= 1
        }
        return record.seconds * likelihood * (1 - halves / 2) / Double(max(bytes ?? record.bytes, 1))
    }

    /// What has to go so that the rest has at most `limit` bytes.
    /// - Parameter bases: the files that records have parts in, with their bytes. One is the same file as the record of its name, if that
    ///   is there.
    package static func leaving(_ records: [Facts], bases: [RecordName: Int64] = [:], limit: Int64) -> Leaving {
        var shares = Shares(records, bases)
        var left = shares.bytes
        var leaving = Leaving()
        var rest = records
        while left > limit {
            // What others have parts in goes after them: before, that would free nothing.
            let next = rest.indices.lazy.map { (index: $0, freed: shares.freed(by: rest[$0])) }
                .filter { $0.freed > 0 || shares.isFree(rest[$0.index]) }
                .min { one, other in
                    let (first, second) = (rest[one.index], rest[other.index])
                    // Of those that are worth the same the older one goes, then any, but always the same.
                    return (worth(first, freeing: one.freed), -first.age, first.name.id)
                        < (worth(second, freeing: other.freed), -second.age, second.name.id)
                }
            guard let next else { break }
            let record = rest.remove(at: next.index)
            left -= next.freed
            leaving.records.append(record.name)
            if let base = shares.remove(record) { leaving.bases.append(base) }
        }
        return leaving
    }

    /// Which records have parts in which files.
    private struct Shares {
        /// The sizes of files that records have parts in.
        private let bases: [RecordName: Int64]
        /// How many records have parts in each.
        private var users: [RecordName: Int] = [:]
        private var present: Set<RecordName>
        /// Bytes of all files.
        let bytes: Int64

        init(_ records: [Facts], _ bases: [RecordName: Int64]) {
            self.bases = bases
            present = Set(records.map(\.name))
            for case let base? in records.map(\.base) { users[base, default: 0] += 1 }
            let lone = bases.filter { [present] in !present.contains($0.key) }.values
            bytes = records.reduce(Int64(0)) { $0 + $1.bytes } + lone.reduce(0, +)
        }

        /// Whether no other record has parts in this one.
        func isFree(_ record: Facts) -> Bool { users[record.name, default: 0] == 0 }

        /// The bytes that there are fewer without the record.
        func freed(by record: Facts) -> Int64 {
            let own = isFree(record) ? record.bytes : 0
            guard let base = record.base, users[base] == 1, !present.contains(base) else { return own }
            return own + (bases[base] ?? 0)
        }

        /// - Returns: the file that no record has parts in any more.
        mutating func remove(_ record: Facts) -> RecordName? {
            present.remove(record.name)
            guard let base = record.base, let count = users[base] else { return nil }
            users[base] = count == 1 ? nil : count - 1
            return count == 1 ? base : nil
        }
    }
}
