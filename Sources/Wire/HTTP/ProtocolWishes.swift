// SPDX-License-Identifier: MIT

package import NIOCore
package import NIOHTTP1

/// Sees which requests want to go on in another protocol (`Upgrade`, CONNECT), and makes sure that nothing comes of it.
package final class ProtocolWishes: ChannelInboundHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart

    /// What a request's head says about the protocol behind it.
    package enum Wish: Sendable, Equatable {
        case none
        /// NIO's decoder takes the head for an upgrade and stops at the request's end.
        case upgrade
        /// NIO's decoder may stop at the request's end, or the bytes behind it aren't HTTP: the connection ends with the
        /// answer.
        case unclear
    }

    private let decoder: LastingRequestDecoder
    private var isUpgrade = false

    init(_ decoder: LastingRequestDecoder) {
        self.decoder = decoder
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            switch Self.wish(of: head) {
            case .none:
                isUpgrade = false
                context.fireChannelRead(data)
            case .upgrade:
                isUpgrade = true
                context.fireChannelRead(data)
            case .unclear:
                isUpgrade = false
                head.headers.replaceOrAdd(name: "connection", value: "close")
                context.fireChannelRead(wrapInboundOut(.head(head)))
            }
        case .end where isUpgrade:
            isUpgrade = false
            decoder.stopped()
            context.fireChannelRead(data)
        case .body, .end:
            context.fireChannelRead(data)
        }
    }

    /// What a head says. Only what llhttp certainly takes for an upgrade counts as one: a fresh decoder in the middle of a
    /// message would read a body as requests.
    package static func wish(of head: HTTPRequestHead) -> Wish {
        if head.method == .CONNECT { return .unclear }
        var upgrade: String?
        for (name, value) in head.headers where name.utf8.count == 7 && name.lowercased() == "upgrade" {
            upgrade = (upgrade ?? "") + value
        }
        guard let upgrade else { return .none }
        let connection = head.headers["connection"].map { $0.lowercased() }
        guard connection.contains(where: { $0.contains("upgrade") }) else { return .none }
        let isPlain = connection.contains { field in
            field.split(separator: ",").contains { $0.drop { $0 == " " } == "upgrade" }
        }
        let hasValue = upgrade.utf8.contains { $0 > 0x20 }
        return isPlain && hasValue ? .upgrade : .unclear
    }
}
