// SPDX-License-Identifier: MIT

/// Compresses bytes for browsers: the gzip format (RFC 1952) around one block of Deflate with fixed Huffman codes (RFC 1951).
package struct Gzip {
    private static let window = 32_768
    private static let longest = 258
    /// How many earlier places with the same three bytes are looked at.
    private static let depth = 24

    private var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    private var bits: UInt64 = 0
    private var bitCount = 0

    private init() {}

    /// The bytes as a gzip file of one member.
    package static func compress(_ input: [UInt8]) -> [UInt8] {
        var gzip = Gzip()
        gzip.output.reserveCapacity(input.count / 2)
        gzip.deflate(input)
        for value in [checksum(input), UInt32(truncatingIfNeeded: input.count)] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                gzip.output.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        return gzip.output
    }

    private mutating func deflate(_ input: [UInt8]) {
        // The last block, with fixed codes.
        write(0b011, 3)
        var heads = [Int32](repeating: -1, count: Self.window)
        var chain = [Int32](repeating: -1, count: Self.window)
        func hash(_ place: Int) -> Int {
            (Int(input[place]) << 10 ^ Int(input[place + 1]) << 5 ^ Int(input[place + 2])) & (Self.window - 1)
        }
        var place = 0
        var hashed = 0
        while place < input.count {
            let last = input.count - 3
            while hashed < place {
                if hashed <= last {
                    let key = hash(hashed)
                    chain[hashed & (Self.window - 1)] = heads[key]
                    heads[key] = Int32(hashed)
                }
                hashed += 1
            }
            var length = 0
            var distance = 0
            if place <= last {
                var candidate = Int(heads[hash(place)])
                var looks = Self.depth
                let most = min(Self.longest, input.count - place)
                while candidate >= 0, place - candidate <= Self.window, looks > 0, length < most {
                    // Only a longer match is of use, and it has the same byte there.
                    if input[candidate + length] == input[place + length] {
                        var found = 0
                        while found < most, input[candidate + found] == input[place + found] { found += 1 }
                        if found > length { (length, distance) = (found, place - candidate) }
                    }
                    let next = Int(chain[candidate & (Self.window - 1)])
                    guard next < candidate else { break }
                    candidate = next
                    looks -= 1
                }
            }
            if length >= 3 {
                writeMatch(length: length, distance: distance)
                place += length
            } else {
                writeSymbol(Int(input[place]))
                place += 1
            }
        }
        writeSymbol(256)
        if bitCount > 0 { write(0, 8 - bitCount) }
    }

    private mutating func writeMatch(length: Int, distance: Int) {
        if length == Self.longest {
            writeSymbol(285)
        } else {
            // Codes 257 to 264 are lengths of their own; from there on, four codes share each number of extra bits.
            let offset = length - 3
            let extra = offset < 8 ? 0 : 61 - UInt64(offset).leadingZeroBitCount
            writeSymbol(257 + extra * 4 + offset >> extra)
            write(UInt64(offset & (1 << extra - 1)), extra)
        }
        let offset = distance - 1
        let extra = offset < 4 ? 0 : 62 - UInt64(offset).leadingZeroBitCount
        writeCode(UInt64(extra * 2 + offset >> extra), 5)
        write(UInt64(offset & (1 << extra - 1)), extra)
    }

    /// A literal byte, a length's code, or 256 for the end (section 3.2.6).
    private mutating func writeSymbol(_ symbol: Int) {
        switch symbol {
        case ..<144: writeCode(UInt64(0x30 + symbol), 8)
        case ..<256: writeCode(UInt64(0x190 + symbol - 144), 9)
        case ..<280: writeCode(UInt64(symbol - 256), 7)
        default: writeCode(UInt64(0xC0 + symbol - 280), 8)
        }
    }

    /// Huffman codes stand with their highest bit first, all else with the lowest.
    private mutating func writeCode(_ code: UInt64, _ count: Int) {
        var reversed: UInt64 = 0
        for bit in 0..<count where code >> UInt64(bit) & 1 == 1 { reversed |= 1 << UInt64(count - 1 - bit) }
        write(reversed, count)
    }

    private mutating func write(_ value: UInt64, _ count: Int) {
        bits |= value << UInt64(bitCount)
        bitCount += count
        while bitCount >= 8 {
            output.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            bitCount -= 8
        }
    }

    /// CRC-32 (RFC 1952, section 8).
    private static func checksum(_ input: [UInt8]) -> UInt32 {
        var value = UInt32.max
        for byte in input { value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8 }
        return ~value
    }

    private static let table: [UInt32] = (0..<256).map { number in
        (0..<8).reduce(UInt32(number)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
}
