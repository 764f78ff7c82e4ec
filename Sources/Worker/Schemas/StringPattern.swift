// SPDX-License-Identifier: MIT

/// A JSON schema's `pattern`: the part of ECMA-262's regular expressions that a grammar can follow.
package struct StringPattern: Equatable {
    indirect enum Node: Equatable {
        /// One character of a set.
        case one(CharacterRanges)
        case sequence([Node])
        case either([Node])
        case repeated(Node, least: Int, most: Int?)
    }

    /// What the whole string is to match.
    let node: Node

    /// - Parameter text: matches anywhere, as patterns in schemas do, unless it says `^` or `$`.
    /// - Throws: for what isn't a regular expression, or needs more than a grammar.
    package init(_ text: String) throws(PatternProblem) {
        var reader = StringPatternReader(text)
        node = try reader.readWhole()
    }

    /// How long the strings are that match: in characters, nil for without limit.
    package var lengths: (least: Int, most: Int?) { Self.lengths(node) }

    private static func lengths(_ node: Node) -> (least: Int, most: Int?) {
        switch node {
        case .one: return (1, 1)
        case .sequence(let parts):
            return parts.reduce((0, 0)) { sum, part in
                let (least, most) = lengths(part)
                return (add(sum.0, least), sum.1.flatMap { known in most.map { add(known, $0) } })
            }
        case .either(let parts):
            let all = parts.map(lengths)
            let most = all.contains { $0.most == nil } ? nil : all.compactMap(\.most).max()
            return (all.map(\.least).min() ?? 0, most)
        case .repeated(let part, let least, let most):
            let one = lengths(part)
            if one.most == 0 { return (0, 0) }
            return (times(one.least, least), one.most.flatMap { length in most.map { times(length, $0) } })
        }
    }

    private static func add(_ a: Int, _ b: Int) -> Int { min(a &+ b, Int(Int32.max)) }

    private static func times(_ a: Int, _ b: Int) -> Int {
        let (product, overflows) = a.multipliedReportingOverflow(by: b)
        return overflows ? Int(Int32.max) : min(product, Int(Int32.max))
    }
}
