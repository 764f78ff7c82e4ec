// SPDX-License-Identifier: MIT

import Platform

/// A model on the hub as a user names it: `user/repository`, and a quantisation tag behind a `:` if one is wanted.
package struct HubReference: Sendable, Hashable {
    /// `user/repository`, checked: it is safe in a path and in a URL.
    package let repository: String
    /// The tag as the user wrote it.
    package let tag: String?

    /// - Throws: `invalidName`.
    package init(_ text: String) throws(HubError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let repository = String(parts.first ?? "")
        guard Self.isValidRepository(repository) else {
            throw HubError(
                .invalidName,
                "'\(text.prefix(100))' is not the name of a model on the hub: it must be user/repo or user/repo:tag"
            )
        }
        let tag = parts.count > 1 ? String(parts[1]) : nil
        if let tag, !Self.isValidTag(tag) {
            throw HubError(.invalidName, "'\(tag)' is not a tag: letters, digits, '_', '-' and '.' are allowed")
        }
        self.repository = repository
        self.tag = tag
    }

    package init(repository: String, tag: String?) {
        self.repository = repository
        self.tag = tag
    }

    /// The name as it is written.
    package var text: String { tag.map { "\(repository):\($0)" } ?? repository }

    /// Whether a name has one `/`, and letters, digits and `_` with single `.`, `-` between them (hf-cache.cpp).
    package static func isValidRepository(_ name: String) -> Bool {
        guard name.utf8.count <= 256 else { return false }
        var slashes = 0
        var follows = false
        for byte in name.utf8 {
            switch byte {
            case _ where isWordByte(byte):
                follows = true
            case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"):
                guard follows else { return false }
                follows = false
                if byte == UInt8(ascii: "/") { slashes += 1 }
            default:
                return false
            }
        }
        return follows && slashes == 1
    }

    private static func isValidTag(_ tag: String) -> Bool {
        !tag.isEmpty && tag.utf8.count <= 128
            && tag.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
