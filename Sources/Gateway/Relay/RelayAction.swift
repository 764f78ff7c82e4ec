// SPDX-License-Identifier: MIT

import Fleet
package import Wire

/// What the relay's shell must do, in the order given.
package enum RelayAction<Lease, Upstream> {
    /// Tell the client to go on and send its body.
    case sendContinue
    /// Find the model's name and ask for a lease under this number.
    case requestLease(exchange: Int)
    /// Withdraw the request for a lease.
    case cancelLease
    case endLease(Lease)
    /// Get a connection to the lease's worker; a fresh one has carried no request before.
    case connect(Lease, fresh: Bool, exchange: Int)
    /// Write the request, then read.
    case send(Upstream)
    case readUpstream(Upstream)
    /// The response is complete: the connection can serve another request.
    case releaseUpstream(Upstream)
    case closeUpstream(Upstream)
    /// Find out why the worker was lost.
    case explainLoss(Lease, exchange: Int)
    /// Pass the response's head on. From here on the request itself is not needed any more.
    case forwardHead(Lease, closes: Bool)
    case endResponse
    /// Write the head of an event stream: the worker's answer comes later, or an error in its place.
    case beginStream(closes: Bool)
    /// Write a comment into the event stream, to show that the server lives.
    case ping
    /// Write a whole response that says what went wrong.
    case answer(APIError, Dialect, closes: Bool)
    /// Write a whole response that says that the server lives.
    case answerHealthy(closes: Bool)
    /// Write a whole response that says, in Ollama's words, that the server runs.
    case answerGreeting(closes: Bool)
    /// Write a whole response that says that the model leaves.
    case answerReleased(closes: Bool)
    /// Write an event that says what went wrong into the stream, and end it.
    case endStream(APIError, Dialect)
    /// Write something harmless to a client whose sending side is closed. If the client is gone, its kernel resets the
    /// connection; a client that only closed its sending side skips it.
    case probeClient(Probe)
    /// This request is done with: take the next one.
    case takeNext
    /// Read the rest of a request that was answered early, for a bounded time, then close.
    case discardRest
    /// Close once everything is written.
    case closeClient
    /// Close at once, so that the client sees that its response was cut off.
    case abortClient

    /// What can be written without being part of the response.
    package enum Probe: Sendable, Equatable {
        /// An interim response (1xx), before the head.
        case interimResponse
        /// A comment of the event stream.
        case comment
    }
}
