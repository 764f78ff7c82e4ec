// SPDX-License-Identifier: MIT

import HTTPServer
import Logging
import NIOCore
import NIOHTTP1
import Wire

/// Takes the requests that go to workers out of a client's connection and answers them; lets all others through to the
/// routes. It sits behind the HTTP codec, one for each connection, and does everything on the connection's event loop.
///
/// `RelayState` decides; this shell holds the bytes and does what it says.
final class RelayHandler: ChannelDuplexHandler, RemovableChannelHandler, RequestReceiver {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart
    typealias State = RelayState<any ModelLease, UpstreamConnection>

    /// What arrived while another request is being answered.
    enum Held {
        case part(HTTPServerRequestPart)
        case inputClosed
    }

    /// Whose request is being read.
    enum Reader {
        case none
        case relay
        case routes
    }

    let leasing: any ModelLeasing
    let pool: UpstreamPool
    let settings: RelaySettings
    let prefix: String
    let door: FrontDoor
    let logger: Logger
    let metrics: RelayMetrics
    let streams: ResumableStreams
    let activities: Activity
    let bodies: BodyBudget
    let eventLoop: any EventLoop

    var state: State
    var context: ChannelHandlerContext?
    /// The request at hand, or the last one.
    var current = RelayExchange()
    var requestID: RequestID
    /// The client's address, without a port.
    private(set) lazy var client = context?.channel.remoteAddress?.ipAddress
    /// When the client last got something, or began to wait.
    var lastProgress = NIODeadline.uptimeNanoseconds(0)
    var pingTimer: Scheduled<Void>?
    /// When the worker last sent something, or got the request.
    var lastWorkerByte = NIODeadline.uptimeNanoseconds(0)
    var silenceTimer: Scheduled<Void>?
    /// Done when the last response is written; set for a connection that closes after it.
    var written: EventLoopFuture<Void>?
    var discarding: Scheduled<Void>?

    var reader = Reader.none
    /// Requests that the routes have not answered yet.
    var routePassages = CircularBuffer<Passage>()
    var routesClose = false
    var held = CircularBuffer<Held>()
    var isReadHeld = false
    var isDraining = false

    /// - Parameter connection: a number that other connections hardly have.
    init(
        leasing: any ModelLeasing,
        pool: UpstreamPool,
        settings: RelaySettings,
        door: FrontDoor,
        logger: Logger,
        metrics: RelayMetrics,
        streams: ResumableStreams,
        activities: Activity,
        bodies: BodyBudget,
        eventLoop: any EventLoop,
        connection: UInt64
    ) {
        self.leasing = leasing
        self.pool = pool
        self.settings = settings
        prefix = settings.plainPrefix
        self.door = door
        self.logger = logger
        self.metrics = metrics
        self.streams = streams
        self.activities = activities
        self.bodies = bodies
        self.eventLoop = eventLoop
        requestID = RequestID(connection: connection)
        state = State(maxBodyBytes: settings.maxBodyBytes)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        receive(unwrapInboundIn(data), nil)
    }

    func receive(_ part: HTTPServerRequestPart, _ announced: RequestAnnouncement?) {
        guard let context else { return }
        let part = withoutPrefix(part)
        if held.isEmpty, canTake(part) {
            take(part, announced, context)
        } else if !state.isDeaf {
            held.append(.part(part))
        }
    }

