// SPDX-License-Identifier: MIT

/// A list of texts as GBNF in which texts that begin alike share that beginning. The engine tries each way to go on for
/// each token, so thousands of words side by side would take seconds each time.
package struct ValueList {
    /// The rules, each `name ::= body` and a line end.
    package private(set) var rules = ""
    private let name: String
    private var count = 0

    /// Rules inside of each other: behind so many characters the rest of each text stands as it is.
    private static let deepest = 400

    /// - Parameters:
    ///   - texts: JSON texts.
    ///   - name: of the first rule; the others are named after it.
    package init(_ texts: [String], name: String) {
        self.name = name
        let sorted = Set(texts).map { Array($0.unicodeScalars) }.sorted { $0.lexicographicallyPrecedes($1) }
        add(sorted[...], from: 0, named: name, depth: 0)
    }

    /// Adds the rule for texts that have the same characters up to `start`.
    private mutating func add(_ texts: ArraySlice<[Unicode.Scalar]>, from start: Int, named rule: String, depth: Int) {
        var ways: [String] = []
        var rest = texts
        while let first = rest.first {
            guard first.count > start else {
                // This one ends here; a JSON text never is the beginning of another, but numbers are.
                ways.append("\"\"")
                rest = rest.dropFirst()
                continue
            }
            let alike = rest.prefix { $0.count > start && $0[start] == first[start] }
            rest = rest.dropFirst(alike.count)
            guard alike.count > 1, depth < Self.deepest, let last = alike.last else {
                for text in alike { ways.append(Self.literal(text[start...])) }
                continue
            }
            // In order, the first and the last have in common what all have.
            var end = start
            while end < min(first.count, last.count), first[end] == last[end] { end += 1 }
            count += 1
            let next = "\(name)-\(count)"
            ways.append(Self.literal(first[start..<end]) + " " + next)
            add(alike, from: end, named: next, depth: depth + 1)
        }
        rules += "\(rule) ::= \(ways.joined(separator: " | "))\n"
    }

    /// A literal of GBNF.
    private static func literal(_ text: ArraySlice<Unicode.Scalar>) -> String {
        var result = "\""
        for scalar in text {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
