// SPDX-License-Identifier: MIT

/// Texts in which a backslash and what follows it stand for another character.
package enum Escapes {
    /// `\n`, `\r`, `\t`, `\'`, `\"`, `\\` and `\xHH` as what they stand for; whatever else follows a backslash stays as it is.
    package static func read(_ text: String) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                result.append(byte)
                continue
            }
            let digits = rest.dropFirst().prefix(2)
            switch next {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"): result.append(next)
            case UInt8(ascii: "x"):
                guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                    fallthrough
                }
                result.append(value)
                rest = rest.dropFirst(2)
            default: result += [byte, next]
            }
            rest = rest.dropFirst()
        }
        return String(decoding: result, as: UTF8.self)
    }
}
