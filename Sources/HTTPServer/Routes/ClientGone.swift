// SPDX-License-Identifier: MIT

import Synchronization

/// Whether the client of a connection has left while its request is being served, and what is to be done then.
///
/// A server that streams finds out at its next write; one that still computes never would. The connection's `HTTPConnection` tells it.
package final class ClientGone: Sendable {
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

    /// The client has left.
    func leave() {
        let cancel = state.withLock { state in
            state.isGone = true
            defer { state.cancel = nil }
            return state.cancel
        }
        cancel?()
    }
}
