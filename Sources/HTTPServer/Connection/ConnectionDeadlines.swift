// SPDX-License-Identifier: MIT

package import NIOCore

/// How long a connection may stay silent. A response takes as long as it takes; what has a deadline is the client's part.
package struct ConnectionDeadlines {
    private let request: TimeAmount
    private let body: TimeAmount
    private let write: TimeAmount
    private let pace: BodyPace
    /// Requests whose response is not complete.
    private var openRequests = 0
    private var isReading = false
    /// When the request that is being read began, and how long its body is so far, in bytes.
    private var reading = (began: NIODeadline.uptimeNanoseconds(0), received: 0)
    private var lastProgress: NIODeadline
    /// Since when the client has not read what waits for it, and how many bytes that are; nil while there is room.
    private var unread: (since: NIODeadline, bytes: Int)?

    /// - Parameters:
    ///   - request: from the end of a response to the end of the next request's head.
    ///   - body: longest pause within a body.
    ///   - write: longest time for which a client reads nothing of what waits for it.
    ///   - pace: how fast a body has to come.
    package init(request: TimeAmount, body: TimeAmount, write: TimeAmount, pace: BodyPace = .init(), now: NIODeadline) {
        self.pace = pace
        self.request = request
        self.body = body
        self.write = write
        lastProgress = now
    }

    /// When the connection is to be closed unless something happens; nil while it is the server's turn.
    package var deadline: NIODeadline? {
        guard let unread else { return readDeadline }
        return min(readDeadline ?? .distantFuture, unread.since + write)
    }

    private var readDeadline: NIODeadline? {
        switch (openRequests, isReading) {
        case (0, _): lastProgress + request
        case (1, true): min(lastProgress + body, pace.deadline(began: reading.began, received: reading.received))
        // A request that waits behind another one isn't being read, and that is not the client's fault.
        default: nil
        }
    }

    package mutating func receivedHead(now: NIODeadline) {
        openRequests += 1
        isReading = true
        reading = (now, 0)
        lastProgress = now
    }

    /// - Parameter bytes: how many came.
    package mutating func receivedBody(_ bytes: Int, now: NIODeadline) {
        // What waited for the requests before it didn't have to come.
        if openRequests > 1 { reading.began = now }
        reading.received += bytes
        lastProgress = now
    }

    /// Whether a request is being read, and nothing else goes on.
    package var isReadingBody: Bool { openRequests == 1 && isReading }

    package mutating func receivedEnd() {
        isReading = false
    }

    /// There is no room for more until the client reads, or there is again.
    /// - Parameter bytes: how many bytes wait for the client; nil if there is room.
    package mutating func waiting(bytes: Int?, now: NIODeadline) {
        guard let bytes else { return unread = nil }
        // Part of it gone is as good as a new beginning.
        guard let unread, bytes >= unread.bytes else { return unread = (now, bytes) }
    }

    package mutating func sentEnd(now: NIODeadline) {
        openRequests -= 1
        lastProgress = now
        if isReading { reading.began = now }
    }
}
