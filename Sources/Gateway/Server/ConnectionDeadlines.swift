// SPDX-License-Identifier: MIT

package import NIOCore

/// How long a connection may stay silent. A response takes as long as it takes; what has a deadline is the client's part.
package struct ConnectionDeadlines {
    private let request: TimeAmount
    private let body: TimeAmount
    /// Requests whose response is not complete.
    private var openRequests = 0
    private var isReading = false
    private var lastProgress: NIODeadline

    /// - Parameters:
    ///   - request: from the end of a response to the end of the next request's head.
    ///   - body: longest pause within a body.
    package init(request: TimeAmount, body: TimeAmount, now: NIODeadline) {
        self.request = request
        self.body = body
        lastProgress = now
    }

    /// When the connection is to be closed unless something happens; nil while it is the server's turn.
    package var deadline: NIODeadline? {
        switch (openRequests, isReading) {
        case (0, _): lastProgress + request
        case (1, true): lastProgress + body
        // A request that waits behind another one isn't being read, and that is not the client's fault.
        default: nil
        }
    }

    package mutating func receivedHead(now: NIODeadline) {
        openRequests += 1
        isReading = true
        lastProgress = now
    }

    package mutating func receivedBody(now: NIODeadline) {
        lastProgress = now
    }

    package mutating func receivedEnd() {
        isReading = false
    }

    package mutating func sentEnd(now: NIODeadline) {
        openRequests -= 1
        lastProgress = now
    }
}
