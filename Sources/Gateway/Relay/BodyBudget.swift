// SPDX-License-Identifier: MIT

import Synchronization

/// How many bytes of requests' bodies the server holds, all together and for each client, and how many it may.
package final class BodyBudget: Sendable {
    private struct State {
        var total = 0
        var clients: [String: Int] = [:]
    }

    /// Most bytes of all bodies together.
    let limit: Int
    /// Most bytes of one client's bodies.
    let clientLimit: Int
    private let state = Mutex(State())

    package init(limit: Int, clientLimit: Int) {
        self.limit = limit
        self.clientLimit = clientLimit
    }

    /// How many bytes are held.
    package var held: Int { state.withLock { $0.total } }

    /// Takes bytes for a client, if there is room.
    /// - Parameter client: its address.
    /// - Returns: whether there was.
    package func take(_ bytes: Int, for client: String) -> Bool {
        state.withLock { state in
            let own = state.clients[client] ?? 0
            guard bytes <= limit - state.total, bytes <= clientLimit - own else { return false }
            state.total += bytes
            state.clients[client] = own + bytes
            return true
        }
    }

    /// Gives back what was taken for a client.
    package func give(_ bytes: Int, for client: String) {
        guard bytes > 0 else { return }
        state.withLock { state in
            state.total -= bytes
            let own = (state.clients[client] ?? 0) - bytes
            state.clients[client] = own > 0 ? own : nil
        }
    }
}
