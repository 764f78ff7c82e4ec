// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1

/// Watches how much becomes of a packed body, so that a few bytes don't keep an event loop busy with the making of gigabytes.
final class UnpackingMeter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// The body became longer than `ratio` allows.
    struct TooDense: Error {}

    /// How many times as long as the packed body the unpacked one may be. Text of a person or a program is below 20.
    static let ratio = 200
    /// So much may become of any body.
    private static let allowance = 16 << 20

    /// Bytes that came in, packed.
    var packed = 0
    private var unpacked = 0
    private var isOver = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .body(let bytes) = unwrapInboundIn(data) {
            guard !isOver else { return }
            unpacked += bytes.readableBytes
            if unpacked > Self.allowance, unpacked / Self.ratio > packed {
                isOver = true
                return context.fireErrorCaught(TooDense())
            }
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // One error is enough; the decompressor says it again with each part.
        guard !isOver else { return }
        isOver = true
        context.fireErrorCaught(error)
    }
}
