// SPDX-License-Identifier: MIT

/// A pattern as GBNF: what it matches, as it is written in JSON.
extension StringPattern {
    /// The body of a rule that the whole JSON string follows, quotes included.
    package var grammar: String { #""\"" "# + Self.grammar(node) + #" "\"""# }

    private static func grammar(_ node: Node) -> String {
        switch node {
        case .one(let set): return grammar(set)
        case .sequence(let parts):
            return parts.isEmpty ? "\"\"" : "(" + parts.map { grammar($0) }.joined(separator: " ") + ")"
        case .either(let parts): return "(" + parts.map { grammar($0) }.joined(separator: " | ") + ")"
        case .repeated(let part, let least, let most):
            if most == 0 { return "\"\"" }
            let count =
                switch (least, most) {
                case (0, nil): "*"
                case (1, nil): "+"
                case (0, 1): "?"
                default: "{\(least),\(most.map(String.init) ?? "")}"
                }
            return "(" + grammar(part) + ")" + count
        }
    }

    /// One character of a set: as it is, or escaped where JSON wants that.
    private static func grammar(_ set: CharacterRanges) -> String {
        var ways: [String] = []
        let plain = set.intersection(.plainInJSON)
        if !plain.ranges.isEmpty {
            ways.append(
                "["
                    + plain.ranges.map { range in
                        range.count == 1
                            ? escaped(range.lowerBound) : escaped(range.lowerBound) + "-" + escaped(range.upperBound)
                    }.joined() + "]"
            )
        }
        for (character, letter) in shortEscapes where set.contains(character) { ways.append(#""\\"# + letter + "\"") }
        for character in (0..<UInt32(0x20)).filter({ set.contains($0) }) + [0x7F].filter({ set.contains($0) })
        where !shortEscapes.contains(where: { $0.0 == character }) {
            // Only where it is asked for by name: a model has better things to say.
            guard set.ranges.contains(where: { $0.contains(character) && $0.count <= 32 }) else { continue }
            ways.append(#""\\u00"# + hex(character, 2) + "\"")
        }
        // A set of nothing matches nothing; no token is a NUL alone.
        if ways.isEmpty { return #""\x00""# }
        return ways.count == 1 ? ways[0] : "(" + ways.joined(separator: " | ") + ")"
    }

    /// JSON's escapes of one letter, as GBNF writes them in a literal.
    private static let shortEscapes: [(UInt32, String)] = [
        (0x22, #"\""#), (0x5C, #"\\"#), (0x08, "b"), (0x0C, "f"), (0x0A, "n"), (0x0D, "r"), (0x09, "t"),
    ]

    /// A character in a set of GBNF.
    private static func escaped(_ character: UInt32) -> String {
        if CharacterRanges.words.contains(character), let scalar = Unicode.Scalar(character) {
            return String(Character(scalar))
        }
        return character <= 0xFF ? "\\x" + hex(character, 2) : "\\U" + hex(character, 8)
    }

    private static func hex(_ value: UInt32, _ digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
