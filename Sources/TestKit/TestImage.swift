// SPDX-License-Identifier: MIT

/// Image files for tests, written byte by byte so that they can lie.
package enum TestImage {
    /// Red, green, blue.
    package typealias Color = (UInt8, UInt8, UInt8)

    /// A PNG of one colour (ISO 15948), packed without compression.
    /// - Parameters:
    ///   - claimed: width and height that the header names instead of the real ones.
    ///   - rows: how many rows of pixels there are instead of `height`.
    package static func png(
        _ width: Int = 32,
        _ height: Int = 32,
        _ color: Color = (200, 30, 30),
        claimed: (Int, Int)? = nil,
        rows: Int? = nil
    ) -> [UInt8] {
        png(width, claimed: claimed ?? (width, height), rows: rows ?? height) { _, _ in color }
    }

    /// A circle or a square in the middle of a white PNG of 64 by 64 pixels, as vision-tiny has learnt to name them.
    package static func shape(isCircle: Bool, _ color: Color) -> [UInt8] {
        png(64, claimed: (64, 64), rows: 64) { x, y in
            let (x, y) = (x - 32, y - 32)
            let isInside = isCircle ? x * x + y * y < 20 * 20 : max(abs(x), abs(y)) < 17
            return isInside ? color : (255, 255, 255)
        }
    }

    private static func png(
        _ width: Int,
        claimed: (Int, Int),
        rows: Int,
        paint: (_ x: Int, _ y: Int) -> Color
    ) -> [UInt8] {
        let pixels = (0..<rows).flatMap { y in
            [UInt8(0)]
                + (0..<width).flatMap { x in
                    let color = paint(x, y)
                    return [color.0, color.1, color.2]
                }
        }
        let (w, h) = claimed
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", big(w) + big(h) + [8, 2, 0, 0, 0]) + chunk("IDAT", stored(pixels)) + chunk("IEND", [])
    }

    /// A PNG whose 32 by 32 pixels are followed by `bombBytes` zeros, packed a thousand to one.
    package static func bomb(bombBytes: Int) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", big(32) + big(32) + [8, 2, 0, 0, 0])
            + chunk("IDAT", [0x78, 0x01] + zeros(bombBytes)) + chunk("IEND", [])
    }

    /// A BMP of one colour with 24 bits a pixel.
    package static func bmp(_ width: Int = 32, _ height: Int = 32, _ color: Color = (30, 30, 200)) -> [UInt8] {
        let padding = [UInt8](repeating: 0, count: (4 - width * 3 % 4) % 4)
        let row = (0..<width).flatMap { _ in [color.2, color.1, color.0] } + padding
        let pixels = (0..<height).flatMap { _ in row }
        return Array("BM".utf8) + little(54 + pixels.count) + little(0) + little(54) + little(40) + little(width)
            + little(height) + [1, 0, 24, 0] + little(0) + little(pixels.count) + little(0) + little(0) + little(0)
            + little(0) + pixels
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        return big(data.count) + body + big(Int(crc(body)))
    }

    /// A zlib stream of stored blocks (RFC 1950 and 1951).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let count = min(65_535, bytes.count - start)
            let isLast = start + count == bytes.count
            result += [isLast ? 1 : 0, UInt8(count & 0xFF), UInt8(count >> 8)]
            result += [UInt8(~count & 0xFF), UInt8(~count >> 8 & 0xFF)]
            result += bytes[start..<start + count]
            start += count
        } while start < bytes.count
        return result + big(Int(adler(bytes)))
    }

    /// Deflate with fixed codes: one zero, then copies of 258 bytes from one byte back, 13 bits each.
    private static func zeros(_ count: Int) -> [UInt8] {
        var bits: [UInt8] = [1, 1, 0]
        // A literal 0 is 00110000; length 258 is code 285, 11000101; distance 1 is code 0, five bits.
        bits += [0, 0, 1, 1, 0, 0, 0, 0]
        for _ in 0..<(count / 258) { bits += [1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0] }
        bits += [0, 0, 0, 0, 0, 0, 0]
        var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
        for (index, bit) in bits.enumerated() { bytes[index / 8] |= bit << UInt8(index % 8) }
        return bytes + [0, 0, 0, 0]
    }

    private static func big(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func little(_ value: Int) -> [UInt8] { big(value).reversed() }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }

    private static func adler(_ bytes: [UInt8]) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return b << 16 | a
    }
}
