// SPDX-License-Identifier: MIT

/// Processors of a machine, numbered from 0.
package struct ProcessorSet: Sendable, Equatable {
    /// As many as the engine can tell apart.
    package static let limit = 512

    /// A bit for each, the lowest first.
    package private(set) var words = [UInt64](repeating: 0, count: Self.limit / 64)

    package init() {}

    package var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    package func contains(_ processor: Int) -> Bool {
        (0..<Self.limit).contains(processor) && words[processor / 64] >> UInt64(processor % 64) & 1 == 1
    }

    /// Adds those of a mask: hexadecimal digits, the last one for the processors 0 to 3, perhaps behind `0x`.
    /// - Returns: false for what is no such mask, or names no processor.
    package mutating func insert(mask text: String) -> Bool {
        let digits = Array((text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]).reversed())
        guard !digits.isEmpty, digits.count <= Self.limit / 4 else { return false }
        var found = false
        for (place, digit) in digits.enumerated() {
            guard digit.isASCII, let value = digit.hexDigitValue else { return false }
            found = found || value > 0
            words[place / 16] |= UInt64(value) << UInt64(place % 16 * 4)
        }
        return found
    }

    /// Adds those from one to another: `2-5`, `-5` from the first one on, `2-` to the last one.
    /// - Returns: false for what is no such range.
    package mutating func insert(range text: String) -> Bool {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, text != "-",
            let first = ends[0].isEmpty ? 0 : Int(ends[0]), let last = ends[1].isEmpty ? Self.limit - 1 : Int(ends[1]),
            first >= 0, first <= last, last < Self.limit
        else { return false }
        for processor in first...last { words[processor / 64] |= 1 << UInt64(processor % 64) }
        return true
    }
}
