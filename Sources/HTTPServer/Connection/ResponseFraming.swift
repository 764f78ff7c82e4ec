// SPDX-License-Identifier: MIT

package import NIOCore
package import NIOHTTP1

/// How the end of an answer's body is known (RFC 9112, section 6).
package enum ResponseFraming: Sendable, Equatable {
    /// By its announced length, or by the end of the connection: its bytes are sent as they are.
    case plain
    case chunked
    /// There is none, whatever the head says.
    case bodiless

    /// Writes an answer's head, and says how its body follows. A body without a length goes in chunks, but for HTTP/1.0, which
    /// doesn't know them.
    /// - Parameter isBodiless: whether the request was a HEAD.
    package init(writing head: HTTPResponseHead, isBodiless: Bool, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(head.version.minor == 0 ? "HTTP/1.0 " : "HTTP/1.1 ")
        if head.status == .ok {
            buffer.writeStaticString("200 OK\r\n")
        } else {
            buffer.writeString("\(head.status.code) \(head.status.reasonPhrase)\r\n")
        }
        let mayHaveBody = head.status.mayHaveResponseBody
        var hasLength = false
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 14 where name.lowercased() == "content-length":
                // 204 and 1xx must not have one (RFC 9110, section 8.6).
                guard mayHaveBody || head.status == .notModified else { continue }
                hasLength = true
            // What is said here, nobody else needs to say.
            case 17 where name.lowercased() == "transfer-encoding": continue
            default: break
            }
            buffer.writeString(name)
            buffer.writeStaticString(": ")
            buffer.writeString(value)
            buffer.writeStaticString("\r\n")
        }
        let isChunked = mayHaveBody && !hasLength && head.version.minor > 0
        buffer.writeStaticString(isChunked ? "transfer-encoding: chunked\r\n\r\n" : "\r\n")
        self = isBodiless || !mayHaveBody ? .bodiless : isChunked ? .chunked : .plain
    }

    /// Writes what stands in front of a chunk's bytes.
    package static func writeChunkHead(_ count: Int, to buffer: inout ByteBuffer) {
        buffer.writeString(String(count, radix: 16))
        buffer.writeStaticString("\r\n")
    }
}
