// SPDX-License-Identifier: MIT

/// Reads a regular expression.
struct StringPatternReader {
    private typealias Node = StringPattern.Node

    private let characters: [UInt32]
    private var place = 0
    private var depth = 0

    private static let longest = 10_000
    private static let deepest = 100

    init(_ text: String) {
        characters = text.unicodeScalars.map(\.value)
    }

    /// Reads all of it.
    mutating func readWhole() throws(PatternProblem) -> StringPattern.Node {
        guard characters.count <= Self.longest else {
            throw PatternProblem(message: "is longer than \(Self.longest) characters")
        }
        let node = try readAlternatives(isOuter: true)
        guard next == nil else { throw PatternProblem(message: "has a ')' without '('") }
        return node
    }

    private var next: UInt32? { place < characters.count ? characters[place] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == character.value else { return false }
        place += 1
        return true
    }

    private mutating func takeAll(_ text: StaticString) -> Bool {
        let wanted = text.withUTF8Buffer { $0.map(UInt32.init) }
        guard characters[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    // MARK: Structure

    /// - Parameter isOuter: whether these are the alternatives of the whole pattern, which stand anywhere in the string.
    private mutating func readAlternatives(isOuter: Bool) throws(PatternProblem) -> Node {
        var alternatives = [try readSequence(isOuter: isOuter)]
        while take("|") { alternatives.append(try readSequence(isOuter: isOuter)) }
        return alternatives.count == 1 ? alternatives[0] : .either(alternatives)
    }

    private mutating func readSequence(isOuter: Bool) throws(PatternProblem) -> Node {
        let anything = Node.repeated(.one(.all), least: 0, most: nil)
        var parts: [Node] = []
        let isAtStart = isOuter && take("^")
        var isAtEnd = false
        while let character = next, character != 0x7C, character != 0x29 {
            if character == 0x24, isOuter {
                place += 1
                guard next == nil || next == 0x7C else { throw PatternProblem(message: "has '$' before its end") }
                isAtEnd = true
                break
            }
            parts.append(try readRepeated())
        }
        if isOuter, !isAtStart { parts.insert(anything, at: 0) }
        if isOuter, !isAtEnd { parts.append(anything) }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func readRepeated() throws(PatternProblem) -> Node {
        let part = try readPart()
        let bounds: (Int, Int?)
        switch next {
        case 0x2A: bounds = (0, nil)
        case 0x2B: bounds = (1, nil)
        case 0x3F: bounds = (0, 1)
        case 0x7B:
            guard let counts = try readCounts() else { return part }
            bounds = counts
            place -= 1
        default: return part
        }
        place += 1
        // How eagerly it is matched doesn't change what matches.
        _ = take("?")
        if let next, next == 0x2A || next == 0x2B || next == 0x3F {
            throw PatternProblem(message: "repeats a repetition")
        }
        return .repeated(part, least: bounds.0, most: bounds.1)
    }

    /// `{1}`, `{1,}` or `{1,2}`; nil for a brace that only is one.
    private mutating func readCounts() throws(PatternProblem) -> (Int, Int?)? {
        let start = place
        place += 1
        guard let least = readNumber() else {
            place = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = readNumber() }
        guard take("}") else {
            place = start
            return nil
        }
        if let most, most < least {
            throw PatternProblem(message: "asks for at least \(least) and at most \(most) repetitions")
        }
        guard least <= 2_000, most ?? 0 <= 2_000 else {
            throw PatternProblem(message: "repeats something more than 2000 times")
        }
        return (least, most)
    }

    private mutating func readNumber() -> Int? {
        var value: Int?
        while let digit = next, CharacterRanges.digits.contains(digit) {
            value = min((value ?? 0) * 10 + Int(digit - 0x30), 1_000_000)
            place += 1
        }
        return value
    }

    private mutating func readPart() throws(PatternProblem) -> Node {
        guard let character = next else { throw PatternProblem(message: "ends too early") }
        place += 1
        switch character {
        case 0x2E: return .one(CharacterRanges.lineEnds.inverted)
        case 0x28: return try readGroup()
        case 0x5B: return .one(try readSet())
        case 0x5C: return .one(try readEscape(inSet: false))
        case 0x2A, 0x2B, 0x3F: throw PatternProblem(message: "has nothing to repeat before '\(Self.text(character))'")
        case 0x7B:
            // A lone brace is one, unless it is a count with nothing before it.
            place -= 1
            guard try readCounts() == nil else { throw PatternProblem(message: "has nothing to repeat before '{'") }
            place += 1
            return .one(CharacterRanges([character...character]))
        case 0x5E: throw PatternProblem(message: "has '^' behind its beginning")
        case 0x24: throw PatternProblem(message: "has '$' before its end")
        default: return .one(CharacterRanges([character...character]))
        }
    }

    private mutating func readGroup() throws(PatternProblem) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw PatternProblem(message: "has too many groups inside of each other") }
        if take("?") {
            if take("<"), next != 0x3D, next != 0x21 {
                while let character = next, character != 0x3E { place += 1 }
                guard take(">") else { throw PatternProblem(message: "has a group whose name doesn't end") }
            } else if !take(":") {
                throw PatternProblem(message: "looks ahead or behind, or has flags, which a grammar can't follow")
            }
        }
        let inner = try readAlternatives(isOuter: false)
        guard take(")") else { throw PatternProblem(message: "has a '(' without ')'") }
        return inner
    }

    // MARK: Characters

    private mutating func readSet() throws(PatternProblem) -> CharacterRanges {
        let isInverted = take("^")
        var set = CharacterRanges([])
        while !take("]") {
            let first = try readMember()
            guard next == 0x2D, place + 1 < characters.count, characters[place + 1] != 0x5D else {
                set = set.union(first)
                continue
            }
            place += 1
            let last = try readMember()
            guard let low = Self.single(first), let high = Self.single(last) else {
                set = set.union(first).union(last).union(CharacterRanges([0x2D...0x2D]))
                continue
            }
            guard low <= high else { throw PatternProblem(message: "has a range whose end comes before its beginning") }
            set = set.union(CharacterRanges([low...high]))
        }
        return isInverted ? set.inverted : set
    }

    private mutating func readMember() throws(PatternProblem) -> CharacterRanges {
        guard let character = next else { throw PatternProblem(message: "has a '[' without ']'") }
        place += 1
        if character == 0x5C { return try readEscape(inSet: true) }
        return CharacterRanges([character...character])
    }

    private static func single(_ set: CharacterRanges) -> UInt32? {
        guard set.ranges.count == 1, let range = set.ranges.first, range.count == 1 else { return nil }
        return range.lowerBound
    }

    private mutating func readEscape(inSet: Bool) throws(PatternProblem) -> CharacterRanges {
        guard let character = next, let scalar = Unicode.Scalar(character) else {
            throw PatternProblem(message: "ends with a backslash")
        }
        place += 1
        switch scalar {
        case "d": return .digits
        case "D": return CharacterRanges.digits.inverted
        case "w": return .words
        case "W": return CharacterRanges.words.inverted
        case "s": return .spaces
        case "S": return CharacterRanges.spaces.inverted
        case "n": return Self.of(0x0A)
        case "r": return Self.of(0x0D)
        case "t": return Self.of(0x09)
        case "f": return Self.of(0x0C)
        case "v": return Self.of(0x0B)
        case "b" where inSet: return Self.of(0x08)
        case "0": return Self.of(0)
        case "x": return Self.of(try readHex(2))
        case "u": return Self.of(try readCodePoint())
        case "c":
            guard let letter = next, CharacterRanges([0x41...0x5A, 0x61...0x7A]).contains(letter) else {
                throw PatternProblem(message: "has '\\c' without a letter")
            }
            place += 1
            return Self.of(letter & 0x1F)
        case "b", "B", "k", "p", "P", "1"..."9":
            throw PatternProblem(message: "uses '\\\(scalar)', which is not supported")
        default: return Self.of(character)
        }
    }

    private static func of(_ character: UInt32) -> CharacterRanges { CharacterRanges([character...character]) }

    private mutating func readCodePoint() throws(PatternProblem) -> UInt32 {
        var value: UInt32 = 0
        if take("{") {
            while let digit = next.flatMap(Self.hexDigit), value <= 0x10FFFF {
                value = value << 4 | digit
                place += 1
            }
            guard take("}"), value <= 0x10FFFF else {
                throw PatternProblem(message: "has a '\\u{' that names no character")
            }
            return value
        }
        value = try readHex(4)
        guard (0xD800...0xDBFF).contains(value), takeAll("\\u") else { return value }
        let low = try readHex(4)
        guard (0xDC00...0xDFFF).contains(low) else { throw PatternProblem(message: "has half of a surrogate pair") }
        return 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }

    private mutating func readHex(_ digits: Int) throws(PatternProblem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = next.flatMap(Self.hexDigit) else {
                throw PatternProblem(message: "lacks hexadecimal digits in an escape")
            }
            value = value << 4 | digit
            place += 1
        }
        return value
    }

    private static func hexDigit(_ character: UInt32) -> UInt32? {
        Unicode.Scalar(character).flatMap { Character($0).hexDigitValue }.map(UInt32.init)
    }

    private static func text(_ character: UInt32) -> String {
        Unicode.Scalar(character).map { String(Character($0)) } ?? ""
    }
}
