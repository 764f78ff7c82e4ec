// SPDX-License-Identifier: MIT

import Dispatch

/// A sum of 64 bits over a section's bytes: one for each piece, which several threads can make at once, and one over those. Like
/// ``Checksum`` it finds damage, and is no signature.
///
/// A piece is taken four words at a time, each in a lane of its own, so that it takes as long as reading them from memory. Each step is one
/// to one, so that no change within one word is missed; of others one in 2^64 is.
package enum SectionSum {
    /// Bytes of a piece; the last one has fewer.
    package static let pieceBytes = 1 << 20

    /// Odd numbers with as many ones as zeros: 2^64 by the golden ratio, and SplitMix64's two.
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let first: UInt64 = 0xBF58_476D_1CE4_E5B9
    private static let second: UInt64 = 0x94D0_49BB_1331_11EB

    /// The sum of these bytes.
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        joined(pieces(of: bytes).map { piece($0) }, bytes.count)
    }

    /// The sum of these bytes by several threads.
    /// - Parameter prepare: called for each piece before it is read, by any thread.
    /// - Returns: nil where that gives false.
    package static func of(
        _ bytes: UnsafeRawBufferPointer,
        preparing prepare: @Sendable (UnsafeRawBufferPointer) -> Bool
    ) -> UInt64? {
        let pieces = pieces(of: bytes)
        var sums = [UInt64?](repeating: nil, count: pieces.count)
        sums.withUnsafeMutableBufferPointer { sums in
            // Each thread writes to places of its own, and the bytes are only read.
            nonisolated(unsafe) let sums = sums
            nonisolated(unsafe) let pieces = pieces
            DispatchQueue.concurrentPerform(iterations: pieces.count) { index in
                if prepare(pieces[index]) { sums[index] = piece(pieces[index]) }
            }
        }
        let all = sums.compactMap(\.self)
        return all.count == sums.count ? joined(all, bytes.count) : nil
    }

    private static func pieces(of bytes: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        stride(from: 0, to: bytes.count, by: pieceBytes).map { start in
            UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + pieceBytes, bytes.count)])
        }
    }

    private static func piece(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var lanes: (UInt64, UInt64, UInt64, UInt64) = (first, second, ~first, ~second)
        var place = 0
        while place + 32 <= bytes.count {
            lanes.0 = step(lanes.0, word(bytes, place))
            lanes.1 = step(lanes.1, word(bytes, place + 8))
            lanes.2 = step(lanes.2, word(bytes, place + 16))
            lanes.3 = step(lanes.3, word(bytes, place + 24))
            place += 32
        }
        var sum = joined([lanes.0, lanes.1, lanes.2, lanes.3], bytes.count)
        for byte in bytes[place...] { sum = step(sum, UInt64(byte)) }
        return sum
    }

    private static func joined(_ sums: [UInt64], _ count: Int) -> UInt64 {
        var sum = sums.reduce(UInt64(count)) { step($0, $1) }
        sum = (sum ^ sum >> 30) &* first
        sum = (sum ^ sum >> 27) &* second
        return sum ^ sum >> 31
    }

    @inline(__always)
    private static func step(_ sum: UInt64, _ word: UInt64) -> UInt64 {
        // A product's high bits know nothing of those above them: without the shift a flip of the highest would be undone by the next word.
        var product = (sum ^ word) &* factor
        product ^= product >> 32
        return product << 31 | product >> 33
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }
}
