// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1

/// Leaves the body out of answers to HEAD (RFC 9110, section 9.3.2), whoever gives them: their head is that of the answer to
/// GET. It stands next to the HTTP encoder, so that all other handlers may write the whole answer.
final class HeadAnswerHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Whether each request that has no whole answer is a HEAD.
    private var isHead = CircularBuffer<Bool>(initialCapacity: 2)

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { isHead.append(head.method == .HEAD) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard isHead.first == true else {
            if case .end = unwrapOutboundIn(data) { _ = isHead.popFirst() }
            return context.write(data, promise: promise)
        }
        switch unwrapOutboundIn(data) {
        case .head:
            context.write(data, promise: promise)
        case .body:
            writeNothing(context, promise)
        case .end:
            // The encoder would end the chunks of a body that isn't there.
            _ = isHead.popFirst()
            writeNothing(context, promise)
        }
    }

    /// Fulfils a promise when what was written before is.
    private func writeNothing(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        guard promise != nil else { return }
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: promise)
    }
}
