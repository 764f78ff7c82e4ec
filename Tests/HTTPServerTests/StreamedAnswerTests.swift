// SPDX-License-Identifier: MIT

import ExampleServer
import HTTPServer
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

/// Answers that are made while they are sent, over real sockets.
@Suite("Streamed answers", .timeLimit(.minutes(5)))
struct StreamedAnswerTests {
    /// Runs a server and a connection to it.
    private static func run(
        _ request: String,
        body: (HTTPListener, NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) async throws -> Void
    ) async throws {
        let listener = try await HTTPListener.listen(on: .tcp(host: "127.0.0.1", port: 0)) {
            try ExampleAnswerer.connect($0)
        }
        let port = try #require(listener.localAddress?.port)
        let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await client.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            try await body(listener, inbound.makeAsyncIterator())
        }
        listener.quiesce()
        await listener.waitForEnd()
    }

    /// Reads until the text has that end, or the connection does.
    private static func read(
        _ iterator: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        until end: String?
    ) async throws -> String {
        var text = ""
        while end.map({ !text.hasSuffix($0) }) ?? true, let bytes = try await iterator.next() {
            text += String(buffer: bytes)
        }
        return text
    }

    @Test("In chunks; HTTP/1.0 hears the end of the connection instead")
    func chunks() async throws {
        let text = "POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\none two six"
        try await Self.run(text + text) { _, iterator in
            var iterator = iterator
            let first = try await Self.read(&iterator, until: "0\r\n\r\n")
            #expect(
                first.contains("transfer-encoding: chunked\r\n\r\n4\r\none;\r\n4\r\ntwo;\r\n4\r\nsix;\r\n0\r\n\r\n")
            )
        }
        try await Self.run(text.replacing("HTTP/1.1", with: "HTTP/1.0")) { _, iterator in
            var iterator = iterator
            let answer = try await Self.read(&iterator, until: nil)
            #expect(answer.hasPrefix("HTTP/1.0 200 OK\r\n") && answer.hasSuffix("\r\n\r\none;two;six;"))
        }
    }

    @Test("A stream without end ends with the server, whole")
    func endless() async throws {
        try await Self.run("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n") { listener, iterator in
            var iterator = iterator
            _ = try await Self.read(&iterator, until: "begun\r\n")
            listener.quiesce()
            #expect(try await Self.read(&iterator, until: nil) == "0\r\n\r\n")
            await listener.waitForEnd()
        }
    }

    @Test("A server that ends lets go of connections that wait for nothing")
    func idle() async throws {
        try await Self.run("GET /a HTTP/1.1\r\nHost: a\r\n\r\n") { listener, iterator in
            var iterator = iterator
            _ = try await Self.read(&iterator, until: "GET /a 0")
            listener.quiesce()
            #expect(try await Self.read(&iterator, until: nil) == "")
        }
    }

    @Test("What is no HTTP behind a request doesn't cost its answer")
    func garbageBehind() async throws {
        let text = "POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\none two six\u{0}\u{1} no HTTP\r\n\r\n"
        try await Self.run(text) { _, iterator in
            var iterator = iterator
            let answer = try await Self.read(&iterator, until: nil)
            #expect(answer.hasSuffix("4\r\nsix;\r\n0\r\n\r\n"), "\(answer)")
        }
    }

    @Test("A body longer than any limit goes to its route while it comes, and the connection goes on")
    func upload() async throws {
        let size = 8 * ExampleAnswerer.limit
        let head = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n"
        let next = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
        try await Self.run(head + String(repeating: "x", count: size) + next) { _, iterator in
            var iterator = iterator
            let text = try await Self.read(&iterator, until: "GET /next 0")
            #expect(text.contains("\(size) bytes"))
        }
    }

    @Test("In chunks as well, and after the wish to go on")
    func chunkedUpload() async throws {
        let head = "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
        try await Self.run(head + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n") { _, iterator in
            var iterator = iterator
            let text = try await Self.read(&iterator, until: "7 bytes")
            #expect(text.hasPrefix("HTTP/1.1 100 Continue"))
        }
    }

    @Test("One that isn't wanted is answered before it is over, and the connection ends")
    func refusedUpload() async throws {
        let head = "POST /upload/refused HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc"
        try await Self.run(head) { _, iterator in
            var iterator = iterator
            let text = try await Self.read(&iterator, until: nil)
            #expect(text.hasPrefix("HTTP/1.1 403") && text.contains("connection: close"))
        }
    }
}
