// SPDX-License-Identifier: MIT

package import NIOCore
package import NIOHTTP1
package import Wire

/// A request with its whole body, or with what gives it bit by bit.
package struct Request: Sendable {
    package let head: HTTPRequestHead
    package let body: ByteBuffer
    /// The body of a route that reads it while it comes; nil for all others, which find it in ``body``.
    package let stream: RequestStream?
    /// What a route with any path below a folder found there.
    package var parameter = ""
    /// The connection's client, to hear of its leaving.
    package let client: ClientGone
    /// Runs tasks where the connection's writes happen.
    package let executor: LoopExecutor
    /// To be called once what remains to be done takes no time; by routes that know.
    package var prepared: @Sendable () -> Void = {}

    package init(
        head: HTTPRequestHead,
        body: ByteBuffer,
        stream: RequestStream? = nil,
        client: ClientGone,
        executor: LoopExecutor
    ) {
        self.head = head
        self.body = body
        self.stream = stream
        self.client = client
        self.executor = executor
    }

    /// The URI up to the `?`.
    package var path: Substring {
        let bytes = head.uri.utf8
        return Substring(bytes[..<(bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex)])
    }

    package var query: QueryString { QueryString(head.uri.drop { $0 != "?" }.dropFirst()) }

    /// The first value of a header's field; nil where there is none of that name.
    package func header(_ name: String) -> String? { head.headers.first(name: name) }

    /// Waits for something unless the client leaves.
    /// - Parameter gone: called when it does.
    package func untilGone<Result>(
        _ gone: @escaping @Sendable () -> Void,
        _ body: () async throws -> Result
    ) async throws -> Result {
        client.watch(gone)
        defer { client.unwatch() }
        return try await body()
    }
}
