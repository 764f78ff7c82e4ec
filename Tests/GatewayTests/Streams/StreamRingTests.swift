// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import TestKit
import Testing

struct StreamRingTests {
    @Test("The ring holds the newest bytes, exactly, and no more than it may", arguments: 0..<20)
    func walk(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let maxBlocks = Int.random(in: 1...5, using: &random)
        var ring = StreamRing()
        var all: [UInt8] = []
        for _ in 0..<60 {
            let count = Int.random(in: 0..<(Bool.random(using: &random) ? 300 : 40_000), using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            all += bytes
            ring.append(ByteBuffer(bytes: bytes), maxBlocks: maxBlocks)
            #expect(ring.end == all.count)
            #expect(ring.blocks <= maxBlocks)
            #expect(ring.end - ring.start > min(all.count, (maxBlocks - 1) * StreamRing.blockBytes) - 1)
            let from = Int.random(in: ring.start...ring.end, using: &random)
            let limit = Int.random(in: 0...100_000, using: &random)
            let copy = ring.bytes(from: from, atMost: limit)
            #expect(copy == ByteBuffer(bytes: all[from..<min(all.count, from + limit)]))
        }
    }

    @Test("An empty ring holds no memory")
    func empty() {
        var ring = StreamRing()
        ring.append(ByteBuffer(), maxBlocks: 4)
        #expect(ring.blocks == 0 && ring.start == 0 && ring.end == 0)
        #expect(ring.bytes(from: 0, atMost: 10) == ByteBuffer())
    }
}
