// SPDX-License-Identifier: MIT

import StateStore
import TestKit
import Testing

/// What a record's header says, and what is taken for damage.
@Suite("Records are whole or none") struct RecordTests {
    static func header(_ words: [Int32] = [1, 2, 3], start: Int = .max, base: UInt64 = 0, sections: Int = 2)
        -> RecordHeader
    {
        RecordHeader(
            model: "ö.gguf",
            fingerprint: 7,
            seconds: 1.5,
            scales: start == .max ? [] : [0.5],
            start: start,
            base: base,
            draft: 9,
            words: words,
            sections: (0..<sections).map {
                .init(length: 3 - $0, first: -1, bytes: 4 + $0, sum: UInt64($0), stored: base == 0 ? nil : 2)
            }
        )
    }

    @Test("a header comes back as it was", arguments: [Int.max, 0, 12], [0, 5] as [UInt64])
    func comesBack(start: Int, base: UInt64) {
        let header = Self.header(start: start, base: base)
        #expect(RecordHeader.base(header.bytes) == base)
        #expect(header.bytes.count == header.size)
        #expect(RecordHeader.size(header.bytes) == header.size)
        #expect(RecordHeader(header.bytes, fileSize: header.recordSize) == header)
        #expect(RecordHeader.seconds(header.bytes) == 1.5)
    }

    @Test("no bit of a header may be another one, and none may be missing")
    func damage() {
        let header = Self.header(base: 5)
        let bytes = header.bytes
        for place in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[place] ^= 1 << UInt8(bit)
                #expect(RecordHeader(damaged, fileSize: header.recordSize) == nil, "bit \(bit) of byte \(place)")
            }
            #expect(RecordHeader(Array(bytes.prefix(place)), fileSize: header.recordSize) == nil)
        }
        #expect(RecordHeader(bytes, fileSize: header.recordSize - 1) == nil)
        #expect(RecordHeader(bytes, fileSize: header.recordSize + 1) == nil)
    }

    @Test("arbitrary bytes are no header, and trap nothing")
    func noise() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            var bytes = Self.header().bytes
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                bytes[Int.random(in: 8..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = RecordHeader.size(bytes)
            _ = RecordHeader.seconds(bytes)
            #expect(RecordHeader(bytes, fileSize: Int.random(in: 0...1 << 40, using: &random)) == nil)
        }
    }

    @Test("no flip of one or two bits, and no byte less or more, leaves a section's sum as it was")
    func sums() {
        func sum(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { SectionSum.of($0) } }
        for count in [0, 1, 7, 8, 31, 32, 33, 100] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            var seen: Set<UInt64> = [sum(bytes)]
            var tries = 1
            for bit in 0..<(8 * count) {
                var flipped = bytes
                flipped[bit / 8] ^= 1 << UInt8(bit % 8)
                seen.insert(sum(flipped))
                tries += 1
                for other in stride(from: bit + 1, to: 8 * count, by: 13) {
                    var twice = flipped
                    twice[other / 8] ^= 1 << UInt8(other % 8)
                    seen.insert(sum(twice))
                    tries += 1
                }
            }
            for more in [bytes + [0], bytes + [0, 0], Array(bytes.dropLast())] where more != bytes {
                seen.insert(sum(more))
                tries += 1
            }
            #expect(seen.count == tries, "\(count) bytes")
        }
    }

    @Test("pieces that change their places change a section's sum, and several threads come to the same one")
    func pieces() {
        let piece = SectionSum.pieceBytes
        var bytes = [UInt8](repeating: 7, count: 3 * piece + 5)
        bytes[0] = 1
        let sum = bytes.withUnsafeBytes { bytes in
            let sum = SectionSum.of(bytes)
            #expect(SectionSum.of(bytes) { _ in true } == sum)
            #expect(SectionSum.of(bytes) { $0.count == piece } == nil)
            return sum
        }
        bytes.swapAt(0, piece)
        #expect(bytes.withUnsafeBytes { SectionSum.of($0) } != sum)
    }

    @Test("the same tokens, computed alike, have the same number")
    func numbers() {
        #expect(Self.header().id == Self.header(sections: 1).id)
        #expect(Self.header().id != Self.header([1, 2, 4]).id)
        #expect(Self.header().id != Self.header(start: 0).id)
    }

    @Test("names are those that records get, and no others")
    func names() {
        let name = RecordName(fingerprint: 0xAB, id: .max)
        #expect("\(name)" == "00000000000000ab-ffffffffffffffff.state")
        #expect(RecordName("\(name)") == name)
        for other in ["", "x.state", "00000000000000AB-ffffffffffffffff.state", "\(name).1-2.part", "../\(name)"] {
            #expect(RecordName(other) == nil, "\(other)")
        }
    }

    @Test("what saves least time for each byte goes first, and what was not used for long sooner")
    func worth() {
        func facts(_ id: UInt64, _ bytes: Int64, _ seconds: Double, age: Double) -> RecordWorth.Facts {
            .init(name: RecordName(fingerprint: 1, id: id), bytes: bytes, seconds: seconds, age: age)
        }
        let records = [
            facts(1, 100, 10, age: 0), facts(2, 100, 1, age: 0), facts(3, 1_000, 20, age: 0),
            facts(4, 100, 10, age: 2 * 86_400), facts(5, 100, 10, age: -5_000),
        ]
        #expect(RecordWorth.leaving(records, limit: 1_400).records.isEmpty)
        #expect(RecordWorth.leaving(records, limit: 1_399).records.map(\.id) == [4])
        #expect(RecordWorth.leaving(records, limit: 0).records.map(\.id).first == 4)
        #expect(RecordWorth.leaving(records, limit: 1_250).records.map(\.id) == [4, 2])
        #expect(RecordWorth.leaving(records, limit: 200).records.map(\.id) == [4, 2, 3])
        #expect(RecordWorth.leaving(records, limit: -1).records.count == 5)
    }

    @Test("a place is written and read, and an option names one")
    func places() throws {
        let place = StorePlace(.memory, folder: "/dev/shm/a:b", limit: 5)
        #expect(StorePlace(place.text) == place)
        for text in ["", "memory:5", "memory:x:/a", "memory:-1:/a", "tape:5:/a", "disk:5:a"] {
            #expect(StorePlace(text) == nil, "\(text)")
        }
        let home = ["HOME": "/home/x"]
        func option(_ text: String) -> StorePlace? {
            StorePlace(option: text, environment: home, currentFolder: "/here")
        }
        #expect(option("10") == StorePlace(.disk, folder: "/home/x/.cache/enginehouse/states", limit: 10 << 20))
        #expect(option("10,/data")?.folder == "/data/enginehouse-states")
        #expect(option("10,~/chats")?.folder == "/home/x/chats/enginehouse-states")
        #expect(option("10,chats")?.folder == "/here/chats/enginehouse-states")
        #expect(option("0")?.limit == 0)
        for text in ["", "x", "-1", "10,", "1.5", "10MiB"] { #expect(option(text) == nil, "\(text)") }
        #expect(StorePlace(option: "10", environment: [:], currentFolder: "/") == nil)
    }
}
