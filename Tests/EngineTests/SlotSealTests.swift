// SPDX-License-Identifier: MIT

import Engine
import StateStore
import Testing

/// Case D9.
@Suite("The seal of a slot's file")
struct SlotSealTests {
    private let body = (0..<100).map { UInt8($0 * 37 % 256) }

    private func sum(_ bytes: [UInt8]) -> Checksum {
        var sum = Checksum()
        bytes.withUnsafeBytes { sum.add($0) }
        return sum
    }

    private func problem(_ file: [UInt8], fingerprint: UInt64 = 7) -> String? {
        let length = max(0, file.count - SlotSeal.size)
        return SlotSeal.problem(
            Array(file[length...]),
            length: UInt64(length),
            fingerprint: fingerprint,
            body: { sum(Array(file[..<length])) }
        )
    }

    private var file: [UInt8] { body + SlotSeal(length: 100, fingerprint: 7).bytes(behind: sum(body)) }

    @Test("the checksum is XZ's CRC-64, however the bytes come")
    func checksum() {
        #expect(sum(Array("123456789".utf8)).value == 0x995D_C9BB_DF19_39FA)
        #expect(sum([]).value == 0)
        for cut in [0, 1, 7, 8, 9, 50, 100] {
            var parts = Checksum()
            body[..<cut].withUnsafeBytes { parts.add($0) }
            body[cut...].withUnsafeBytes { parts.add($0) }
            #expect(parts == sum(body))
        }
    }

    @Test("a whole file has no problem")
    func whole() {
        #expect(file.count == 132)
        #expect(problem(file) == nil)
    }

    @Test("every flipped bit, missing end and other beginning is found")
    func damage() {
        for bit in 0..<(file.count * 8) {
            var damaged = file
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(problem(damaged) != nil, "bit \(bit)")
        }
        for count in 0..<file.count { #expect(problem(Array(file.prefix(count))) != nil) }
        #expect(problem(Array(file.dropFirst())) != nil)
        #expect(problem([0] + file) != nil)
        #expect(problem(body)?.contains("isn't a file that this version has saved") == true)
    }

    @Test("another model's file is told from a damaged one")
    func fingerprint() {
        #expect(problem(file, fingerprint: 8)?.contains("another model") == true)
    }
}
