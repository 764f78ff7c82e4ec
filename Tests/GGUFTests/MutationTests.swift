// SPDX-License-Identifier: MIT

import GGUF
import Platform
import TestKit
import Testing

/// Damages good headers at random: reading them returns or throws, and never traps.
@Suite struct MutationTests {
    /// Numbers that break careless arithmetic.
    private static let traps: [UInt64] = [
        0, 1, 7, 8, 0x7F, 0x80, 0xFF, 0xFFFF, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 40, 1 << 60, 1 << 61, 1 << 62,
        1 << 63, (1 << 63) - 1, .max, .max - 7, .max - 31,
    ]

    @Test(arguments: 0..<4)
    func aSmallModel(seed: UInt64) throws {
        let builder = GGUFBuilder.model()
        damage(builder.bytes(), headerCount: builder.header().count, rounds: 6000, seed: seed)
    }

    @Test(arguments: DemoModels.names)
    func aDemoModel(name: String) throws {
        let bytes = try DemoModels.bytes(name)
        let header = try GGUFHeader(bytes: bytes)
        damage(bytes, headerCount: Int(header.dataOffset), rounds: 3000, seed: 42)
    }

    private func damage(_ original: [UInt8], headerCount: Int, rounds: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var limits = GGUFLimits()
        limits.arrayElements = Int(seed) % 2 * 100
        var bytes = original
        var refused = 0
        for _ in 0..<rounds {
            var changed: [Range<Int>] = []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                // Half of the damage goes where the structure is densest.
                let bound = Bool.random(using: &generator) ? headerCount : min(headerCount, 512)
                let start = Int.random(in: 0..<bound, using: &generator)
                let wide = Bool.random(using: &generator)
                let range = start..<min(start + (wide ? 8 : 1), bytes.count)
                let trap = Self.traps.randomElement(using: &generator) ?? 0
                let value = wide ? trap : generator.next()
                for (shift, index) in range.enumerated() {
                    bytes[index] = UInt8(truncatingIfNeeded: value >> (shift * 8))
                }
                changed.append(range)
            }
            do {
                _ = GGUFModelInfo(header: try GGUFHeader(bytes: bytes, limits: limits)).quantisation
            } catch {
                #expect(!error.message.isEmpty)
                refused += 1
            }
            for range in changed { bytes.replaceSubrange(range, with: original[range]) }
        }
        #expect(bytes == original)
        #expect(refused > rounds / 10 && refused < rounds)
    }

    @Test func everyTruncationIsSeen() throws {
        let whole = GGUFBuilder.model().bytes()
        for count in 0..<whole.count {
            let error = #expect(throws: GGUFError.self) { try GGUFHeader(bytes: Array(whole.prefix(count))) }
            #expect(error?.code == (count < 4 ? .notGGUF : .truncated), "\(count): \(error?.message ?? "")")
        }
        _ = try GGUFHeader(bytes: whole)
    }
}
