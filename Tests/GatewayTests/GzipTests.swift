// SPDX-License-Identifier: MIT

import Gateway
import Testing

@Suite("Gzip")
struct GzipTests {
    @Test("A short text is what the formats' rules say, byte for byte")
    func bytes() {
        // An `a`, then 7 bytes from 1 back, then the end; the checksum is zlib's.
        let expected: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 0x4B, 0x84, 0x02, 0x00, 0x46, 0x80, 0x84, 0xBF, 8, 0, 0, 0,
        ]
        #expect(Gzip.compress(Array("aaaaaaaa".utf8)) == expected)
    }

    @Test("What is alike gets short, what isn't hardly longer")
    func size() {
        #expect(Gzip.compress(Array(repeating: 7, count: 100_000)).count < 1000)
        var seed: UInt64 = 1
        let noise = (0..<10_000).map { _ in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: seed >> 33)
        }
        #expect(Gzip.compress(noise).count < 11_000)
    }
}
