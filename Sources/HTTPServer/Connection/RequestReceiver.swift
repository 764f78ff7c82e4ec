// SPDX-License-Identifier: MIT

package import NIOHTTP1

/// A handler that gets requests' parts from `HTTPConnection` by a call. Through the pipeline each part would be wrapped
/// and unwrapped once more, for no handler in between.
package protocol RequestReceiver: AnyObject {
    /// Takes the next part of a request, on the connection's event loop.
    /// - Parameter announced: what a head says of what follows it; nil for the other parts.
    func receive(_ part: HTTPServerRequestPart, _ announced: RequestAnnouncement?)
}
