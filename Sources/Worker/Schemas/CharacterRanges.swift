// SPDX-License-Identifier: MIT

/// A set of Unicode scalar values.
struct CharacterRanges: Equatable {
    /// In order, without overlaps.
    private(set) var ranges: [ClosedRange<UInt32>]

    static let digits = CharacterRanges([0x30...0x39])
    static let words = CharacterRanges([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    /// ECMA-262's white space and line ends.
    static let spaces = CharacterRanges([
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    static let lineEnds = CharacterRanges([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])
    static let all = CharacterRanges([0...0xD7FF, 0xE000...0x10FFFF])
    /// What stands in a JSON string as it is: no quote, backslash or control character.
    static let plainInJSON = CharacterRanges([0x20...0x21, 0x23...0x5B, 0x5D...0x7E, 0x80...0xD7FF, 0xE000...0x10FFFF])

    init(_ unordered: [ClosedRange<UInt32>]) {
        ranges = []
        for range in unordered.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = ranges.last, range.lowerBound <= last.upperBound &+ 1 {
                ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                ranges.append(range)
            }
        }
    }

    func contains(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }

    func union(_ other: CharacterRanges) -> CharacterRanges { CharacterRanges(ranges + other.ranges) }

    /// All that isn't in it.
    var inverted: CharacterRanges {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
        return CharacterRanges(gaps).intersection(.all)
    }

    func intersection(_ other: CharacterRanges) -> CharacterRanges {
        var common: [ClosedRange<UInt32>] = []
        for one in ranges {
            for two in other.ranges where one.overlaps(two) { common.append(one.clamped(to: two)) }
        }
        return CharacterRanges(common)
    }
}
