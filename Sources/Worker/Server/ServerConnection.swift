// SPDX-License-Identifier: MIT

import NIOCore
import NIOExtras
import NIOHTTP1
import Wire

/// A client's connection: one request after another, each with its whole body, each answered before the next one is
/// looked at.
final class ServerConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        /// No request has begun.
        case idle
        case receiving
        case answering
        /// The last answer was sent before its request was over; what still comes is dropped.
        case leaving
    }

    private let answerer: RequestAnswerer
    private let client: ClientGone
    private let executor: LoopExecutor
    private let eventLoop: any EventLoop
    private var context: ChannelHandlerContext?

    private var phase = Phase.idle
    private var head: HTTPRequestHead?
    private var body = ByteBuffer()
    /// What arrived while an answer was made.
    private var waiting: CircularBuffer<HTTPServerRequestPart> = []
    private var isTakingWaiting = false
    /// Whether the connection ends with the current answer.
    private var closes = false
    private var isChunked = false
    /// Who waits until the client has caught up.
    private var writer: CheckedContinuation<Void, any Error>?
    private var date = DateHeader()

    /// Parts that may wait before no more are read.
    private static let waitingLimit = 16
    /// How long a client that was refused may go on sending.
    private static let lingering: TimeAmount = .seconds(2)

    init(answerer: RequestAnswerer, client: ClientGone, eventLoop: any EventLoop) {
        self.answerer = answerer
        self.client = client
        self.eventLoop = eventLoop
        executor = LoopExecutor(eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .answering = phase {
            waiting.append(part)
            if waiting.count == Self.waitingLimit { setReading(false) }
        } else {
            take(part)
        }
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch (part, phase) {
        case (.head(let head), .idle): begin(head)
        case (.body(let bytes), .receiving): add(bytes)
        case (.end, .receiving): answer()
        default: break
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        self.head = head
        phase = .receiving
        if !head.isKeepAlive { closes = true }
        guard head.method != .GET else { return }
        if let refusal = ContentCoding(head.headers).refusal {
            return refuse(refusal, headers: [("accept-encoding", ContentCoding.accepted)])
        }
        if let length = head.headers.first(name: "content-length").flatMap(Int.init), length > Request.bodyLimit {
            return refuseSize()
        }
        if head.headers.first(name: "expect")?.lowercased() == "100-continue", let context {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
        }
    }

    private func add(_ bytes: ByteBuffer) {
        guard body.readableBytes + bytes.readableBytes <= Request.bodyLimit else { return refuseSize() }
        if body.readableBytes == 0 {
            body = bytes
        } else {
            body.writeImmutableBuffer(bytes)
        }
    }

    private func refuseSize() {
        refuse(APIError(.invalidRequest, "the body is larger than \(Request.bodyLimit >> 20) MiB", status: 413))
    }

    /// Answers before the request is over. The client may read that while it still sends, so the connection lingers.
    private func refuse(_ error: APIError, headers: [(String, String)] = []) {
        guard let context else { return }
        closes = true
        let path = head.map { String($0.uri.prefix { $0 != "?" }) } ?? ""
        var response = Response(error, in: Dialect(path: path))
        response.headers += headers
        write(response, to: context)
        phase = .leaving
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: Self.lingering) { bound.value.context?.close(promise: nil) }
    }

    private func answer() {
        guard let head else { return }
        phase = .answering
        let request = Request(head: head, body: body, client: client, executor: executor)
        body = ByteBuffer()
        let make: @Sendable () async -> Response
        let preparation: Preparation
        switch answerer.answer(request) {
        case .now(let response): return finish(response)
        case .later(let place, let later):
            preparation = place
            make = later
        }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        client.watch { preparation.cancel() }
        Task(executorPreference: preparation) { [executor, client] in
            let response = await make()
            preparation.end()
            // A stream has a watch of its own by now.
            if case .whole = response.body { client.unwatch() }
            await withTaskExecutorPreference(executor) {
                guard case .stream(let write) = response.body else { return bound.value.finish(response) }
                bound.value.begin(response)
                do {
                    try await write(ResponseWriter(bound))
                    bound.value.endStream()
                } catch {
                    bound.value.cut()
                }
            }
        }
    }

    // MARK: What goes out

    /// Whether the client speaks HTTP/1.0.
    private var isOld: Bool { head?.version == .http1_0 }

    /// Sends a whole answer.
    private func finish(_ response: Response) {
        guard let context else { return }
        write(response, to: context)
        answered()
    }

    private func write(_ response: Response, to context: ChannelHandlerContext) {
        guard case .whole(let bytes) = response.body else { return }
        var buffer = context.channel.allocator.buffer(capacity: 256 + bytes.count)
        write(head: response, .known(bytes.count), to: &buffer)
        if head?.method != .HEAD { buffer.writeBytes(bytes) }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func write(head response: Response, _ length: ResponseHead.Length, to buffer: inout ByteBuffer) {
        ResponseHead(response: response, length: length, closes: closes, isOld: isOld)
            .write(to: &buffer, date: date.value())
    }

    /// Sends the head of an answer that is made while it is sent.
    private func begin(_ response: Response) {
        guard let context else { return }
        isChunked = !isOld
        if !isChunked { closes = true }
        var buffer = context.channel.allocator.buffer(capacity: 256)
        write(head: response, isChunked ? .chunked : .open, to: &buffer)
        context.write(wrapOutboundOut(buffer), promise: nil)
        // The first bytes usually follow at once, and go with it.
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute { bound.value.context?.flush() }
    }

    /// Sends a part of such an answer.
    /// - Returns: whether more may follow at once; `whenWritable` says when otherwise.
    func send(_ parts: [ByteBuffer]) throws -> Bool {
        guard let context, context.channel.isActive else { throw ChannelError.ioOnClosedChannel }
        let count = parts.reduce(0) { $0 + $1.readableBytes }
        guard count > 0 else { return true }
        var buffer = context.channel.allocator.buffer(capacity: count + 24)
        if isChunked { buffer.writeString(String(count, radix: 16) + "\r\n") }
        for part in parts { buffer.writeImmutableBuffer(part) }
        if isChunked { buffer.writeString("\r\n") }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        return context.channel.isWritable
    }

    /// Resumes once the client has caught up, or with an error when it is gone. One at a time.
    func whenWritable(_ continuation: CheckedContinuation<Void, any Error>) {
        guard let context, context.channel.isActive else {
            return continuation.resume(throwing: ChannelError.ioOnClosedChannel)
        }
        guard !context.channel.isWritable else { return continuation.resume() }
        writer = continuation
    }

    private func endStream() {
        guard let context else { return }
        if isChunked { context.write(wrapOutboundOut(ByteBuffer(staticString: "0\r\n\r\n")), promise: nil) }
        context.flush()
        answered()
    }

    /// Ends a connection whose answer can't be completed.
    private func cut() {
        context?.close(promise: nil)
    }

    private func answered() {
        head = nil
        guard !closes else {
            phase = .leaving
            context?.close(promise: nil)
            return
        }
        phase = .idle
        guard !waiting.isEmpty, !isTakingWaiting else { return }
        isTakingWaiting = true
        while let part = waiting.popFirst() {
            take(part)
            if case .answering = phase { break }
        }
        isTakingWaiting = false
        if waiting.isEmpty { setReading(true) }
    }

    private func setReading(_ isOn: Bool) {
        context?.channel.setOption(.autoRead, value: isOn).whenFailure { _ in }
    }

    // MARK: The connection

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            writer?.resume()
            writer = nil
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        writer?.resume(throwing: ChannelError.ioOnClosedChannel)
        writer = nil
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent || event as? ChannelEvent == .inputClosed {
            leaveSoon(context)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// Ends the connection once nothing is being answered any more.
    private func leaveSoon(_ context: ChannelHandlerContext) {
        closes = true
        if case .idle = phase { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .idle, .receiving:
            if let failure = APIError(unpacking: error, limit: Request.bodyLimit) { return refuse(failure) }
            guard error is HTTPParserError else { return context.close(promise: nil) }
            refuse(APIError(.invalidRequest, "the request is not HTTP: \(error)"))
        case .answering, .leaving:
            context.close(promise: nil)
        }
    }
}
