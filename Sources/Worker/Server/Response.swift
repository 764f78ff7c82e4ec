// SPDX-License-Identifier: MIT

import NIOCore
import Wire

/// A route's answer.
struct Response: Sendable {
    enum Body: Sendable {
        case whole([UInt8])
        /// Written while it is made; what it throws cuts the connection.
        case stream(@Sendable (ResponseWriter) async throws -> Void)
    }

    var status = 200
    var contentType = "application/json; charset=utf-8"
    /// Names and values, beside type and length.
    var headers: [(String, String)] = []
    let body: Body
}

extension Response {
    /// An answer of one JSON value.
    init(_ json: JSONValue) {
        self.init(body: .whole(json.bytes))
    }

    /// An answer of plain text, UTF-8.
    init(plainText: [UInt8]) {
        self.init(contentType: "text/plain; charset=utf-8", body: .whole(plainText))
    }

    /// Server-sent events. The header tells a proxy to pass them on as they come.
    init(events: @escaping @Sendable (ResponseWriter) async throws -> Void) {
        self.init(
            contentType: "text/event-stream",
            headers: [("cache-control", "no-cache"), ("x-accel-buffering", "no")],
            body: .stream(events)
        )
    }

    /// An error's answer.
    init(_ error: APIError, in dialect: Dialect) {
        self.init(
            status: error.status,
            headers: error.isFinal ? [("x-should-retry", "false")] : [],
            body: .whole(error.body(in: dialect))
        )
    }
}
