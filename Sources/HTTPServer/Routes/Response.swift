// SPDX-License-Identifier: MIT

package import NIOCore
import NIOHTTP1
package import Wire

/// A route's answer.
package struct Response: Sendable {
    package enum Body: Sendable {
        case whole([UInt8])
        case buffer(ByteBuffer)
        /// Written while it is made; what it throws cuts the connection.
        case stream(@Sendable (ResponseWriter) async throws -> Void)

        /// Its bytes, as far as they are known.
        var length: Int {
            switch self {
            case .whole(let bytes): bytes.count
            case .buffer(let bytes): bytes.readableBytes
            case .stream: 0
            }
        }
    }

    package var status: Int
    package var contentType: String?
    /// Names and values, beside type and length.
    package var headers: [(String, String)]
    package let body: Body
    /// Whether it is a stream that goes on until the client has enough of it. It ends with the server: its task is cancelled.
    package var isEndless = false

    package init(
        status: Int = 200,
        contentType: String? = "application/json; charset=utf-8",
        headers: [(String, String)] = [],
        body: Body
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    package var isStream: Bool { if case .stream = body { true } else { false } }

    var httpStatus: HTTPResponseStatus { status == 200 ? .ok : HTTPResponseStatus(statusCode: status) }

    /// The fields of the answer's header but for the length and those that each answer has.
    /// - Parameters:
    ///   - closes: whether the connection ends with it.
    ///   - isOld: whether the client speaks HTTP/1.0, where an open connection has to be said.
    @inline(__always)
    func forEachField(closes: Bool, isOld: Bool, _ body: (_ name: String, _ value: String) -> Void) {
        if let contentType { body("content-type", contentType) }
        for (name, value) in headers { body(name, value) }
        if closes || isOld { body("connection", closes ? "close" : "keep-alive") }
    }

    /// The answer's head, for handlers that have to see it.
    /// - Parameters:
    ///   - standing: the fields that each answer has.
    ///   - length: bytes of its body; nil for one that is made while it is sent.
    func head(standing: [(String, String)], length: Int?, closes: Bool, isOld: Bool) -> HTTPResponseHead {
        var fields = standing
        forEachField(closes: closes, isOld: isOld) { fields.append(($0, $1)) }
        if let length { fields.append(("content-length", String(length))) }
        return HTTPResponseHead(
            version: isOld ? .http1_0 : .http1_1,
            status: httpStatus,
            headers: HTTPHeaders(fields)
        )
    }
}

extension Response {
    /// An answer of one JSON value.
    package init(_ json: JSONValue) {
        self.init(body: .whole(json.bytes))
    }

    /// An answer without a body.
    package init(status: Int, headers: [(String, String)] = []) {
        self.init(status: status, contentType: nil, headers: headers, body: .whole([]))
    }

    /// An answer of plain text, UTF-8.
    package init(plainText: [UInt8]) {
        self.init(contentType: "text/plain; charset=utf-8", body: .whole(plainText))
    }

    /// A stream of events or lines. The header tells a proxy to pass them on as they come.
    package init(stream contentType: String, events: @escaping @Sendable (ResponseWriter) async throws -> Void) {
        self.init(
            contentType: contentType,
            headers: [("cache-control", "no-cache"), ("x-accel-buffering", "no")],
            body: .stream(events)
        )
    }

    /// An error's answer.
    /// - Parameter status: the HTTP status; nil: as the error says.
    package init(_ error: APIError, in dialect: Dialect, status: Int? = nil) {
        self.init(
            status: status ?? error.status,
            headers: (error.isFinal ? [("x-should-retry", "false")] : [])
                + (error.retryAfterSeconds.map { [("retry-after", "\($0)")] } ?? []),
            body: .whole(error.body(in: dialect))
        )
    }
}
