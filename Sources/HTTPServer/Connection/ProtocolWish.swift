// SPDX-License-Identifier: MIT

package import NIOHTTP1

/// What a request's head says about the protocol behind it (`Upgrade`, CONNECT). Nothing comes of it here.
package enum ProtocolWish: Sendable, Equatable {
    case none
    /// NIO's decoder takes the head for an upgrade and stops at the request's end.
    case upgrade
    /// NIO's decoder may stop at the request's end, or the bytes behind it aren't HTTP: the connection ends with the
    /// answer.
    case unclear

    /// Only what llhttp certainly takes for an upgrade counts as one: a fresh decoder in the middle of a message would read a
    /// body as requests.
    package init(_ head: HTTPRequestHead) {
        self = head.method == .CONNECT ? .unclear : Self.upgrade(head.headers)
    }

    private static func upgrade(_ headers: HTTPHeaders) -> ProtocolWish {
        var upgrade: String?
        for (name, value) in headers where name.utf8.count == 7 && name.lowercased() == "upgrade" {
            upgrade = (upgrade ?? "") + value
        }
        guard let upgrade else { return .none }
        let connection = headers["connection"].map { $0.lowercased() }
        guard connection.contains(where: { $0.contains("upgrade") }) else { return .none }
        let isPlain = connection.contains { field in
            field.split(separator: ",").contains { $0.drop { $0 == " " } == "upgrade" }
        }
        let hasValue = upgrade.utf8.contains { $0 > 0x20 }
        return isPlain && hasValue ? .upgrade : .unclear
    }
}
