// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1

/// One request that a fake worker got, and the pen to answer it with.
struct FakeExchange: Sendable {
    let head: HTTPRequestHead
    let body: ByteBuffer
    let channel: any Channel
    let outbound: NIOAsyncChannelOutboundWriter<HTTPPart<HTTPResponseHead, ByteBuffer>>

    var text: String { String(buffer: body) }

    /// A whole answer.
    func reply(_ text: String, status: HTTPResponseStatus = .ok, headers: HTTPHeaders = [:]) async throws {
        var head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        head.headers.add(name: "content-length", value: "\(text.utf8.count)")
        try await outbound.write(.head(head))
        try await outbound.write(.body(ByteBuffer(string: text)))
        try await outbound.write(.end(nil))
    }

    /// The head of an answer in chunks.
    func beginStream(_ type: String = "text/event-stream") async throws {
        try await outbound.write(
            .head(HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-type": type]))
        )
    }

    /// Returns when the kernel has taken the chunk; the writer would return before.
    func chunk(_ text: String) async throws {
        let part = HTTPPart<HTTPResponseHead, ByteBuffer>.body(ByteBuffer(string: text))
        try await channel.writeAndFlush(part).get()
    }

    func endStream() async throws {
        try await outbound.write(.end(nil))
    }

    /// Closes the connection as a dying process does.
    func die() async throws {
        try await channel.close()
    }
}
