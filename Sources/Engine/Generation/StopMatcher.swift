// SPDX-License-Identifier: MIT

/// Turns the bytes of tokens into text that can be sent. It holds back what may become a stop string, or is a part of a
/// character only, and says when a stop string is complete.
package struct StopMatcher: Sendable {
    private let stops: [[UInt8]]
    private let longest: Int
    private var held: [UInt8] = []
    /// The stop string that was found.
    package private(set) var match: String?

    /// - Parameter stops: strings that end the text; they are not sent. Empty ones are ignored.
    package init(stops: [String]) {
        self.stops = stops.map { Array($0.utf8) }.filter { !$0.isEmpty }
        longest = self.stops.map(\.count).max() ?? 0
    }

    /// Adds the bytes of a token.
    /// - Returns: the bytes that can be sent now: whole characters that no stop string can claim any more.
    package mutating func append(_ bytes: [UInt8]) -> [UInt8] {
        guard match == nil else { return [] }
        // Mostly nothing is held back.
        if longest == 0, held.isEmpty, let last = bytes.last, last < 0x80 { return bytes }
        held.append(contentsOf: bytes)
        if let (start, stop) = firstMatch() {
            match = String(decoding: stop, as: UTF8.self)
            let text = Array(held[..<start])
            held = []
            return text
        }
        let safe = wholeCharacters(upTo: held.count - heldForStops())
        let text = Array(held[..<safe])
        held.removeFirst(safe)
        return text
    }

    /// Gives up what was held back, at the end of the text.
    package mutating func finish() -> [UInt8] {
        defer { held = [] }
        return held
    }

    private func firstMatch() -> (start: Int, stop: [UInt8])? {
        guard !stops.isEmpty else { return nil }
        for start in held.indices {
            for stop in stops where held[start...].starts(with: stop) { return (start, stop) }
        }
        return nil
    }

    /// How many bytes at the end could be the beginning of a stop string.
    private func heldForStops() -> Int {
        guard longest > 1, !held.isEmpty else { return 0 }
        for length in stride(from: min(longest - 1, held.count), to: 0, by: -1) {
            let tail = held[(held.count - length)...]
            if stops.contains(where: { $0.count > length && $0.starts(with: tail) }) { return length }
        }
        return 0
    }

    /// The largest prefix of at most `end` bytes that doesn't cut a character. Bytes that can't begin or go on a
    /// character are let through; they become U+FFFD where text is needed.
    private func wholeCharacters(upTo end: Int) -> Int {
        var lead = end - 1
        var following = 0
        while lead >= 0, following < 3, held[lead] & 0xC0 == 0x80 {
            lead -= 1
            following += 1
        }
        guard lead >= 0 else { return end }
        let needed: Int
        switch held[lead] {
        case 0xC2...0xDF: needed = 1
        case 0xE0...0xEF: needed = 2
        case 0xF0...0xF4: needed = 3
        default: return end
        }
        return following < needed ? lead : end
    }
}
