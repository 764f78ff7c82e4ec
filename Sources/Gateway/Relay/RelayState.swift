// SPDX-License-Identifier: MIT

import Fleet
package import Wire

/// One client connection's requests on their way through the relay, one after the other: events in, actions out.
///
/// Every lease that came in goes out by exactly one `.endLease`; every connection by one `.releaseUpstream` or
/// `.closeUpstream`, unless the worker closed it; every request ends in one response, or with the connection.
package struct RelayState<Lease, Upstream> {
    package typealias Action = RelayAction<Lease, Upstream>

    /// What the head of a response says about its body.
    package enum BodyKind: Sendable, Equatable {
        /// Server-sent events in chunks: an error can be told as one more event.
        case eventStream
        /// Lines of JSON in chunks: an error can be told as one more line, but nothing else can be said between them.
        case lines
        case other

        /// Whether an error can be told behind what the client has already.
        var tellsErrors: Bool { self != .other }
    }

    /// How far the request at hand is.
    enum Phase {
        /// No request, or one that the relay has nothing to do with.
        case idle
        /// The body is coming in.
        case collecting(Exchange, received: Int)
        /// No worker is asked: the body is read past, as far as it is short, and then the request is answered.
        case answeringEarly(Exchange, EarlyAnswer, received: Int)
        /// Waiting for a lease: granted at once if the model is ready.
        case leasing(Exchange)
        /// - retried: whether a kept-alive connection turned out to be stale before.
        case connecting(Exchange, Lease, retried: Bool)
        /// The request is written or being written.
        /// - stale: whether the connection has served before, so that the worker may have closed it meanwhile.
        case awaitingHead(Exchange, Lease, Upstream, mayBeStale: Bool)
        /// - isPaused: whether reading from the worker waits for the client.
        case streaming(Exchange, Lease, Upstream, BodyKind, isPaused: Bool)
        /// The worker is lost; asking why. `stream` is nil before the response's head.
        case explaining(Exchange, Lease, inStream: Bool)
        /// Answered before the request was complete.
        case discarding
        /// The connection is closed or about to be.
        case closed
    }

    /// What must be remembered of a request.
    struct Exchange {
        let id: Int
        let dialect: Dialect
        /// Whether the head of an event stream went out before the worker answered, so that the client sees signs of life.
        var hasBegun = false
        /// Whether the request goes on without its client.
        var isKept = false
        /// Whether another lease was asked for, since the first worker could not be connected to.
        var hasAskedAgain = false
    }

    /// Bytes of an unwanted body that are read past, so that the connection can live on.
    private static var maxUnwantedBytes: Int { 64 << 10 }

    var phase = Phase.idle
    /// Whether the connection closes after the request at hand.
    private(set) var isLast = false
    /// Whether the client is gone and the request goes on.
    package var isDetached = false
    private var lastID = 0
    private let maxBodyBytes: Int

    /// - Parameter maxBodyBytes: longest body of a request, in bytes.
    package init(maxBodyBytes: Int) {
        self.maxBodyBytes = maxBodyBytes
    }

    /// Whether a request can begin.
    package var isIdle: Bool {
        if case .idle = phase { true } else { false }
    }

    /// Whether a request is between its head and the end of its response.
    package var isBusy: Bool {
        switch phase {
        case .idle, .discarding, .closed: false
        default: true
        }
    }

    /// Whether parts of a request's body are still wanted.
    package var isCollecting: Bool {
        if case .collecting = phase { true } else { false }
    }

    /// Whether what the client sends has no reader any more.
    package var isDeaf: Bool {
        switch phase {
        case .discarding, .closed: true
        default: false
        }
    }

    /// Whether the connection is closed or about to be.
    package var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// Whether the answer to the request for a lease under this number is still awaited.
    package func isLeasing(_ exchange: Int) -> Bool {
        if case .leasing(let current) = phase { current.id == exchange } else { false }
    }

    /// Whether the request at hand asks for a lease for the second time.
    package var asksAgain: Bool {
        if case .leasing(let current) = phase { current.hasAskedAgain } else { false }
    }

    // MARK: The client's request

    /// A request's head arrived.
    /// - Parameters:
    ///   - contentLength: the body's length, if announced.
    ///   - early: what the relay answers itself, whatever the body is; nil for what a worker answers.
    package mutating func requestHead(
        dialect: Dialect,
        keepsAlive: Bool,
        expectsContinue: Bool,
        contentLength: Int?,
        early: EarlyAnswer? = nil
    ) -> [Action] {
        guard case .idle = phase else { preconditionFailure("a request began before the last one ended") }
        lastID += 1
        let exchange = Exchange(id: lastID, dialect: dialect)
        if !keepsAlive { isLast = true }
        if let early {
            phase = .answeringEarly(exchange, early, received: 0)
            // A client that asks first would be told to go on, only to be refused.
            return expectsContinue ? answerNow() : readPast(bytes: contentLength ?? 0)
        }
        if let contentLength, contentLength > maxBodyBytes { return refuseBody(of: exchange) }
        phase = .collecting(exchange, received: 0)
        return expectsContinue ? [.sendContinue] : []
    }

    /// A part of the body arrived. The shell keeps it if `isCollecting` holds afterwards.
    package mutating func requestBody(bytes: Int) -> [Action] {
        if case .answeringEarly(let exchange, let early, let received) = phase {
            phase = .answeringEarly(exchange, early, received: received + bytes)
            return readPast(bytes: received + bytes)
        }
        guard case .collecting(let exchange, let received) = phase else { return [] }
        guard received + bytes <= maxBodyBytes else { return refuseBody(of: exchange) }
        phase = .collecting(exchange, received: received + bytes)
        return []
    }

    /// The request is complete.
    package mutating func requestEnd() -> [Action] {
        switch phase {
        case .collecting(let exchange, _):
            phase = .leasing(exchange)
            return [.requestLease(exchange: exchange.id)]
        case .answeringEarly(let exchange, let early, _):
            return [early.action(exchange.dialect, closes: isLast)] + finish()
        case .discarding:
            phase = .closed
            return [.closeClient]
        default:
            return []
        }
    }

    /// The request's bytes are no HTTP.
    package mutating func requestMalformed(_ error: APIError) -> [Action] {
        switch phase {
        case .collecting(let exchange, _), .answeringEarly(let exchange, _, _):
            phase = .closed
            return [.answer(error, exchange.dialect, closes: true), .closeClient]
        default:
            isLast = true
            return []
        }
    }

    /// The request can't be taken in to its end.
    package mutating func requestFailed(_ error: APIError) -> [Action] {
        switch phase {
        case .collecting(let exchange, _):
            phase = .discarding
            return [.answer(error, exchange.dialect, closes: true), .discardRest]
        case .answeringEarly:
            return answerNow()
        default:
            return []
        }
    }

    /// - Parameter bytes: how long the request's body is, as far as is known.
    private mutating func readPast(bytes: Int) -> [Action] {
        bytes > Self.maxUnwantedBytes ? answerNow() : []
    }

    /// Answers before the request is complete.
    private mutating func answerNow() -> [Action] {
        guard case .answeringEarly(let exchange, let early, _) = phase else { return [] }
        phase = .discarding
        return [early.action(exchange.dialect, closes: true), .discardRest]
    }

    private mutating func refuseBody(of exchange: Exchange) -> [Action] {
        phase = .discarding
        let sentence = "the request body is longer than this server's limit of \(maxBodyBytes) bytes"
        let error = APIError(.invalidRequest, sentence, status: 413)
        return [.answer(error, exchange.dialect, closes: true), .discardRest]
    }

    // MARK: The lease

    /// The worker is ours for this request.
    package mutating func granted(_ lease: Lease, exchange: Int) -> [Action] {
        guard case .leasing(let current) = phase, current.id == exchange else { return [.endLease(lease)] }
        phase = .connecting(current, lease, retried: false)
        return [.connect(lease, fresh: false, exchange: exchange)]
    }

    /// There is no worker for this request.
    package mutating func rejected(_ error: APIError, exchange: Int) -> [Action] {
        guard case .leasing(let current) = phase, current.id == exchange else { return [] }
        return conclude(error, current) + finish()
    }

    /// The request only wanted its model to leave, which it does: told at once, in place of a wish for a lease.
    package mutating func released(exchange: Int) -> [Action] {
        guard case .leasing(let current) = phase, current.id == exchange else { return [] }
        return [.answerReleased(closes: isLast)] + finish()
    }

    /// Why the worker was lost.
    package mutating func lossExplained(_ error: APIError, exchange: Int) -> [Action] {
        guard case .explaining(let current, let lease, let inStream) = phase, current.id == exchange else { return [] }
        guard inStream else { return [.endLease(lease)] + conclude(error, current) + finish() }
        isLast = true
        return [.endLease(lease), .endStream(error, current.dialect)] + finish()
    }

    /// Tells the client what went wrong before the worker answered.
    mutating func conclude(_ error: APIError, _ exchange: Exchange) -> [Action] {
        guard exchange.hasBegun else { return [.answer(error, exchange.dialect, closes: isLast)] }
        isLast = true
        return [.endStream(error, exchange.dialect)]
    }

    // MARK: The worker's connection

    /// A connection to the worker is there.
    /// - Parameter hasServed: whether it carried a request before.
    package mutating func connected(_ upstream: Upstream, hasServed: Bool, exchange: Int) -> [Action] {
        guard case .connecting(let current, let lease, let retried) = phase, current.id == exchange else {
            return [.releaseUpstream(upstream)]
        }
        phase = .awaitingHead(current, lease, upstream, mayBeStale: hasServed && !retried)
        return [.send(upstream)]
    }

    /// No connection to the worker could be made.
    /// - Parameter isCutOff: whether another lease would be for another worker. Nothing was sent so far, so the request
    ///   asks for one, once.
    package mutating func connectFailed(isCutOff: Bool = false, exchange: Int) -> [Action] {
        guard case .connecting(var current, let lease, _) = phase, current.id == exchange else { return [] }
        if isCutOff, !current.hasAskedAgain {
            current.hasAskedAgain = true
            phase = .leasing(current)
            return [.endLease(lease), .requestLease(exchange: current.id)]
        }
        phase = .explaining(current, lease, inStream: false)
        return [.explainLoss(lease, exchange: current.id)]
    }

    /// The head of the worker's response arrived.
    /// - Parameter endsByClosing: whether the client can see the body's end only by the connection's.
    package mutating func responseHead(_ kind: BodyKind, endsByClosing: Bool) -> [Action] {
        guard case .awaitingHead(var exchange, let lease, let upstream, _) = phase else {
            preconditionFailure("a response without a request")
        }
        guard !exchange.hasBegun else {
            // Whatever comes now, it has to be told as events.
            phase = .streaming(exchange, lease, upstream, .eventStream, isPaused: false)
            return []
        }
        if endsByClosing { isLast = true }
        if kind != .eventStream { exchange.isKept = false }
        phase = .streaming(exchange, lease, upstream, kind, isPaused: false)
        return [.forwardHead(lease, closes: isLast)]
    }

    /// All that could be read from the worker at once has been passed on.
    /// - Parameter clientIsWritable: whether the client's buffer has room.
    package mutating func responseReadComplete(clientIsWritable: Bool) -> [Action] {
        switch phase {
        case .awaitingHead(_, _, let upstream, _):
            return [.readUpstream(upstream)]
        case .streaming(let exchange, let lease, let upstream, let kind, _):
            if clientIsWritable || exchange.isKept { return [.readUpstream(upstream)] }
            phase = .streaming(exchange, lease, upstream, kind, isPaused: true)
            return []
        default:
            return []
        }
    }

    /// The client's buffer has room again.
    package mutating func clientBecameWritable() -> [Action] {
        guard case .streaming(let exchange, let lease, let upstream, let kind, isPaused: true) = phase else {
            return []
        }
        phase = .streaming(exchange, lease, upstream, kind, isPaused: false)
        return [.readUpstream(upstream)]
    }

    /// The worker's response is complete.
    package mutating func responseEnd() -> [Action] {
        guard case .streaming(_, let lease, let upstream, _, _) = phase else {
            preconditionFailure("a response ended that had not begun")
        }
        return [.endResponse, .releaseUpstream(upstream), .endLease(lease)] + finish()
    }

    /// The connection to the worker closed before the response was complete.
    package mutating func upstreamClosed() -> [Action] {
        switch phase {
        case .awaitingHead(let exchange, let lease, _, mayBeStale: true):
            // Only the kept-alive connection is known to be gone. A new one shows whether the worker is.
            phase = .connecting(exchange, lease, retried: true)
            return [.connect(lease, fresh: true, exchange: exchange.id)]
        case .awaitingHead(let exchange, let lease, _, mayBeStale: false):
            phase = .explaining(exchange, lease, inStream: false)
            return [.explainLoss(lease, exchange: exchange.id)]
        case .streaming(let exchange, let lease, _, let kind, _) where kind.tellsErrors:
            phase = .explaining(exchange, lease, inStream: true)
            return [.explainLoss(lease, exchange: exchange.id)]
        case .streaming(_, let lease, _, _, _):
            phase = .closed
            return [.endLease(lease), .abortClient]
        default:
            return []
        }
    }

    // MARK: The client's connection

    /// The client closed its sending side; whether it still listens is unknown.
    /// - Parameter hasMore: whether complete requests of it wait behind the one at hand.
    package mutating func clientHalfClosed(hasMore: Bool) -> [Action] {
        switch phase {
        case .collecting, .answeringEarly, .discarding:
            phase = .closed
            return [.closeClient]
        case .leasing(let exchange), .connecting(let exchange, _, _), .awaitingHead(let exchange, _, _, _),
            .explaining(let exchange, _, inStream: false):
            if !hasMore { isLast = true }
            return [.probeClient(exchange.hasBegun ? .comment : .interimResponse)]
        case .streaming(_, _, _, .eventStream, _), .explaining(_, _, inStream: true):
            if !hasMore { isLast = true }
            return [.probeClient(.comment)]
        case .streaming:
            if !hasMore { isLast = true }
            return []
        case .idle, .closed:
            return []
        }
    }

    /// The client's connection is closed. A kept request goes on: see `isDetached`.
    package mutating func clientGone() -> [Action] {
        if detach() { return [] }
        defer { phase = .closed }
        switch phase {
        case .leasing: return [.cancelLease]
        case .connecting(_, let lease, _), .explaining(_, let lease, _): return [.endLease(lease)]
        case .awaitingHead(_, let lease, let upstream, _), .streaming(_, let lease, let upstream, _, _):
            return [.closeUpstream(upstream), .endLease(lease)]
        case .idle, .collecting, .answeringEarly, .discarding, .closed: return []
        }
    }

    /// The server is shutting down: the request at hand is the last.
    package mutating func quiesce() {
        isLast = true
    }

    /// The request at hand is over.
    mutating func finish() -> [Action] {
        phase = isLast ? .closed : .idle
        return isLast ? [.closeClient] : [.takeNext]
    }
}
