// SPDX-License-Identifier: MIT

package import NIOCore

/// A connection as a streamed answer sees it. It lives on its event loop.
protocol ResponseSink: AnyObject {
    /// Sends a part of the answer.
    /// - Returns: whether more may follow at once; `whenWritable` says when otherwise.
    func send(_ parts: [ByteBuffer]) throws -> Bool
    /// Resumes once the client has caught up, or with an error when it is gone. One at a time.
    func whenWritable(_ continuation: CheckedContinuation<Void, any Error>)
}

/// Where a streamed answer goes, for tasks that run on the connection's event loop.
package struct ResponseWriter: Sendable {
    private let sink: NIOLoopBound<any ResponseSink>

    init(_ sink: any ResponseSink, on eventLoop: any EventLoop) {
        self.sink = NIOLoopBound(sink, eventLoop: eventLoop)
    }

    /// Sends some bytes; waits while the client doesn't keep up.
    /// - Throws: `ChannelError` when the connection is gone.
    package func write(_ bytes: [ByteBuffer]) async throws {
        guard !bytes.isEmpty else { return }
        guard try !sink.value.send(bytes) else { return }
        try await withCheckedThrowingContinuation { sink.value.whenWritable($0) }
    }
}
