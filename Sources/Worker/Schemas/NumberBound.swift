// SPDX-License-Identifier: MIT

/// A bound of a number, in decimal digits.
package struct NumberBound: Equatable {
    /// The keywords of a schema that give bounds.
    static let names = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"]

    package let isNegative: Bool
    /// Before the decimal point.
    package let whole: Int64
    /// Behind it, without zeros at the end.
    package let fraction: [UInt8]
    /// Whether the bound itself is out.
    package let isExclusive: Bool

    /// - Returns: nil for what has too many digits.
    package init?(_ value: Double, isExclusive: Bool) {
        guard value.magnitude < 1e15 else { return nil }
        var text = "\(value.magnitude)"
        // Swift writes small ones with an exponent.
        if let mark = text.firstIndex(of: "e") {
            guard let exponent = Int(text[text.index(after: mark)...]), exponent < 0, exponent > -16 else { return nil }
            let digits = text[..<mark].filter { $0 != "." }
            text = "0." + String(repeating: "0", count: -exponent - 1) + digits
        }
        let parts = text.split(separator: ".")
        guard let first = parts.first, let whole = Int64(first) else { return nil }
        var fraction = parts.count > 1 ? parts[1].utf8.map { $0 - UInt8(ascii: "0") } : []
        while fraction.last == 0 { fraction.removeLast() }
        guard fraction.count <= 15, fraction.allSatisfy({ $0 < 10 }) else { return nil }
        self.init(isNegative: value < 0, whole: whole, fraction: fraction, isExclusive: isExclusive)
    }

    package init(isNegative: Bool = false, whole: Int64, fraction: [UInt8] = [], isExclusive: Bool = false) {
        self.isNegative = isNegative && (whole > 0 || !fraction.isEmpty)
        self.whole = whole
        self.fraction = fraction
        self.isExclusive = isExclusive
    }

    static let zero = NumberBound(whole: 0)

    var isZero: Bool { whole == 0 && fraction.isEmpty }

    /// The same without its sign.
    var magnitude: NumberBound { NumberBound(whole: whole, fraction: fraction, isExclusive: isExclusive) }
}
