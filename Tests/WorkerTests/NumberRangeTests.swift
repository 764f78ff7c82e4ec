// SPDX-License-Identifier: MIT

import Testing
import Worker

/// Numbers between bounds as grammars, tried against the numbers themselves.
@Suite struct NumberRangeTests {
    /// Whether a text follows a grammar's alternatives: a small reading of the part of GBNF that `NumberRange` writes.
    private struct Reader {
        let grammar: [Character]
        var place = 0

        init(_ text: String) { grammar = Array(text) }

        /// The places in `text` where the alternatives that begin here may end.
        mutating func alternatives(_ text: [Character], _ starts: Set<Int>) -> Set<Int> {
            var all = sequence(text, starts)
            while place < grammar.count, grammar[place] == "|" {
                place += 1
                all.formUnion(sequence(text, starts))
            }
            return all
        }

        private mutating func sequence(_ text: [Character], _ starts: Set<Int>) -> Set<Int> {
            var ends = starts
            while place < grammar.count, grammar[place] != "|", grammar[place] != ")" {
                if grammar[place] == " " {
                    place += 1
                    continue
                }
                ends = repeated(text, ends)
            }
            return ends
        }

        private mutating func repeated(_ text: [Character], _ starts: Set<Int>) -> Set<Int> {
            let begin = place
            let once = part(text, starts)
            var bounds: (Int, Int)?
            switch place < grammar.count ? grammar[place] : " " {
            case "*": bounds = (0, 40)
            case "+": bounds = (1, 40)
            case "?": bounds = (0, 1)
            case "{":
                let close = grammar[place...].firstIndex(of: "}") ?? place
                let numbers = String(grammar[(place + 1)..<close]).split(separator: ",").compactMap { Int($0) }
                bounds = (numbers[0], numbers.count > 1 ? numbers[1] : numbers[0])
                place = close
            default: return once
            }
            let end = place + 1
            guard let (least, most) = bounds else { return once }
            var ends = least == 0 ? starts : []
            var reached = starts
            for count in 1...max(most, 1) where count <= most {
                place = begin
                reached = part(text, reached)
                if count >= least { ends.formUnion(reached) }
            }
            place = end
            return ends
        }

        private mutating func part(_ text: [Character], _ starts: Set<Int>) -> Set<Int> {
            switch grammar[place] {
            case "(":
                place += 1
                let ends = alternatives(text, starts)
                place += 1
                return ends
            case "\"":
                let close = grammar[(place + 1)...].firstIndex(of: "\"") ?? place
                let literal = Array(grammar[(place + 1)..<close])
                place = close + 1
                return Set(starts.filter { text[$0...].starts(with: literal) }.map { $0 + literal.count })
            default:
                let close = grammar[place...].firstIndex(of: "]") ?? place
                let set = Array(grammar[(place + 1)..<close])
                place = close + 1
                let range = set.count == 3 ? set[0]...set[2] : set[0]...set[0]
                return Set(starts.filter { $0 < text.count && range.contains(text[$0]) }.map { $0 + 1 })
            }
        }
    }

    private func matches(_ text: String, _ grammar: String) -> Bool {
        var reader = Reader(grammar)
        return reader.alternatives(Array(text), [0]).contains(text.count)
    }

    @Test("the numbers that match are those between the bounds")
    func bounds() throws {
        let values = [
            -20, -10.5, -10, -1, -0.75, -0.5, -0.25, 0, 0.05, 0.1, 0.25, 0.5, 0.7, 0.75, 0.9, 1, 1.5, 7, 9, 9.5, 10, 12,
            99, 100, 101.25,
        ]
        let bounds = [-10.0, -0.5, 0, 0.1, 0.25, 0.75, 1, 9, 10, 100]
        for low in bounds {
            for high in bounds where high >= low {
                for (isLowOut, isHighOut) in [(false, false), (true, false), (false, true), (true, true)] {
                    let range = NumberRange(
                        least: NumberBound(low, isExclusive: isLowOut),
                        most: NumberBound(high, isExclusive: isHighOut)
                    )
                    let grammar = range.grammar
                    for value in values {
                        let isIn = (isLowOut ? value > low : value >= low) && (isHighOut ? value < high : value <= high)
                        var text = "\(value)"
                        if text.hasSuffix(".0") { text.removeLast(2) }
                        let found = grammar.map { matches(text, $0) } ?? false
                        #expect(
                            found == isIn,
                            "\(value) in \(low) \(isLowOut) … \(high) \(isHighOut): \(grammar ?? "")"
                        )
                    }
                }
            }
        }
    }

    @Test("one bound")
    func oneBound() throws {
        let least = try #require(NumberRange(least: NumberBound(0, isExclusive: false), most: nil).grammar)
        #expect(matches("0", least) && matches("12.75", least) && matches("123456", least) && !matches("-1", least))
        #expect(!matches("01", least))
        let most = try #require(NumberRange(least: nil, most: NumberBound(5.5, isExclusive: true)).grammar)
        #expect(matches("5.4", most) && matches("-700", most) && !matches("5.5", most) && !matches("6", most))
        #expect(NumberBound(1e300, isExclusive: false) == nil)
        #expect(NumberBound(1e-5, isExclusive: false)?.fraction == [0, 0, 0, 0, 1])
    }

    @Test func wholeNumbers() {
        for (low, high) in [(0, 9), (3, 17), (10, 99), (123, 4_567), (99, 101), (1_000, 1_000)] {
            let grammar = NumberRange.wholes(Int64(low), Int64(high))
            for value in 0...5_000 {
                #expect(matches("\(value)", grammar) == (low...high).contains(value), "\(value) in \(low)...\(high)")
            }
        }
    }
}
