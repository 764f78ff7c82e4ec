// SPDX-License-Identifier: MIT

/// A set of characters, and how a grammar (GBNF) writes it.
struct CharacterSetText {
    var ranges: [ClosedRange<Unicode.Scalar>]
    let isNegated: Bool

    init(_ ranges: [ClosedRange<Unicode.Scalar>], isNegated: Bool = false) {
        self.ranges = ranges
        self.isNegated = isNegated
    }

    /// The only character; nil if there are others.
    var single: Unicode.Scalar? {
        guard !isNegated, ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound else { return nil }
        return ranges[0].lowerBound
    }

    /// The set in a grammar.
    var text: String {
        let inner = ranges.map { range in
            range.lowerBound == range.upperBound
                ? Self.text(range.lowerBound) : Self.text(range.lowerBound) + "-" + Self.text(range.upperBound)
        }
        return "[\(isNegated ? "^" : "")\(inner.joined())]"
    }

    /// A character, so that it means itself in a class and in a literal.
    static func text(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": return String(scalar)
        default:
            let digits = String(scalar.value, radix: 16, uppercase: true)
            let zeros = String(repeating: "0", count: 8 - digits.count)
            return "\\U\(zeros)\(digits)"
        }
    }
}
