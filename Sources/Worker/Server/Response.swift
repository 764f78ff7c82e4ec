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

    /// A stream of events or lines. The header tells a proxy to pass them on as they come.
    init(stream contentType: String, events: @escaping @Sendable (ResponseWriter) async throws -> Void) {
        self.init(
            contentType: contentType,
            headers: [("cache-control", "no-cache"), ("x-accel-buffering", "no")],
            body: .stream(events)
        )
    }

    /// The same with what was asked for and couldn't be had, in headers that people find who look for them. The worker logs
    /// them as well.
    /// - Parameter sentences: what isn't plain ASCII in them is left out.
    func warning(_ sentences: [String]) -> Response {
        var response = self
        for sentence in sentences {
            let text = sentence.unicodeScalars.filter {
                $0.isASCII && $0.value >= 0x20 && $0.value < 0x7F && $0 != "\""
            }.prefix(warningLimit)
            response.headers.append(
                (Self.warningHeader, "199 enginehouse \"\(String(String.UnicodeScalarView(text)))\"")
            )
        }
        return response
    }

    /// Characters of a sentence; a request may bring its own words.
    private var warningLimit: Int { 240 }

    /// RFC 7234's header for what is odd about an answer.
    static let warningHeader = "warning"

    /// An error's answer.
    init(_ error: APIError, in dialect: Dialect) {
        self.init(
            status: error.status,
            headers: (error.isFinal ? [("x-should-retry", "false")] : [])
                + (error.retryAfterSeconds.map { [("retry-after", "\($0)")] } ?? []),
            body: .whole(error.body(in: dialect))
        )
    }
}
