// SPDX-License-Identifier: MIT

package import NIOHTTP1

/// A handler that `HTTPConnection` gives requests' parts to by a call, where no handler in between has to see them: on their way
/// through the pipeline each part would be wrapped and unwrapped once more.
package protocol RequestReceiver: AnyObject {
    /// Takes the next part of a request, on the connection's event loop.
    /// - Parameter announced: what a head says of what follows it; nil for the other parts.
    func receive(_ part: HTTPServerRequestPart, _ announced: RequestAnnouncement?)
}
