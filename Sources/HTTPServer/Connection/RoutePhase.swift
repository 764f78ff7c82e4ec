// SPDX-License-Identifier: MIT

/// Where a connection's request stands that routes answer.
enum RoutePhase {
    /// No request has begun.
    case idle
    /// - Parameter limit: most bytes of the body.
    case receiving(limit: Int)
    /// The answer is being made while the body comes.
    case streaming(RequestStream.Source)
    /// The answer is known already. The body is read past, as far as it is short, so that the connection can go on.
    case skipping(Response, received: Int)
    case answering
    /// The last answer was sent before its request was over; what still comes is dropped.
    case leaving
}
