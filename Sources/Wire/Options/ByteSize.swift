// SPDX-License-Identifier: MIT

/// Sizes as options give them: `64M`, `1.5G`, `512K`, in powers of 1024; a number alone counts MiB.
package enum ByteSize {
    private static let units: [Character: Double] = ["K": 0x1p10, "M": 0x1p20, "G": 0x1p30, "T": 0x1p40]
    /// A pebibyte.
    private static let most = 0x1p50

    /// - Returns: bytes; nil for what is no size.
    package static func parse(_ text: some StringProtocol) -> Int64? {
        var number = text.uppercased()
        if number.hasSuffix("IB") { number.removeLast(2) } else if number.hasSuffix("B") { number.removeLast() }
        var factor = 0x1p20
        if let unit = number.last.flatMap({ units[$0] }) {
            factor = unit
            number.removeLast()
        }
        guard let value = Double(number), value.isFinite, value >= 0, value * factor <= most else { return nil }
        return Int64(value * factor)
    }

    /// Reads `DEVICE=SIZE` between commas.
    /// - Returns: bytes by device; nil for what isn't that.
    package static func parseByDevice(_ text: String) -> [String: Int64]? {
        var sizes: [String: Int64] = [:]
        for part in text.split(separator: ",") {
            guard let equals = part.lastIndex(of: "="), equals > part.startIndex,
                let size = parse(part[part.index(after: equals)...])
            else { return nil }
            sizes[String(part[..<equals])] = size
        }
        return sizes.isEmpty ? nil : sizes
    }
}
