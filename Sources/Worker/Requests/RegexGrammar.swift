// SPDX-License-Identifier: MIT

/// Writes a regular expression as a grammar (GBNF) for texts that match it from beginning to end.
///
/// It knows what regular languages have: alternatives, groups, classes, `.`, counts, and the usual escapes. A lazy count
/// matches the same texts as a greedy one. What looks around or back is refused.
package struct RegexGrammar {
    /// Characters of an expression.
    private static let longest = 4_096
    /// Groups in groups.
    private static let deepest = 32
    /// Characters that the counts stand for when they are written out: the engine does that.
    private static let largest = 4_096

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var depth = 0

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// The grammar's text.
    /// - Throws: for an expression that is malformed, too large, or more than regular.
    package static func text(of expression: String) throws(PatternProblem) -> String {
        var reader = RegexGrammar(expression)
        guard reader.scalars.count <= longest else {
            throw PatternProblem(message: "has more than \(longest) characters")
        }
        if reader.scalars.first == "^" { reader.place = 1 }
        let root = try reader.alternatives()
        guard reader.place == reader.scalars.count else { throw PatternProblem(message: "has a ) without a (") }
        return "root ::= \(root.text)\n"
    }

    /// A part of the grammar, and how many characters it takes at most when counts are written out.
    private struct Part {
        var text: String
        var size: Int
    }

    private mutating func alternatives() throws(PatternProblem) -> Part {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw PatternProblem(message: "has more than \(Self.deepest) groups in each other")
        }
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return Part(text: parts.map(\.text).joined(separator: " | "), size: parts.reduce(0) { $0 + $1.size })
    }

    private mutating func sequence() throws(PatternProblem) -> Part {
        var texts: [String] = []
        var size = 0
        while let next = peek, next != "|", next != ")" {
            if next == "$", place == scalars.count - 1 {
                place += 1
                break
            }
            let part = try counted(try atom())
            texts.append(part.text)
            size += part.size
            guard size <= Self.largest else {
                throw PatternProblem(message: "is too large when its counts are written out")
            }
        }
        return Part(text: texts.isEmpty ? "\"\"" : texts.joined(separator: " "), size: max(size, 1))
    }

    private mutating func counted(_ part: Part) throws(PatternProblem) -> Part {
        var part = part
        guard let next = peek else { return part }
        switch next {
        case "*", "+", "?":
            place += 1
            part.text.unicodeScalars.append(next)
        case "{":
            place += 1
            let (lowest, highest) = try counts()
            part.text += highest == lowest ? "{\(lowest)}" : "{\(lowest),\(highest.map(String.init) ?? "")}"
            part.size *= max(highest ?? lowest, 1)
        default: return part
        }
        if take("?") { return part }
        if let next = peek, "*+?{".unicodeScalars.contains(next) {
            throw PatternProblem(message: "has a count behind a count")
        }
        return part
    }

    private mutating func counts() throws(PatternProblem) -> (Int, Int?) {
        let lowest = number()
        let hasComma = take(",")
        let highest = hasComma ? number() : lowest
        guard take("}"), lowest != nil || highest != nil, (lowest ?? 0) <= highest ?? .max else {
            throw PatternProblem(message: "has a { that begins no count; write \\{ for the character")
        }
        guard max(lowest ?? 0, highest ?? 0) <= Self.largest else { throw PatternProblem(message: "counts too far") }
        return (lowest ?? 0, highest)
    }

    private mutating func number() -> Int? {
        var text = ""
        while let next = peek, ("0"..."9").contains(next), text.count < 6 {
            text.unicodeScalars.append(next)
            place += 1
        }
        return Int(text)
    }

    private mutating func atom() throws(PatternProblem) -> Part {
        let next = scalars[place]
        place += 1
        switch next {
        case "(": return try group()
        case "[": return Part(text: try set().text, size: 1)
        case ".": return Part(text: "[^\\x0A]", size: 1)
        case "\\": return Part(text: try escape().text, size: 1)
        case "^", "$": throw PatternProblem(message: "has a \(next) elsewhere than at its ends")
        case "*", "+", "?", "{": throw PatternProblem(message: "has a \(next) with nothing before it")
        default: return Part(text: CharacterSetText([next...next]).text, size: 1)
        }
    }

    private mutating func group() throws(PatternProblem) -> Part {
        if take("?") {
            if take("P") || peek == "<" {
                guard take("<"), let first = peek, first != "=", first != "!" else {
                    throw PatternProblem(message: "looks around with (?<…), which a grammar can't")
                }
                while let next = peek, next != ">" { place += 1; _ = next }
                guard take(">") else { throw PatternProblem(message: "has a group whose name doesn't end") }
            } else if !take(":") {
                throw PatternProblem(
                    message: "has a group of the kind (?\(peek.map(String.init) ?? "")…), which a grammar can't have"
                )
            }
        }
        let inner = try alternatives()
        guard take(")") else { throw PatternProblem(message: "has a ( without a )") }
        return Part(text: "(\(inner.text))", size: inner.size)
    }

    // MARK: Classes and escapes

    private mutating func set() throws(PatternProblem) -> CharacterSetText {
        var set = CharacterSetText([], isNegated: take("^"))
        var isFirst = true
        while let next = peek, isFirst || next != "]" {
            isFirst = false
            place += 1
            let low = next == "\\" ? try escape() : CharacterSetText([next...next])
            guard !low.isNegated else { throw PatternProblem(message: "has a negated class in a class") }
            guard peek == "-", place + 1 < scalars.count, scalars[place + 1] != "]", let first = low.single else {
                set.ranges += low.ranges
                continue
            }
            place += 1
            let end = scalars[place]
            place += 1
            let high = end == "\\" ? try escape() : CharacterSetText([end...end])
            guard let last = high.single, first <= last else {
                throw PatternProblem(message: "has a range that is none")
            }
            set.ranges.append(first...last)
        }
        guard take("]"), !set.ranges.isEmpty else { throw PatternProblem(message: "has a [ without a ]") }
        return set
    }

    private mutating func escape() throws(PatternProblem) -> CharacterSetText {
        guard let next = peek else { throw PatternProblem(message: "ends with a \\") }
        place += 1
        switch next {
        case "d", "D": return CharacterSetText(["0"..."9"], isNegated: next == "D")
        case "w", "W":
            return CharacterSetText(["a"..."z", "A"..."Z", "0"..."9", "_"..."_"], isNegated: next == "W")
        case "s", "S": return CharacterSetText([" "..." ", "\t"..."\r"], isNegated: next == "S")
        case "n": return CharacterSetText(["\n"..."\n"])
        case "r": return CharacterSetText(["\r"..."\r"])
        case "t": return CharacterSetText(["\t"..."\t"])
        case "f": return CharacterSetText(["\u{C}"..."\u{C}"])
        case "v": return CharacterSetText(["\u{B}"..."\u{B}"])
        case "x", "u":
            let length = next == "x" ? 2 : 4
            let digits = String(String.UnicodeScalarView(scalars[place...].prefix(length)))
            guard digits.count == length, let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
            else {
                throw PatternProblem(message: "has a \\\(next) without \(length) hexadecimal digits")
            }
            place += length
            return CharacterSetText([scalar...scalar])
        case _ where next.properties.isAlphabetic || next.properties.numericType != nil:
            throw PatternProblem(message: "has \\\(next), which a grammar can't have")
        default: return CharacterSetText([next...next])
        }
    }

    private var peek: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        place += 1
        return true
    }
}
