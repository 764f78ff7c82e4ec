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
        let speaksHTTP11 = head.version.minor > 0
        let mayHaveBody = head.status.mayHaveResponseBody
        Self.writeStatus(head.status, speaksHTTP11: speaksHTTP11, to: &buffer)
        var hasLength = false
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 14 where name.lowercased() == "content-length":
                // 204 and 1xx must not have one (RFC 9110, section 8.6).
                guard mayHaveBody || head.status == .notModified else { continue }
                hasLength = true
            // The framing is chosen here, and said once.
            case 17 where name.lowercased() == "transfer-encoding": continue
            default: break
            }
            Self.write(name, value, to: &buffer)
        }
        let isChunked = mayHaveBody && !hasLength && speaksHTTP11
        buffer.writeStaticString(isChunked ? "transfer-encoding: chunked\r\n\r\n" : "\r\n")
        self = isBodiless || !mayHaveBody ? .bodiless : isChunked ? .chunked : .plain
    }

    /// Writes the head of a whole answer.
    /// - Parameters:
    ///   - standing: the lines that each answer has.
    ///   - closes: whether the connection ends with it.
    ///   - isOld: whether the client speaks HTTP/1.0.
    static func write(
        _ response: Response,
        standing: [UInt8],
        closes: Bool,
        isOld: Bool,
        to buffer: inout ByteBuffer
    ) {
        let status = response.httpStatus
        writeStatus(status, speaksHTTP11: !isOld, to: &buffer)
        buffer.writeBytes(standing)
        response.forEachField(closes: closes, isOld: isOld) { write($0, $1, to: &buffer) }
        if status.mayHaveResponseBody { write("content-length", String(response.body.length), to: &buffer) }
        buffer.writeStaticString("\r\n")
    }

    private static func writeStatus(_ status: HTTPResponseStatus, speaksHTTP11: Bool, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(speaksHTTP11 ? "HTTP/1.1 " : "HTTP/1.0 ")
        if status == .ok {
            buffer.writeStaticString("200 OK\r\n")
        } else {
            buffer.writeString("\(status.code) \(status.reasonPhrase)\r\n")
        }
    }

    /// Writes a line at once: each write by itself makes sure of its room and that nothing else has the buffer.
    private static func write(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
        let (nameEnd, valueEnd) = (name.utf8.count, name.utf8.count + 2 + value.utf8.count)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: valueEnd + 2) { room in
            UnsafeMutableRawBufferPointer(rebasing: room[..<nameEnd]).copyBytes(from: name.utf8)
            room[nameEnd] = UInt8(ascii: ":")
            room[nameEnd + 1] = UInt8(ascii: " ")
            UnsafeMutableRawBufferPointer(rebasing: room[(nameEnd + 2)..<valueEnd]).copyBytes(from: value.utf8)
            room[valueEnd] = UInt8(ascii: "\r")
            room[valueEnd + 1] = UInt8(ascii: "\n")
            return valueEnd + 2
        }
    }

    /// Writes what stands in front of a chunk's bytes.
    package static func writeChunkHead(_ count: Int, to buffer: inout ByteBuffer) {
        buffer.writeString(String(count, radix: 16))
        buffer.writeStaticString("\r\n")
    }
}
