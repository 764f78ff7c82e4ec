// SPDX-License-Identifier: MIT

package import NIOCore
import NIOExtras
package import NIOHTTP1
import Wire

/// Answers a connection's requests by routes: one after another, each with its whole body, each answered before the next one is
/// looked at. The last handler of a connection.
package final class RouteHandler: ChannelInboundHandler, RequestReceiver, ResponseSink {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias OutboundOut = HTTPServerResponsePart

    let answerer: any RequestAnswering
    private let client: ClientGone
    /// Where whole answers go and requests come from, if no handler stands in between that has to see them.
    private let connection: HTTPConnection?
    private let executor: LoopExecutor
    private let eventLoop: any EventLoop
    private var context: ChannelHandlerContext?

    private var phase = RoutePhase.idle
    var head: HTTPRequestHead?
    private var body = ByteBuffer()
    /// What arrived while an answer was made.
    private var waiting: CircularBuffer<HTTPServerRequestPart> = []
    private var isTakingWaiting = false
    /// Whether the connection ends with the current answer.
    private var closes = false
    /// Whether the server ends.
    private var isQuiescing = false
    /// What makes the current answer.
    private var task: Task<Void, Never>?
    /// Whether the current answer would go on as long as the server does.
    private var isEndless = false
    /// What goes on once the client has caught up.
    private var writer: CheckedContinuation<Void, any Error>?
    private var standing: StandingFields

    /// Parts that may wait before no more are read.
    private static let waitingLimit = 16
    /// How much of an unwanted body is read past.
    private static let unwantedLimit = 64 << 10
    /// How long a client that was refused may go on sending.
    private static let lingering: TimeAmount = .seconds(2)

    /// - Parameters:
    ///   - connection: the one in front.
    ///   - isNext: whether no handler stands in between that has to see requests and answers.
    package init(
        answerer: any RequestAnswering,
        behind connection: HTTPConnection,
        isNext: Bool,
        eventLoop: any EventLoop
    ) {
        self.answerer = answerer
        client = connection.client
        standing = StandingFields(server: answerer.serverName)
        self.connection = isNext ? connection : nil
        self.eventLoop = eventLoop
        executor = LoopExecutor(eventLoop)
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection?.passRequests(to: self)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    // MARK: What comes in

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receive(unwrapInboundIn(data), nil)
    }

    package func receive(_ part: HTTPServerRequestPart, _ announced: RequestAnnouncement?) {
        if case .answering = phase {
            waiting.append(part)
            if waiting.count == Self.waitingLimit { setReading(false) }
        } else {
            take(part, announced)
        }
    }

    private func take(_ part: HTTPServerRequestPart, _ announced: RequestAnnouncement? = nil) {
        switch part {
        case .head(let head):
            if case .idle = phase { begin(head, announced ?? RequestAnnouncement(head)) }
        case .body(let bytes):
            if case .receiving(let limit) = phase {
                add(bytes, limit)
            } else if case .skipping(let response, let received) = phase {
                skip(bytes.readableBytes + received, response)
            } else if case .streaming(let source) = phase {
                if !source.yield(bytes) { setReading(false) }
            }
        case .end:
            if case .skipping(let response, _) = phase {
                phase = .answering
                finish(response)
            } else if case .receiving = phase {
                answer()
            } else if case .streaming(let source) = phase {
                phase = .answering
                source.finish()
            }
        }
    }

    private func begin(_ head: HTTPRequestHead, _ announced: RequestAnnouncement) {
        self.head = head
        if !head.isKeepAlive { closes = true }
        switch coded(announced, head) ?? answerer.admission(of: head) {
        case .taken(let limit):
            if let length = announced.length, length > limit { return refuse(tooLong(limit)) }
            phase = .receiving(limit: limit)
            if announced.expectsContinue {
                send(.head(HTTPResponseHead(version: .http1_1, status: .continue)), flushes: true)
            }
        case .streamed:
            if announced.expectsContinue {
                send(.head(HTTPResponseHead(version: .http1_1, status: .continue)), flushes: true)
            }
            stream(head)
        case .answered(let response):
            // A client that asks first would be told to go on, only to be refused.
            if announced.expectsContinue { return refuse(response) }
            skip(announced.length ?? 0, response, received: 0)
        }
    }

    /// Lets the answer be made while the body comes.
    private func stream(_ head: HTTPRequestHead) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let (stream, source) = RequestStream.make { [eventLoop] in
            eventLoop.execute { bound.value.setReading(true) }
        }
        phase = .streaming(source)
        let request = Request(head: head, body: ByteBuffer(), stream: stream, client: client, executor: executor)
        switch answerer.answer(request) {
        case .now(let response): settle(response)
        case .later(let later): begin(later)
        }
    }

    /// Sends a whole answer; to a request that is still coming, as the last one of its connection.
    private func settle(_ response: Response) {
        switch phase {
        case .streaming:
            setReading(true)
            refuse(response)
        // What came was no HTTP, and that was answered.
        case .leaving: break
        default: finish(response)
        }
    }

    private func add(_ bytes: ByteBuffer, _ limit: Int) {
        guard body.readableBytes + bytes.readableBytes <= limit else { return refuse(tooLong(limit)) }
        if body.readableBytes == 0 {
            body = bytes
        } else {
            body.writeImmutableBuffer(bytes)
        }
    }

    /// - Parameters:
    ///   - bytes: how long the unwanted body is, as far as is known.
    ///   - received: how much of it came; nil: all of that.
    private func skip(_ bytes: Int, _ response: Response, received: Int? = nil) {
        if bytes > Self.unwantedLimit { return refuse(response) }
        phase = .skipping(response, received: received ?? bytes)
    }

    /// Answers before the request is over. The client may read that while it still sends, so the connection lingers.
    private func refuse(_ response: Response) {
        guard let context else { return }
        closes = true
        body = ByteBuffer()
        write(response, nil)
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
        switch answerer.answer(request) {
        case .now(let response): finish(response)
        case .later(let later): begin(later)
        }
    }

    private func begin(_ later: LaterAnswer) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        if let cancel = later.cancel { client.watch(cancel) }
        let task = Task(executorPreference: later.executor) { [executor, client] in
            let response = await later.make()
            // A stream has a watch of its own by now.
            if later.cancel != nil, !response.isStream { client.unwatch() }
            await withTaskExecutorPreference(executor) {
                guard case .stream(let write) = response.body else { return bound.value.settle(response) }
                bound.value.begin(response, isWatched: later.cancel != nil)
                do {
                    try await write(ResponseWriter(bound.value, on: bound.eventLoop))
                    bound.value.endStream()
                } catch {
                    bound.value.cut(error)
                }
            }
        }
        self.task = task
    }

    // MARK: What goes out

    /// Whether the client speaks HTTP/1.0.
    private var isOld: Bool { head?.version.minor == 0 }

    private func send(_ part: HTTPServerResponsePart, flushes: Bool = false) {
        guard let context else { return }
        if flushes {
            context.writeAndFlush(wrapOutboundOut(part), promise: nil)
        } else {
            context.write(wrapOutboundOut(part), promise: nil)
        }
    }

    /// Sends a whole answer.
    private func finish(_ response: Response) {
        guard context != nil else { return }
        write(response, ending())
        answered()
    }

    private func write(_ response: Response, _ promise: EventLoopPromise<Void>?) {
        if let connection {
            return connection.send(
                response,
                standing: standing.lines(),
                closes: closes,
                isOld: isOld,
                promise: promise
            )
        }
        send(.head(head(of: response, length: response.body.length)))
        switch response.body {
        case .whole(let bytes) where !bytes.isEmpty: send(.body(.byteBuffer(ByteBuffer(bytes: bytes))))
        case .buffer(let bytes) where bytes.readableBytes > 0: send(.body(.byteBuffer(bytes)))
        default: break
        }
        context?.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    /// What ends the connection once the last answer is written; nil for an answer that isn't the last one.
    private func ending() -> EventLoopPromise<Void>? {
        guard closes, let context else { return nil }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.context?.close(promise: nil) }
        return written
    }

    private func head(of response: Response, length: Int?) -> HTTPResponseHead {
        response.head(standing: standing.fields(), length: length, closes: closes, isOld: isOld)
    }

    /// Sends the head of an answer that is made while it is sent.
    /// - Parameter isWatched: whether something else happens when the client leaves than that its task is cancelled.
    private func begin(_ response: Response, isWatched: Bool) {
        if !isWatched, let task { client.watch { task.cancel() } }
        // HTTP/1.0 has no chunks.
        if isOld { closes = true }
        isEndless = response.isEndless
        if isQuiescing, isEndless { task?.cancel() }
        send(.head(head(of: response, length: nil)))
        // The first bytes usually follow at once, and go with it.
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute { bound.value.context?.flush() }
    }

    func send(_ parts: [ByteBuffer]) throws -> Bool {
        guard let context, context.channel.isActive else { throw ChannelError.ioOnClosedChannel }
        for part in parts { send(.body(.byteBuffer(part))) }
        context.flush()
        return context.channel.isWritable
    }

    func whenWritable(_ continuation: CheckedContinuation<Void, any Error>) {
        guard let context, context.channel.isActive else {
            return continuation.resume(throwing: ChannelError.ioOnClosedChannel)
        }
        guard !context.channel.isWritable else { return continuation.resume() }
        writer = continuation
    }

    private func endStream() {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: ending())
        answered()
    }

    /// Ends a connection whose answer can't be completed.
    private func cut(_ error: any Error) {
        // One that ends with the server is as complete as it can be.
        if isQuiescing, isEndless, error is CancellationError { return endStream() }
        context?.close(promise: nil)
    }

    private func answered() {
        head = nil
        task = nil
        isEndless = false
        guard !closes else {
            phase = .leaving
            return
        }
        phase = .idle
        guard !waiting.isEmpty, !isTakingWaiting else { return }
        isTakingWaiting = true
        defer { isTakingWaiting = false }
        while let part = waiting.first {
            if case .answering = phase { return }
            waiting.removeFirst()
            take(part)
        }
        setReading(true)
    }

    private func setReading(_ isOn: Bool) {
        context?.channel.setOption(.autoRead, value: isOn).whenFailure { _ in }
    }

    // MARK: The connection

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            writer?.resume()
            writer = nil
        }
        context.fireChannelWritabilityChanged()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        writer?.resume(throwing: ChannelError.ioOnClosedChannel)
        writer = nil
        if case .streaming(let source) = phase { source.finish(ChannelError.ioOnClosedChannel) }
        waiting.removeAll()
        context.fireChannelInactive()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            if isEndless { task?.cancel() }
            leaveSoon(context, mayReceive: true)
        case ChannelEvent.inputClosed: leaveSoon(context, mayReceive: false)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Ends the connection once nothing is being answered any more.
    /// - Parameter mayReceive: whether the rest of a request can still come.
    private func leaveSoon(_ context: ChannelHandlerContext, mayReceive: Bool) {
        closes = true
        switch phase {
        case .idle: context.close(promise: nil)
        case .receiving, .streaming, .skipping: if !mayReceive { context.close(promise: nil) }
        case .answering, .leaving: break
        }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .idle, .receiving, .streaming, .skipping:
            if case .streaming(let source) = phase { source.finish(error) }
            let failure = failure(error)
            guard let failure else { return context.close(promise: nil) }
            refuse(refusal(failure))
        // Bytes that are no HTTP behind a request don't cost its answer.
        case .answering where error is HTTPParserError:
            closes = true
            waiting.removeAll()
        case .answering, .leaving:
            context.close(promise: nil)
        }
    }
}
