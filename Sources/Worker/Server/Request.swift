// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import Wire

/// A request with its whole body.
struct Request: Sendable {
    let head: HTTPRequestHead
    let body: ByteBuffer
    /// What a route with a last part of any name found there.
    var parameter = ""
    /// The connection's client, to hear of its leaving.
    let client: ClientGone
    /// Runs tasks where the connection's writes happen.
    let executor: LoopExecutor
    /// Where it is prepared; nil for what is answered at once.
    var preparation: Preparation?

    /// Most bytes of a body; images arrive inside of them.
    static let bodyLimit = 256 << 20

    /// The URI up to the `?`.
    var path: Substring { head.uri.prefix { $0 != "?" } }

    var query: QueryString { QueryString(head.uri.drop { $0 != "?" }.dropFirst()) }

    var contentType: String? { head.headers.first(name: "content-type") }

    /// The body's JSON object.
    /// - Throws: 400 for anything else.
    func fields() throws(APIError) -> RequestFields { try RequestFields(body: body.readableBytesSpan) }

    /// Waits for something unless the client leaves.
    /// - Parameter gone: called when it does.
    func untilGone<Result>(
        _ gone: @escaping @Sendable () -> Void,
        _ body: () async throws -> Result
    ) async throws -> Result {
        client.watch(gone)
        defer { client.unwatch() }
        return try await body()
    }
}