    func read(context: ChannelHandlerContext) {
        // What is held back bounds what is read: one read's worth.
        guard held.isEmpty || state.isDeaf else {
            isReadHeld = true
            return
        }
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        run(state.clientGone())
        leaveKept()
        held.removeAll()
        discarding?.cancel()
        if !state.isDetached {
            // Who holds this handler still, a queue for example, must not hold the body and its part of the budget.
            current.request = nil
            endActivity(.cancelled)
            pingTimer?.cancel()
            silenceTimer?.cancel()
        }
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if current.kept != nil {
                writeKept()
                context.flush()
            }
            lastWorkerByte = .now()
            run(state.clientBecameWritable())
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            if !held.isEmpty { held.append(.inputClosed) }
            if state.isIdle, held.isEmpty {
                context.fireUserInboundEventTriggered(event)
            } else {
                current.kept?.leave()
                run(state.clientHalfClosed(hasMore: !held.isEmpty))
            }
        case is ChannelShouldQuiesceEvent where state.isBusy:
            state.quiesce()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is HTTPParserError where !state.isIdle || reader == .relay:
            run(state.requestMalformed(APIError(.invalidRequest, "the request is no valid HTTP")))
        case is BodyTooSlow:
            guard reader == .relay else { return context.close(promise: nil) }
            run(state.requestFailed(APIError(.invalidRequest, "the request's body came too slowly", status: 408)))
        default:
            guard reader == .relay, let failure = APIError(unpacking: error, limit: settings.maxBodyBytes) else {
                return context.fireErrorCaught(error)
            }
            run(state.requestFailed(failure))
        }
    }

    /// Whether a part can be dealt with now, rather than after the requests before it.
    private func canTake(_ part: HTTPServerRequestPart) -> Bool {
        guard case .head = part else { return reader != .none || state.isDeaf }
        return state.isIdle && (routePassages.isEmpty || !isRelayed(part))
    }

    private func isRelayed(_ part: HTTPServerRequestPart) -> Bool {
        guard case .head(let head) = part else { return false }
        if route(of: head) != nil { return true }
        // A request that isn't let in is answered here, also where the routes would serve it.
        let (path, query) = RelayRoute.split(head.uri)
        let decision = door.decide(method: head.method, path: path, query: query, headers: head.headers)
        return early(head, path, decision.refusal ?? RequestAnnouncement(head).coding.refusal) != nil
    }

    private func take(
        _ part: HTTPServerRequestPart,
        _ announced: RequestAnnouncement?,
        _ context: ChannelHandlerContext
    ) {
        switch part {
        case .head(let head):
            admit(head, announced ?? RequestAnnouncement(head), context)
        case .body(var bytes) where reader == .relay:
            run(state.requestBody(bytes: bytes.readableBytes))
            guard state.isCollecting else { break }
            do {
                try count(bytes.readableBytes)
                current.request?.append(&bytes)
            } catch {
                run(state.requestFailed(error))
            }
        case .end where reader == .relay:
            reader = .none
            run(state.requestEnd())
        case .body:
            if reader == .routes { context.fireChannelRead(wrapInboundOut(part)) }
        case .end:
            if reader == .routes { context.fireChannelRead(wrapInboundOut(part)) }
            reader = .none
        }
    }

    /// Counts a part of the body that is about to be kept. Most bodies are so short that they aren't counted.
    private func count(_ bytes: Int) throws(APIError) {
        let held = current.request?.body.readableBytes ?? 0
        guard held + bytes > BodyShare.free else { return }
        if current.request?.share == nil {
            let share = BodyShare(bodies, client: client ?? "")
            try share.grow(by: held)
            current.request?.share = share
        }
        try current.request?.share?.grow(by: bytes)
    }

    /// Deals with what was held back, as far as it can be now.
    func drain() {
        guard !isDraining, let context, !held.isEmpty || isReadHeld else { return }
        isDraining = true
        defer { isDraining = false }
        while let first = held.first {
            switch first {
            case .part(let part):
                guard canTake(part) else { return }
                held.removeFirst()
                take(part, nil, context)
            case .inputClosed:
                guard !state.isBusy else {
                    // It belongs to the request at hand from now on; a probe went out when it came.
                    held.removeFirst()
                    state.quiesce()
                    return
                }
                held.removeFirst()
                context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            }
        }
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    // MARK: From the routes

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200 && !routePassages.isEmpty:
            routePassages[routePassages.startIndex].status = head.status.code
            // Nothing behind it is answered, so nothing is to be done for it.
            if head.headers.first(name: "connection") == "close" { routesClose = true }
            for (name, value) in routePassages[routePassages.startIndex].allFields {
                head.headers.replaceOrAdd(name: name, value: value)
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where !routePassages.isEmpty:
            context.write(data, promise: promise)
            note(routePassages.removeFirst())
            if routePassages.isEmpty, !held.isEmpty { drain() }
        default:
            context.write(data, promise: promise)
        }
    }
}
