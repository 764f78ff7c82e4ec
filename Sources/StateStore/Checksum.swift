// SPDX-License-Identifier: MIT

/// CRC-64 as XZ computes it (ECMA-182, reflected): finds every burst of up to 64 changed bits, and of other changes all but
/// one in 2^64. It says that nothing was damaged, not who wrote it.
package struct Checksum: Sendable, Equatable {
    private static let polynomial: UInt64 = 0xC96C_5795_D787_0F42

    /// `tables[k][b]`: what byte `b` does to the sum once `k` more bytes have followed it, so that eight bytes take one step.
    private static let tables: [UInt64] = {
        var tables = (0..<256).map { byte -> UInt64 in
            (0..<8).reduce(UInt64(byte)) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ polynomial }
        }
        for index in 256..<(8 * 256) {
            let last = tables[index - 256]
            tables.append(last >> 8 ^ tables[Int(last & 0xFF)])
        }
        return tables
    }()

    private var state = UInt64.max

    package init() {}

    /// The sum of all bytes so far.
    package var value: UInt64 { ~state }

    /// Adds bytes.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var sum = state
        Self.tables.withUnsafeBufferPointer { tables in
            var index = 0
            while index + 8 <= bytes.count {
                sum ^= UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                var next = tables[7 * 256 + Int(sum & 0xFF)]
                for byte in 1..<8 {
                    next ^= tables[(7 - byte) * 256 + Int(sum >> (8 * UInt64(byte)) & 0xFF)]
                }
                sum = next
                index += 8
            }
            for byte in bytes[index...] { sum = sum >> 8 ^ tables[Int((sum ^ UInt64(byte)) & 0xFF)] }
        }
        state = sum
    }

    /// Adds a text's bytes.
    package mutating func add(_ text: String) {
        Array(text.utf8).withUnsafeBytes { add($0) }
    }

    /// Adds a number's bytes.
    package mutating func add(_ number: UInt64) {
        withUnsafeBytes(of: number.littleEndian) { add($0) }
    }
}
