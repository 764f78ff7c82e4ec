// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1

/// The receiver of a worker's response: the relay of the request on the connection. All calls come on its event loop.
protocol UpstreamDelegate: AnyObject {
    func upstreamRead(_ part: HTTPClientResponsePart, keepsAlive: Bool)
    func upstreamReadComplete()
    /// The connection broke before the response was complete. It is no longer in use.
    func upstreamClosed()
}
