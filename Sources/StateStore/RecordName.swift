// SPDX-License-Identifier: MIT

/// What a record's file is called: `<fingerprint>-<number>.state`, sixteen hexadecimal digits each.
package struct RecordName: Sendable, Hashable, CustomStringConvertible {
    /// How a record's file ends that is still being written.
    package static let draftSuffix = ".part"
    private static let suffix = ".state"
    private static let baseSuffix = ".base"

    package let fingerprint: UInt64
    package let id: UInt64

    package init(fingerprint: UInt64, id: UInt64) {
        self.fingerprint = fingerprint
        self.id = id
    }

    /// nil for what isn't such a name.
    package init?(_ name: String) {
        self.init(name, Self.suffix)
    }

    /// Of what a file is called that others have parts in: as the record, which may be gone, but for the suffix.
    package init?(base name: String) {
        self.init(name, Self.baseSuffix)
    }

    private init?(_ name: String, _ suffix: String) {
        guard name.hasSuffix(suffix), name.utf8.count == 33 + suffix.utf8.count else { return nil }
        let parts = name.dropLast(suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 16 && $0.allSatisfy(\.isHexDigit) }),
            let fingerprint = UInt64(parts[0], radix: 16), let id = UInt64(parts[1], radix: 16)
        else { return nil }
        self.init(fingerprint: fingerprint, id: id)
        guard stem + suffix == name else { return nil }
    }

    package var description: String { stem + Self.suffix }

    /// What the file is called that others have parts in.
    package var base: String { stem + Self.baseSuffix }

    private var stem: String { "\(Self.hex(fingerprint))-\(Self.hex(id))" }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
