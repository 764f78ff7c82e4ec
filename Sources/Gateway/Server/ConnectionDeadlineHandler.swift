// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1

/// Closes connections whose client is silent for too long, be it idle, sending its headers byte by byte, or not reading.
final class ConnectionDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart

    private var deadlines: ConnectionDeadlines
    /// One timer. Later deadlines wait until it fires: only an earlier one is worth moving it.
    private var timer: Scheduled<Void>?
    private var timerDeadline = NIODeadline.distantFuture

    init(_ deadlines: ConnectionDeadlines) {
        self.deadlines = deadlines
    }

    func handlerAdded(context: ChannelHandlerContext) {
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: deadlines.receivedHead(now: .now())
        case .body(let bytes): deadlines.receivedBody(bytes.readableBytes, now: .now())
        case .end: deadlines.receivedEnd()
        }
        schedule(context)
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            deadlines.sentEnd(now: .now())
            schedule(context)
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        noteUnread(context)
        schedule(context)
        context.fireChannelWritabilityChanged()
    }

    private func noteUnread(_ context: ChannelHandlerContext) {
        let bytes = context.channel.isWritable ? nil : unreadBytes(context)
        deadlines.waiting(bytes: bytes, now: .now())
    }

    /// What waits for the client to read; 0 where that can't be known.
    private func unreadBytes(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let deadline = deadlines.deadline, timer == nil || deadline < timerDeadline else { return }
        timer?.cancel()
        timerDeadline = deadline
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = bound.value
            handler.fired(context)
        }
    }

    private func fired(_ context: ChannelHandlerContext) {
        timer = nil
        noteUnread(context)
        guard let deadline = deadlines.deadline else { return }
        if deadline <= .now() {
            guard deadlines.isReadingBody, context.channel.isWritable else { return context.close(promise: nil) }
            // Whoever is behind answers, if it can.
            context.fireErrorCaught(BodyTooSlow())
        } else {
            schedule(context)
        }
    }
}
