// SPDX-License-Identifier: MIT

package import NIOCore
package import NIOHTTP1

/// What holds for every request and answer of a client's connection, the relay's and the routes'; right behind the decoder.
///
/// - Requests go through their `RequestIntake`.
/// - A client that is silent for too long loses its connection, be it idle, sending its headers byte by byte, or not reading.
/// - Answers become bytes here. Short writes before a flush go out in one piece: each handler, and each buffer of a
///   system call, costs a request a hundredth of its time.
/// - Answers to HEAD have no body (RFC 9110, section 9.3.2): their head is that of the answer to GET. So all other handlers may
///   write the whole answer.
package final class HTTPConnection: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart
    package typealias OutboundIn = HTTPServerResponsePart
    package typealias OutboundOut = ByteBuffer

    /// Whether the client has left.
    package let client = ClientGone()
    private let intake: RequestIntake
    private var context: ChannelHandlerContext?
    /// Whether a client that only closed its sending side has left, too.
    private let endsWithInput: Bool
    private var deadlines: ConnectionDeadlines?
    /// One timer. Later deadlines wait until it fires: only an earlier one is worth moving it.
    private var timer: Scheduled<Void>?
    private var timerDeadline = NIODeadline.distantFuture
    /// Whether each request that has no whole answer is a HEAD.
    private var isHead = CircularBuffer<Bool>(initialCapacity: 2)
    private var framing = ResponseFraming.plain
    /// Bytes that go out with the next flush, or once they are many.
    private var pending = ByteBuffer()
    /// What becomes of a connection whose server shuts down before it has sent a request; nil once it has.
    private var firstRequest: FirstRequest?

    private enum FirstRequest {
        /// Closed so long after the shutdown began, unless a request comes.
        case expected(grace: TimeAmount)
        /// The server shuts down; the timer closes the connection.
        case last(Scheduled<Void>)
    }

    /// A body's part up to this length is copied behind what is pending; a longer one is written as it is.
    private static let shortPart = 4 << 10
    /// So many pending bytes go out before a flush.
    private static let pendingLimit = 16 << 10

    /// - Parameters:
    ///   - deadlines: what a client may take its time for; nil where it may for everything.
    ///   - endsWithInput: whether a client that closes its sending side doesn't listen any more.
    ///   - firstRequestGrace: how long a connection may still send its first request once the server shuts down; nil for one that is
    ///     closed at once.
    package init(
        _ intake: RequestIntake,
        _ deadlines: ConnectionDeadlines?,
        endsWithInput: Bool,
        firstRequestGrace: TimeAmount? = nil
    ) {
        firstRequest = firstRequestGrace.map(FirstRequest.expected)
        self.intake = intake
        self.deadlines = deadlines
        self.endsWithInput = endsWithInput
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        schedule(context)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        intake.receiver = nil
        timer?.cancel()
        timer = nil
        if case .last(let timer) = firstRequest { timer.cancel() }
    }

    /// Gives requests' parts to the handler right behind this one by a call. Those of a packed body come to it through the pipeline, since
    /// what unpacks them stands in between.
    package func passRequests(to receiver: any RequestReceiver) {
        intake.receiver = receiver
    }

    package func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        if case .last(let timer) = firstRequest { timer.cancel() }
        client.leave()
        context.fireChannelInactive()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if endsWithInput, event as? ChannelEvent == .inputClosed { client.leave() }
        if event is ChannelShouldQuiesceEvent, case .expected(let grace) = firstRequest {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            firstRequest = .last(
                context.eventLoop.scheduleTask(in: grace) {
                    bound.value.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
                }
            )
            return
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// A request has come. If the server shuts down meanwhile it is the connection's last one.
    private func noteRequest(_ context: ChannelHandlerContext) {
        guard let firstRequest else { return }
        self.firstRequest = nil
        guard case .last(let timer) = firstRequest else { return }
        timer.cancel()
        context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    // MARK: Requests

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        switch part {
        case .head(let head):
            isHead.append(head.method == .HEAD)
            deadlines?.receivedHead(now: .now())
        // What came over the wire counts, not what it is unpacked to.
        case .body(let bytes): deadlines?.receivedBody(bytes.readableBytes, now: .now())
        case .end: deadlines?.receivedEnd()
        }
        schedule(context)
        intake.pass(part, context)
        noteRequest(context)
    }

    // MARK: Answers

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            begin(head, context)
        case .body(.byteBuffer(let bytes)):
            add(bytes, context)
        case .body(.fileRegion):
            preconditionFailure("a file is answered as bytes")
        case .end:
            end(context)
        }
        if promise != nil || pending.readableBytes > Self.pendingLimit { writePending(context, promise) }
    }

    /// Sends a whole answer: what its parts would come to, written and flushed one by one through the handlers behind.
    /// - Parameters:
    ///   - standing: the lines of its header that each answer has.
    ///   - closes: whether the connection ends with it.
    ///   - isOld: whether the client speaks HTTP/1.0.
    func send(
        _ response: Response,
        standing: [UInt8],
        closes: Bool,
        isOld: Bool,
        promise: EventLoopPromise<Void>?
    ) {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let length = response.body.length
        let isBodiless = isHead.first == true || !response.httpStatus.mayHaveResponseBody
        let isShort = length <= Self.shortPart
        pending = context.channel.allocator.buffer(capacity: 256 + (isShort ? length : 0))
        ResponseFraming.write(response, standing: standing, closes: closes, isOld: isOld, to: &pending)
        switch response.body {
        case .whole(let bytes) where !isBodiless: pending.writeBytes(bytes)
        case .buffer(let bytes) where !isBodiless && isShort: pending.writeImmutableBuffer(bytes)
        case .buffer(let bytes) where !isBodiless:
            writePending(context, nil)
            pending = bytes
        default: break
        }
        framing = .plain
        end(context)
        context.writeAndFlush(wrapOutboundOut(takePending()), promise: promise)
    }

    package func flush(context: ChannelHandlerContext) {
        if pending.readableBytes > 0 { writePending(context, nil) }
        context.flush()
    }

    private func begin(_ head: HTTPResponseHead, _ context: ChannelHandlerContext) {
        if pending.readableBytes == 0 { pending = context.channel.allocator.buffer(capacity: 512) }
        let framing = ResponseFraming(writing: head, isBodiless: isHead.first == true, to: &pending)
        // An interim answer has no body, and says nothing of the one that follows.
        if head.status.code >= 200 { self.framing = framing }
    }

    private func end(_ context: ChannelHandlerContext) {
        if framing == .chunked { pending.writeStaticString("0\r\n\r\n") }
        deadlines?.sentEnd(now: .now())
        schedule(context)
        _ = isHead.popFirst()
    }

    private func add(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        let count = bytes.readableBytes
        guard framing != .bodiless, count > 0 else { return }
        if pending.readableBytes == 0, count <= Self.shortPart {
            pending = context.channel.allocator.buffer(capacity: count + 16)
        }
        if framing == .chunked { ResponseFraming.writeChunkHead(count, to: &pending) }
        if count <= Self.shortPart {
            pending.writeImmutableBuffer(bytes)
        } else {
            if pending.readableBytes > 0 { writePending(context, nil) }
            context.write(wrapOutboundOut(bytes), promise: nil)
        }
        if framing == .chunked { pending.writeStaticString("\r\n") }
    }

    /// Writes what is pending, be it nothing: a promise is fulfilled once what was written before is.
    private func writePending(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
        context.write(wrapOutboundOut(takePending()), promise: promise)
    }

    private func takePending() -> ByteBuffer {
        defer { pending = ByteBuffer() }
        return pending
    }

    // MARK: Deadlines

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        noteUnread(context)
        schedule(context)
        context.fireChannelWritabilityChanged()
    }

    private func noteUnread(_ context: ChannelHandlerContext) {
        let bytes = context.channel.isWritable ? nil : unreadBytes(context)
        deadlines?.waiting(bytes: bytes, now: .now())
    }

    /// What waits for the client to read; 0 on a channel that doesn't tell, where the time alone counts.
    private func unreadBytes(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let deadline = deadlines?.deadline, timer == nil || deadline < timerDeadline else { return }
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
        guard let deadlines, let deadline = deadlines.deadline else { return }
        if deadline <= .now() {
            guard deadlines.isReadingBody, context.channel.isWritable else { return context.close(promise: nil) }
            // The handler that reads the body answers, if it can.
            context.fireErrorCaught(BodyTooSlow())
        } else {
            schedule(context)
        }
    }
}
