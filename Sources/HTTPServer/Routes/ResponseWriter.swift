// SPDX-License-Identifier: MIT

package import NIOCore

/// Where a streamed answer goes, for tasks that run on the connection's event loop.
package struct ResponseWriter: Sendable {
    private let connection: NIOLoopBound<RouteHandler>

    init(_ connection: NIOLoopBound<RouteHandler>) {
        self.connection = connection
    }

    /// Sends some bytes; waits while the client doesn't keep up.
    /// - Throws: `ChannelError` when the connection is gone.
    package func write(_ bytes: [ByteBuffer]) async throws {
        guard !bytes.isEmpty else { return }
        guard try !connection.value.send(bytes) else { return }
        try await withCheckedThrowingContinuation { connection.value.whenWritable($0) }
    }
}
