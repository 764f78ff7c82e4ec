// SPDX-License-Identifier: MIT

package import NIOCore
import Synchronization

/// Notices that the client of a connection has left while its request is being served, and runs the request's
/// cancellation.
///
/// An HTTP server that streams finds out at its next write; one that still computes never would. Sits in the channel's pipeline and keeps the connection reusable.
package final class ClientGone: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    package typealias InboundIn = NIOAny

    private struct State {
        var isGone = false
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Runs `cancel` when the client leaves, at once if it has left already. One watch at a time.
    package func watch(_ cancel: @escaping @Sendable () -> Void) {
        let isGone = state.withLock { state in
            if !state.isGone { state.cancel = cancel }
            return state.isGone
        }
        if isGone { cancel() }
    }

    /// Ends the watch: the request has been answered.
    package func unwatch() {
        state.withLock { $0.cancel = nil }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { leave() }
        context.fireUserInboundEventTriggered(event)
    }

    private func leave() {
        let cancel = state.withLock { state in
            state.isGone = true
            defer { state.cancel = nil }
            return state.cancel
        }
        cancel?()
    }
}
