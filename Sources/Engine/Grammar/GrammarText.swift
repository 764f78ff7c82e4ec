// SPDX-License-Identifier: MIT

/// A GBNF text taken apart into rules, with its repetitions written out as the engine writes them out
/// (llama.cpp's `grammars/README.md` has the format).
struct GrammarText {
    /// What rules consist of.
    enum Symbol: Equatable {
        /// One character or token of some set.
        case terminal
        /// The rule of that number.
        case rule(Int)
        /// The end of an alternative.
        case or
    }

    /// By number, the symbols of each rule; nil for one that is used and isn't there.
    private(set) var rules: [[Symbol]?] = []
    /// By number; those that repetitions and parentheses make have the name of the rule that they stand in.
    private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]
    private var size = 0
    private var depth = 0
    private var place = 0
    private let bytes: [UInt8]
    private let limits: GrammarLimits

    /// - Throws: for a text that isn't GBNF or is too large.
    init(_ text: String, limits: GrammarLimits) throws(GrammarProblem) {
        guard text.utf8.count <= limits.bytes else {
            throw GrammarProblem("has \(text.utf8.count) bytes; \(limits.bytes) are allowed")
        }
        guard !text.utf8.contains(0) else { throw GrammarProblem("holds the character NUL; write it as \\x00") }
        bytes = Array(text.utf8) + [0]
        self.limits = limits
        skipSpace(newLines: true)
        while byte != 0 { try readRule() }
        guard !rules.isEmpty else { throw GrammarProblem("has no rules") }
    }

    /// The number of the rule with that name.
    func number(of name: String) -> Int? { numbers[name] }

    // MARK: Rules

    private mutating func readRule() throws(GrammarProblem) {
        let name = try readName()
        skipSpace(newLines: false)
        guard take("::=") else { throw problem("'::=' is missing") }
        skipSpace(newLines: true)
        let rule = number(for: name)
        try readAlternatives(of: rule, isNested: false)
        switch byte {
        case UInt8(ascii: "\r"):
            place += 1
            if byte == UInt8(ascii: "\n") { place += 1 }
        case UInt8(ascii: "\n"): place += 1
        case 0: break
        default: throw problem("the line should end here")
        }
        skipSpace(newLines: true)
    }

    private mutating func readAlternatives(of rule: Int, isNested: Bool) throws(GrammarProblem) {
        var symbols: [Symbol] = []
        try readSequence(&symbols, in: rule, isNested)
        while byte == UInt8(ascii: "|") {
            place += 1
            skipSpace(newLines: true)
            try add([.or], to: &symbols)
            try readSequence(&symbols, in: rule, isNested)
        }
        rules[rule] = symbols
    }

    private mutating func readSequence(
        _ symbols: inout [Symbol],
        in rule: Int,
        _ isNested: Bool
    ) throws(GrammarProblem) {
        var last = symbols.count
        // Rules that the last thing consists of, as the engine counts them.
        var weight = 1
        while true {
            switch byte {
            case UInt8(ascii: "\""):
                place += 1
                (last, weight) = (symbols.count, 1)
                while byte != UInt8(ascii: "\"") {
                    let value = try readCharacter()
                    guard value.map({ !(0xD800...0xDFFF).contains($0) }) ?? true else {
                        throw problem("half of a surrogate pair is no character; write the whole one as \\UXXXXXXXX")
                    }
                    try add([.terminal], to: &symbols)
                }
                place += 1
            case UInt8(ascii: "["):
                (last, weight) = (symbols.count, 1)
                if try readSet() { try add([.terminal], to: &symbols) }
            case UInt8(ascii: "<"), UInt8(ascii: "!"):
                (last, weight) = (symbols.count, 1)
                try readToken()
                try add([.terminal], to: &symbols)
            case UInt8(ascii: "."):
                place += 1
                (last, weight) = (symbols.count, 1)
                try add([.terminal], to: &symbols)
            case UInt8(ascii: "("):
                place += 1
                skipSpace(newLines: true)
                depth += 1
                guard depth <= limits.nesting else {
                    throw problem("there are more than \(limits.nesting) parentheses inside of each other")
                }
                let before = rules.count
                let inner = newRule(named: names[rule])
                try readAlternatives(of: inner, isNested: true)
                depth -= 1
                guard byte == UInt8(ascii: ")") else { throw problem("')' is missing") }
                place += 1
                (last, weight) = (symbols.count, max(1, rules.count - before))
                try add([.rule(inner)], to: &symbols)
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
                let bounds = try readBounds(isNested)
                try repeatLast(&symbols, from: last, bounds, weight: &weight, in: rule)
            case let other where Self.isName(other):
                let name = try readName()
                (last, weight) = (symbols.count, 1)
                try add([.rule(number(for: name))], to: &symbols)
            default:
                return
            }
            skipSpace(newLines: isNested)
        }
    }

    // MARK: Repetitions

    private mutating func readBounds(_ isNested: Bool) throws(GrammarProblem) -> (least: Int, most: Int?) {
        defer { place += 1 }
        switch byte {
        case UInt8(ascii: "*"): return (0, nil)
        case UInt8(ascii: "+"): return (1, nil)
        case UInt8(ascii: "?"): return (0, 1)
        default: break
        }
        place += 1
        skipSpace(newLines: isNested)
        let least = try readNumber()
        var most: Int? = least
        skipSpace(newLines: isNested)
        if byte == UInt8(ascii: ",") {
            place += 1
            skipSpace(newLines: isNested)
            most = Self.isDigit(byte) ? try readNumber() : nil
            skipSpace(newLines: isNested)
        }
        guard byte == UInt8(ascii: "}") else { throw problem("'}' is missing") }
        if let most, most < least { throw problem("{\(least),\(most)} asks for at least \(least) and at most \(most)") }
        guard least <= limits.repetitions else {
            throw problem("something is repeated \(least) times; \(limits.repetitions) are allowed")
        }
        // The engine takes away such an upper bound.
        if let bound = most, bound > limits.repetitions { most = nil }
        return (least, most)
    }

    /// `S{m,n}` becomes m times S, and behind that n - m rules of the form `S next | `, each the next of the one before.
    private mutating func repeatLast(
        _ symbols: inout [Symbol],
        from start: Int,
        _ bounds: (least: Int, most: Int?),
        weight: inout Int,
        in rule: Int
    ) throws(GrammarProblem) {
        guard start < symbols.count else { throw problem("there is nothing to repeat") }
        let what = Array(symbols[start...])
        let times = bounds.most.flatMap { $0 > 0 ? $0 : nil } ?? max(bounds.least, 1)
        guard weight * times <= limits.repetitions else {
            throw problem(
                "something that consists of \(weight) rules is repeated \(times) times; together \(limits.repetitions) are allowed"
            )
        }
        symbols.removeLast(what.count)
        size -= what.count
        for _ in 0..<bounds.least { try add(what, to: &symbols) }
        var next: Int?
        for _ in 0..<(bounds.most.map { $0 - bounds.least } ?? 1) {
            let made = newRule(named: names[rule])
            var body: [Symbol] = []
            try add(what, to: &body)
            if bounds.most == nil { next = made }
            if let next { try add([.rule(next)], to: &body) }
            try add([.or], to: &body)
            rules[made] = body
            next = made
        }
        if let next { try add([.rule(next)], to: &symbols) }
        weight *= times
    }

    private mutating func add(_ more: [Symbol], to symbols: inout [Symbol]) throws(GrammarProblem) {
        size += more.count
        guard size <= limits.symbols else {
            throw GrammarProblem("has more than \(limits.symbols) symbols once its repetitions are written out")
        }
        symbols += more
    }

    private mutating func newRule(named name: String) -> Int {
        rules.append(nil)
        names.append(name)
        return rules.count - 1
    }

    private mutating func number(for name: String) -> Int {
        if let known = numbers[name] { return known }
        let made = newRule(named: name)
        numbers[name] = made
        return made
    }

    // MARK: Characters

    private var byte: UInt8 { bytes[place] }

    /// A character of a literal or a set.
    /// - Returns: its number if that is how it is written.
    @discardableResult
    private mutating func readCharacter() throws(GrammarProblem) -> UInt32? {
        guard byte != 0 else { throw problem("the text ends inside of a literal or a set") }
        guard byte == UInt8(ascii: "\\") else {
            place += 1
            while byte & 0xC0 == 0x80 { place += 1 }
            return nil
        }
        place += 1
        let kind = byte
        guard kind != 0 else { throw problem("the text ends inside of an escape") }
        place += 1
        switch kind {
        case UInt8(ascii: "x"): return try readHex(2)
        case UInt8(ascii: "u"): return try readHex(4)
        case UInt8(ascii: "U"): return try readHex(8)
        case UInt8(ascii: "t"), UInt8(ascii: "r"), UInt8(ascii: "n"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "-"):
            return nil
        default: throw problem("'\\\(Character(UnicodeScalar(kind)))' is no escape")
        }
    }

    private mutating func readHex(_ digits: Int) throws(GrammarProblem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else {
                throw problem("\(digits) hexadecimal digits should stand here")
            }
            value = value << 4 | UInt32(digit)
            place += 1
        }
        guard value <= 0x10FFFF else {
            throw problem("U+\(String(value, radix: 16, uppercase: true)) is no character; U+10FFFF is the last one")
        }
        return value
    }

    /// - Returns: whether there is anything in it; the engine takes an empty one for nothing.
    private mutating func readSet() throws(GrammarProblem) -> Bool {
        place += 1
        if byte == UInt8(ascii: "^") { place += 1 }
        let start = place
        while byte != UInt8(ascii: "]") {
            try readCharacter()
            if byte == UInt8(ascii: "-"), bytes[place + 1] != UInt8(ascii: "]") {
                place += 1
                try readCharacter()
            }
        }
        defer { place += 1 }
        return place > start
    }

    /// `<[1]>`, `<name>`, or one of these behind `!`.
    private mutating func readToken() throws(GrammarProblem) {
        if byte == UInt8(ascii: "!") { place += 1 }
        guard byte == UInt8(ascii: "<") else { throw problem("'<' is missing") }
        while byte != UInt8(ascii: ">") {
            guard byte != 0 else { throw problem("the text ends inside of a token") }
            place += 1
        }
        place += 1
    }

    private mutating func readName() throws(GrammarProblem) -> String {
        let start = place
        while Self.isName(byte) { place += 1 }
        guard place > start else { throw problem("a rule's name is missing") }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func readNumber() throws(GrammarProblem) -> Int {
        let start = place
        while Self.isDigit(byte) { place += 1 }
        guard place > start else { throw problem("a number is missing") }
        guard let value = Int(String(decoding: bytes[start..<place], as: UTF8.self)) else {
            throw problem("the number is too large")
        }
        return value
    }

    private mutating func take(_ text: StaticString) -> Bool {
        let matches = text.withUTF8Buffer { bytes[place...].starts(with: $0) }
        if matches { place += text.utf8CodeUnitCount }
        return matches
    }

    private mutating func skipSpace(newLines: Bool) {
        while true {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): place += 1
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                guard newLines else { return }
                place += 1
            case UInt8(ascii: "#"):
                while byte != 0, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { place += 1 }
            default: return
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isName(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private func problem(_ reason: String) -> GrammarProblem {
        let before = bytes[..<place]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = place - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
        return GrammarProblem("cannot be read at line \(line), column \(column): \(reason)")
    }
}
