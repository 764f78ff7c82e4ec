// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1

/// The bytes in front of an answer's body (RFC 9112).
struct ResponseHead {
    enum Length {
        case known(Int)
        case chunked
        /// Until the connection ends, for HTTP/1.0.
        case open
    }

    let response: Response
    let length: Length
    /// Whether the connection ends with this answer.
    let closes: Bool
    /// Whether the client speaks HTTP/1.0, where an open connection has to be said.
    let isOld: Bool

    func write(to buffer: inout ByteBuffer, date: String) {
        buffer.writeString("HTTP/1.1 ")
        if response.status == 200 {
            buffer.writeString("200 OK")
        } else {
            let status = HTTPResponseStatus(statusCode: response.status)
            buffer.writeString("\(status.code) \(status.reasonPhrase)")
        }
        buffer.writeString("\r\nserver: enginehouse-worker\r\ndate: ")
        buffer.writeString(date)
        buffer.writeString("\r\ncontent-type: ")
        buffer.writeString(response.contentType)
        for (name, value) in response.headers {
            buffer.writeString("\r\n")
            buffer.writeString(name)
            buffer.writeString(": ")
            buffer.writeString(value)
        }
        switch length {
        case .known(let bytes):
            buffer.writeString("\r\ncontent-length: ")
            buffer.writeString(String(bytes))
        case .chunked: buffer.writeString("\r\ntransfer-encoding: chunked")
        case .open: break
        }
        if closes {
            buffer.writeString("\r\nconnection: close")
        } else if isOld {
            buffer.writeString("\r\nconnection: keep-alive")
        }
        buffer.writeString("\r\n\r\n")
    }
}
