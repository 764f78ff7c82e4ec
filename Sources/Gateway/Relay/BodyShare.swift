// SPDX-License-Identifier: MIT

package import Wire

/// One body's part of the budget. It is given back when the body is let go of.
package final class BodyShare {
    /// So much of each body isn't counted: chats go on while the memory is full of others' pictures.
    package static let free = 64 << 10

    private let budget: BodyBudget
    private let client: String
    private var length = 0
    private var counted = 0

    /// - Parameter client: the client's address; the same for all on a Unix socket.
    package init(_ budget: BodyBudget, client: String) {
        self.budget = budget
        self.client = client
    }

    deinit {
        budget.give(counted, for: client)
    }

    /// Counts a further part.
    /// - Throws: `APIError` 503 if there is no room for it.
    package func grow(by bytes: Int) throws(APIError) {
        length += bytes
        let more = max(0, length - Self.free) - counted
        guard more > 0 else { return }
        guard budget.take(more, for: client) else {
            throw APIError(
                .unavailable,
                "the server holds as many bytes of request bodies as it may, \(budget.limit >> 20) MiB for all and "
                    + "\(budget.clientLimit >> 20) MiB for one client (--body-memory, --body-memory-client); try again later",
                retryAfter: .seconds(1)
            )
        }
        counted += more
    }
}
