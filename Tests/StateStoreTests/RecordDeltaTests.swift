// SPDX-License-Identifier: MIT

import StateStore
import TestKit
import Testing

/// A state as parts of another one and bytes of its own.
@Suite("Parts of another record's file") struct RecordDeltaTests {
    private static func bytes(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private static func reader(_ base: [UInt8]) -> RecordDelta.Reader {
        { place, buffer in
            guard place >= 0, place <= base.count - buffer.count else { return false }
            base[place..<(place + buffer.count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
            return true
        }
    }

    private static func encode(_ bytes: [UInt8], _ base: [UInt8]) -> [UInt8]? {
        bytes.withUnsafeBytes { RecordDelta.encode($0, size: base.count, from: reader(base)) }
    }

    @Test("a state comes back out of a file that it was edited from, whatever was edited", arguments: 0..<40)
    func comesBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let base = Self.bytes(.random(in: 20_000...60_000, using: &random), &random)
        var edited = base
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let start = Int.random(in: 0...edited.count, using: &random)
            let end = min(start + .random(in: 0...2_000, using: &random), edited.count)
            edited.replaceSubrange(start..<end, with: Self.bytes(.random(in: 0...2_000, using: &random), &random))
        }
        let delta = try #require(Self.encode(edited, base))
        #expect(delta.count < edited.count / 2)
        #expect(RecordDelta.decode(delta, count: edited.count, from: Self.reader(base)) == edited)
    }

    @Test("layers that grew, runs of one byte, and a file that is the same")
    func shapes() throws {
        let (short, long) = (ExampleRecord.state(1), ExampleRecord.state(9))
        for (bytes, base) in [(long, short), (short, long), (short, short)] {
            let delta = try #require(Self.encode(bytes, base))
            #expect(RecordDelta.decode(delta, count: bytes.count, from: Self.reader(base)) == bytes)
        }
        let same = try #require(Self.encode(short, short))
        #expect(same.count < 100)
        let (zeros, fewer) = ([UInt8](repeating: 0, count: 50_000), [UInt8](repeating: 0, count: 7_000))
        let delta = try #require(Self.encode(zeros, fewer))
        #expect(delta.count < 2_000)
        #expect(RecordDelta.decode(delta, count: zeros.count, from: Self.reader(fewer)) == zeros)
    }

    @Test("what has little in common is written as it is")
    func little() {
        var random = SeededGenerator(seed: 1)
        let (one, other) = (Self.bytes(40_000, &random), Self.bytes(40_000, &random))
        #expect(Self.encode(one, other) == nil)
        #expect(Self.encode(one, Array(one.suffix(8_000))) == nil)
        #expect(Self.encode(Array(one.prefix(100)), one) == nil, "too short to be worth it")
        #expect(Self.encode(one, []) == nil)
    }

    @Test("a damaged text, or another file, is none, and traps nothing")
    func damage() throws {
        var random = SeededGenerator(seed: 3)
        let (state, base) = (ExampleRecord.state(2), ExampleRecord.state(5))
        let delta = try #require(Self.encode(state, base))
        for _ in 0..<2_000 {
            var damaged = delta
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                // Most of what can go wrong is said in the first bytes.
                let place = Int.random(in: 0..<min(damaged.count, 250), using: &random)
                damaged[place] = UInt8.random(in: 0...255, using: &random)
            }
            if let bytes = RecordDelta.decode(damaged, count: state.count, from: Self.reader(base)) {
                #expect(bytes.count == state.count)
            }
            let end = Int.random(in: 0..<delta.count, using: &random)
            #expect(RecordDelta.decode(Array(delta[..<end]), count: state.count, from: Self.reader(base)) == nil)
        }
        #expect(RecordDelta.decode(delta, count: state.count + 1, from: Self.reader(base)) == nil)
        #expect(RecordDelta.decode(delta, count: state.count, from: Self.reader([])) == nil)
    }
}
