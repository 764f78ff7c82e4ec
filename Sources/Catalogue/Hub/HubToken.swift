// SPDX-License-Identifier: MIT

import Platform

/// A hub's access token. It shows itself nowhere by accident.
package struct HubToken: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    package let secret: String

    /// - Throws: `invalidName` for a text that is not `hf_` with at least 34 letters and digits.
    package init(_ text: String) throws(HubError) {
        let isToken =
            text.hasPrefix("hf_") && (37...256).contains(text.utf8.count)
            && text.utf8.dropFirst(3).allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: false
                }
            }
        guard isToken else {
            throw HubError(.invalidName, "the hub's token is not of the form hf_… (34 or more letters and digits)")
        }
        secret = text
    }

    package var description: String { "hf_…" }
    package var debugDescription: String { description }
}
