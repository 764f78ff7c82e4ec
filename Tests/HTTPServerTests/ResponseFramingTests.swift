// SPDX-License-Identifier: MIT

import HTTPServer
import NIOCore
import NIOHTTP1
import Testing

@Suite("How an answer's head says where its body ends")
struct ResponseFramingTests {
    @Test(
        "By the announced length, in chunks, by the end of the connection, or not at all",
        arguments: [
            (.http1_1, 200, ["Content-Length": "3"], false, .plain, "200 OK\r\nContent-Length: 3\r\n"),
            (.http1_1, 200, [:], false, .chunked, "200 OK\r\ntransfer-encoding: chunked\r\n"),
            (.http1_0, 200, [:], false, .plain, "200 OK\r\n"),
            (.http1_1, 404, [:], true, .bodiless, "404 Not Found\r\ntransfer-encoding: chunked\r\n"),
            (.http1_1, 204, ["content-length": "0"], false, .bodiless, "204 No Content\r\n"),
            (.http1_1, 304, ["content-length": "9"], false, .bodiless, "304 Not Modified\r\ncontent-length: 9\r\n"),
            (.http1_1, 100, [:], false, .bodiless, "100 Continue\r\n"),
            (.http1_1, 200, ["transfer-encoding": "gzip"], false, .chunked, "200 OK\r\ntransfer-encoding: chunked\r\n"),
            (.http1_1, 299, ["content-length": "1"], false, .plain, "299 \r\ncontent-length: 1\r\n"),
        ] as [(HTTPVersion, Int, HTTPHeaders, Bool, ResponseFraming, String)]
    )
    func heads(
        version: HTTPVersion,
        status: Int,
        headers: HTTPHeaders,
        isHead: Bool,
        framing: ResponseFraming,
        text: String
    ) {
        var buffer = ByteBuffer()
        let head = HTTPResponseHead(version: version, status: .init(statusCode: status), headers: headers)
        #expect(ResponseFraming(writing: head, isBodiless: isHead, to: &buffer) == framing)
        #expect(String(buffer: buffer) == "HTTP/1.\(version.minor) \(text)\r\n")
    }
}
