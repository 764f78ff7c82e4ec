// SPDX-License-Identifier: MIT

/// Names of HTTP, in which letters of ASCII count the same in both cases.
package enum ASCII {
    /// Whether two names are the same but for case.
    package static func equal(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).allSatisfy { lower($0) == lower($1) }
    }

    /// The same over the bytes as they lie: each field of a request is compared with several names.
    @inlinable package static func equal(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.utf8Span.span, right.utf8Span.span)
        guard left.count == right.count else { return false }
        for place in left.indices where lower(left[place]) != lower(right[place]) { return false }
        return true
    }

    @inlinable package static func lower(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}
