// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// What holds for every request and answer of a client's connection, of the relay's and of the routes'; next to the HTTP codec.
///
/// - Requests go through their `RequestIntake`.
/// - A client that is silent for too long loses its connection, be it idle, sending its headers byte by byte, or not reading.
/// - Answers to HEAD have no body (RFC 9110, section 9.3.2): their head is that of the answer to GET. So all other handlers may
///   write the whole answer.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let intake: RequestIntake
    private var deadlines: ConnectionDeadlines
    /// One timer. Later deadlines wait until it fires: only an earlier one is worth moving it.
    private var timer: Scheduled<Void>?
    private var timerDeadline = NIODeadline.distantFuture
    /// Whether each request that has no whole answer is a HEAD.
    private var isHead = CircularBuffer<Bool>(initialCapacity: 2)

    init(_ intake: RequestIntake, _ deadlines: ConnectionDeadlines) {
        self.intake = intake
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
        let part = unwrapInboundIn(data)
        switch part {
        case .head(let head):
            isHead.append(head.method == .HEAD)
            deadlines.receivedHead(now: .now())
        // What came over the wire counts, not what it is unpacked to.
        case .body(let bytes): deadlines.receivedBody(bytes.readableBytes, now: .now())
        case .end: deadlines.receivedEnd()
        }
        schedule(context)
        intake.pass(part, data, context)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let isBodiless = isHead.first == true
        switch unwrapOutboundIn(data) {
        case .head:
            context.write(data, promise: promise)
        case .body where isBodiless:
            writeNothing(context, promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            deadlines.sentEnd(now: .now())
            schedule(context)
            _ = isHead.popFirst()
            // The encoder would end the chunks of a body that isn't there.
            if isBodiless { writeNothing(context, promise) } else { context.write(data, promise: promise) }
        }
    }

    /// Fulfils a promise when what was written before is.
    private func writeNothing(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        guard promise != nil else { return }
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: promise)
    }

    // MARK: Deadlines

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
