// SPDX-License-Identifier: MIT

/// Numbers between two bounds as GBNF, digit by digit: a grammar can't compare.
package struct NumberRange {
    /// The least number; nil for no bound.
    let least: NumberBound?
    /// The greatest one; nil for no bound.
    let most: NumberBound?

    package init(least: NumberBound?, most: NumberBound?) {
        self.least = least
        self.most = most
    }

    private static let digit = "[0-9]"
    /// Digits that a number may have before its point, and behind it.
    private static let longest = 16

    /// The body of a rule for such numbers; nil if there are none.
    package var grammar: String? {
        var ways: [String] = []
        if most.map({ !$0.isNegative }) ?? true {
            let low = least.flatMap { $0.isNegative ? nil : $0 } ?? .zero
            ways += Self.between(low, most)
        }
        if least?.isNegative ?? true {
            // Larger ones without the sign are smaller ones.
            let low = most.flatMap { $0.isNegative ? $0.magnitude : nil } ?? NumberBound(whole: 0, isExclusive: true)
            ways += Self.between(low, least?.magnitude).map { "\"-\" (\($0))" }
        }
        return ways.isEmpty ? nil : ways.joined(separator: " | ")
    }

    /// Numbers without a sign.
    private static func between(_ low: NumberBound, _ high: NumberBound?) -> [String] {
        guard let high else { return atLeast(low) }
        guard low.whole <= high.whole else { return [] }
        guard low.whole < high.whole else {
            return tails(low, high).map { "\"\(low.whole)\" \($0)" }
        }
        var ways = tails(low, nil).map { "\"\(low.whole)\" \($0)" }
        if low.whole + 1 < high.whole { ways.append("(\(wholes(low.whole + 1, high.whole - 1))) \(anyTail)") }
        return ways + tails(nil, high).map { "\"\(high.whole)\" \($0)" }
    }

    private static func atLeast(_ low: NumberBound) -> [String] {
        var ways = tails(low, nil).map { "\"\(low.whole)\" \($0)" }
        let next = low.whole + 1
        let length = String(next).count
        var largest: Int64 = 1
        for _ in 0..<length { largest *= 10 }
        ways.append("(\(wholes(next, largest - 1))) \(anyTail)")
        if length < longest { ways.append("[1-9] \(digit){\(length),\(longest - 1)} \(anyTail)") }
        return ways
    }

    // MARK: Behind the point

    private static let anyTail = "(\".\" \(digit){1,\(longest)})?"

    /// What may stand behind the whole part where that is the bounds' own.
    private static func tails(_ low: NumberBound?, _ high: NumberBound?) -> [String] {
        switch (low, high) {
        case (nil, nil): return [anyTail]
        case (let low?, nil):
            let more = greater(low.fraction).map { "\".\" \($0)" }
            guard !low.isExclusive else { return more }
            return low.fraction.isEmpty ? [anyTail] : more + ["\".\" \(literal(low.fraction)) \"0\"{0,\(longest)}"]
        case (nil, let high?):
            let less = lesser(high.fraction)
            return high.isExclusive ? less : less + [exact(high.fraction)]
        case (let low?, let high?):
            return both(low, high)
        }
    }

    /// Digits that stand for more than these, as fractions.
    private static func greater(_ digits: [UInt8]) -> [String] {
        var ways: [String] = []
        for (place, own) in digits.enumerated() where own < 9 {
            ways.append("\(literal(Array(digits[..<place]))) [\(own + 1)-9] \(digit){0,\(longest)}")
        }
        return ways + ["\(literal(digits)) \"0\"{0,\(longest)} [1-9] \(digit){0,\(longest)}"]
    }

    /// Tails, with their point, that stand for less than these digits.
    private static func lesser(_ digits: [UInt8]) -> [String] {
        guard !digits.isEmpty else { return [] }
        var ways = ["\"\""]
        for (place, own) in digits.enumerated() {
            if own > 0 {
                ways.append("\".\" \(literal(Array(digits[..<place]))) [0-\(own - 1)] \(digit){0,\(longest)}")
            }
            if place > 0 { ways.append("\".\" \(literal(Array(digits[..<place])))") }
        }
        return ways
    }

    private static func exact(_ digits: [UInt8]) -> String {
        digits.isEmpty ? "(\".\" \"0\"{1,\(longest)})?" : "\".\" \(literal(digits)) \"0\"{0,\(longest)}"
    }

    /// Tails between the digits of two bounds.
    private static func both(_ low: NumberBound, _ high: NumberBound) -> [String] {
        let length = max(low.fraction.count, high.fraction.count)
        let from = low.fraction + [UInt8](repeating: 0, count: length - low.fraction.count)
        let to = high.fraction + [UInt8](repeating: 0, count: length - high.fraction.count)
        guard let split = (0..<length).first(where: { from[$0] != to[$0] }) else {
            return low.isExclusive || high.isExclusive ? [] : [exact(low.fraction)]
        }
        guard from[split] < to[split] else { return [] }
        let common = "\".\" " + literal(Array(from[..<split]))
        var ways: [String] = []
        if !low.isExclusive { ways.append(exact(low.fraction)) }
        if !high.isExclusive { ways.append(exact(high.fraction)) }
        // With the lower one's digit, and more behind it.
        var rest = Array(from[(split + 1)...])
        while rest.last == 0 { rest.removeLast() }
        ways += greater(rest).map { "\(common) \"\(from[split])\" \($0)" }
        if from[split] + 1 < to[split] {
            ways.append("\(common) [\(from[split] + 1)-\(to[split] - 1)] \(digit){0,\(longest)}")
        }
        // With the upper one's digit, and less behind it.
        rest = Array(to[(split + 1)...])
        while rest.last == 0 { rest.removeLast() }
        for place in rest.indices {
            let before = "\(common) \"\(to[split])\" \(literal(Array(rest[..<place])))"
            if rest[place] > 0 { ways.append("\(before) [0-\(rest[place] - 1)] \(digit){0,\(longest)}") }
            ways.append(before)
        }
        return ways
    }

    private static func literal(_ digits: [UInt8]) -> String {
        "\"" + digits.map { String($0) }.joined() + "\""
    }

    // MARK: Before the point

    /// Whole numbers from one to another.
    package static func wholes(_ low: Int64, _ high: Int64) -> String {
        var ways: [String] = []
        var from = low
        while from <= high {
            let length = String(from).count
            var end: Int64 = 1
            for _ in 0..<length { end *= 10 }
            let to = min(high, end - 1)
            ways += sameLength(Array(String(from).utf8), Array(String(to).utf8))
            from = to + 1
        }
        return ways.joined(separator: " | ")
    }

    /// Whole numbers between two of the same length.
    private static func sameLength(_ low: [UInt8], _ high: [UInt8]) -> [String] {
        func text(_ digits: some Sequence<UInt8>) -> String { String(decoding: Array(digits), as: UTF8.self) }
        guard let split = low.indices.first(where: { low[$0] != high[$0] }) else { return ["\"\(text(low))\""] }
        let common = "\"\(text(low[..<split]))\""
        let behind = low.count - split - 1
        let any = behind == 0 ? "" : " \(digit){\(behind)}"
        let isFromStart = low[(split + 1)...].allSatisfy { $0 == UInt8(ascii: "0") }
        let isToEnd = high[(split + 1)...].allSatisfy { $0 == UInt8(ascii: "9") }
        var ways: [String] = []
        let first = isFromStart ? low[split] : low[split] + 1
        let last = isToEnd ? high[split] : high[split] - 1
        if first <= last { ways.append("\(common) [\(text([first]))-\(text([last]))]\(any)") }
        if !isFromStart {
            let nines = [UInt8](repeating: UInt8(ascii: "9"), count: behind)
            ways += sameLength(Array(low[(split + 1)...]), nines).map { "\"\(text(low[...split]))\" \($0)" }
        }
        if !isToEnd {
            let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: behind)
            ways += sameLength(zeros, Array(high[(split + 1)...])).map { "\"\(text(high[...split]))\" \($0)" }
        }
        return ways
    }
}
