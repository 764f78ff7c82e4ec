// SPDX-License-Identifier: MIT

/// Makes keys of the bytes that a terminal sends: UTF-8, control characters, and the escape sequences of xterm and of all that
/// follow it (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html).
package struct KeyDecoder: Sendable {
    private var bytes: [UInt8] = []
    /// What has been pasted so far; nil outside of a paste.
    private var pasted: [UInt8]?

    /// The longest paste in bytes; what is beyond it is dropped.
    private static let longestPaste = 4 << 20
    /// Longer sequences are none.
    private static let longestSequence = 32
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    package init() {}

    /// The keys that are whole with these bytes.
    package mutating func add(_ more: some Sequence<UInt8>) -> [Key] {
        bytes += more
        var keys: [Key] = []
        while let key = next() { if let key { keys.append(key) } }
        return keys
    }

    /// What is left when nothing more comes for a moment: an escape that begins no sequence is the key itself.
    package mutating func flush() -> [Key] {
        guard pasted == nil, bytes.first == 0x1B else { return [] }
        let rest = bytes.dropFirst()
        bytes = []
        return [.escape] + rest.compactMap { $0 >= 0x20 && $0 < 0x7F ? .character(Character(UnicodeScalar($0))) : nil }
    }

    /// Takes one key from the bytes: nil if none is whole, `.some(nil)` for bytes that mean nothing.
    private mutating func next() -> Key?? {
        if pasted != nil { return paste() }
        guard let first = bytes.first else { return nil }
        if first == 0x1B { return escape() }
        if first < 0x20 || first == 0x7F {
            bytes.removeFirst()
            return .some(Self.control(first))
        }
        let length = first < 0x80 ? 1 : first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard bytes.count >= length else { return nil }
        let text = String(validating: bytes.prefix(length), as: UTF8.self)
        bytes.removeFirst(text == nil ? 1 : length)
        return .some(text.flatMap { $0.count == 1 ? $0.first : nil }.map(Key.character))
    }

    private static func control(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x0D: .enter
        case 0x0A: .newline
        case 0x09: .tab
        case 0x08, 0x7F: .backspace
        case 0x17: .deleteWordLeft
        case 0x01...0x1A: .control(Character(UnicodeScalar(byte + 0x60)))
        default: nil
        }
    }

    private mutating func escape() -> Key?? {
        guard bytes.count >= 2 else { return nil }
        let second = bytes[1]
        guard second == UInt8(ascii: "[") || second == UInt8(ascii: "O") else {
            bytes.removeFirst(2)
            switch second {
            case UInt8(ascii: "b"): return .some(.wordLeft)
            case UInt8(ascii: "f"): return .some(.wordRight)
            case UInt8(ascii: "d"): return .some(.deleteWordRight)
            case 0x0D, 0x0A: return .some(.newline)
            case 0x7F, 0x08: return .some(.deleteWordLeft)
            case 0x1B:
                bytes.insert(0x1B, at: 0)
                return .some(.escape)
            default: return .some(nil)
            }
        }
        // A control sequence: parameters, then one final byte.
        guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
            if bytes.count > Self.longestSequence { bytes.removeAll() }
            return nil
        }
        let parameters = String(decoding: bytes[2..<end], as: UTF8.self)
        let final = bytes[end]
        bytes.removeFirst(end + 1)
        if final == UInt8(ascii: "~"), parameters == "200" {
            pasted = []
            return .some(nil)
        }
        return .some(Self.sequence(parameters, final))
    }

    private static func sequence(_ parameters: String, _ final: UInt8) -> Key? {
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        // Alt, Ctrl or both.
        let hasModifier = numbers.count > 1 && [3, 5, 7].contains(numbers[1])
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return hasModifier ? .wordRight : .right
        case UInt8(ascii: "D"): return hasModifier ? .wordLeft : .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "M"): return .enter
        case UInt8(ascii: "~"):
            switch numbers.first {
            case 1, 7: return .home
            case 4, 8: return .end
            case 3: return hasModifier ? .deleteWordRight : .delete
            case 5: return .pageUp
            case 6: return .pageDown
            default: return nil
            }
        default: return nil
        }
    }

    private mutating func paste() -> Key?? {
        guard let start = bytes.firstRange(of: Self.pasteEnd)?.lowerBound else {
            // The end's first bytes may be the last ones that are here.
            let safe = bytes.count - (Self.pasteEnd.count - 1)
            if safe > 0 { keep(safe) }
            return nil
        }
        keep(start)
        bytes.removeFirst(Self.pasteEnd.count)
        let text = String(decoding: pasted ?? [], as: UTF8.self)
        pasted = nil
        return .some(.paste(text))
    }

    private mutating func keep(_ count: Int) {
        let room = Self.longestPaste - (pasted?.count ?? 0)
        pasted?.append(contentsOf: bytes.prefix(min(count, max(0, room))))
        bytes.removeFirst(count)
    }
}
