// SPDX-License-Identifier: MIT

import ExampleServer
import HTTPServer
import NIOCore
import NIOEmbedded
import NIOExtras
import TestKit
import Testing
import Wire

/// A connection's bytes, from the decoder to the routes and back.
@Suite("One HTTP connection")
struct HTTPConnectionTests {
    /// What the server writes for some bytes, date lines left out, and whether it closes.
    private static func said(_ parts: [String], ends: Bool = false, isNext: Bool = true) throws -> (
        text: String, writes: Int, closes: Bool
    ) {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try ExampleAnswerer.connect(channel, isNext: isNext)
        var text = ""
        var writes = 0
        for part in parts where channel.isActive {
            // What the decoder refuses is thrown here, too; the test looks at the answer.
            _ = try? channel.writeInbound(ByteBuffer(string: part))
            while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
                text += String(buffer: bytes)
                writes += 1
            }
        }
        if ends, channel.isActive { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        channel.embeddedEventLoop.run()
        let closes = !channel.isActive
        // The same errors again.
        _ = try? channel.finish(acceptAlreadyClosed: true)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("date: ") }
        return (lines.joined(separator: "\n"), writes, closes)
    }

    private static func post(_ path: String, _ body: String, _ fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static let get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let got = "HTTP/1.1 200 OK\ncontent-length: 8\n\nGET /a 0"

    @Test("A whole answer goes out in one piece, and the next request is answered after it")
    func pieces() throws {
        let said = try Self.said([Self.get, Self.get])
        #expect(said.text == Self.got + Self.got)
        #expect(said.writes == 2)
        #expect(!said.closes)
        let together = try Self.said([Self.get + Self.post("/b", "four") + Self.get])
        #expect(together.text == Self.got + "HTTP/1.1 200 OK\ncontent-length: 9\n\nPOST /b 4" + Self.got)
    }

    @Test(
        "A server that shuts down waits a moment for a connection's first request, where it is to, and answers it as the last"
    )
    func firstRequest() throws {
        func connection(grace: TimeAmount?) throws -> EmbeddedChannel {
            let channel = EmbeddedChannel()
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            try ExampleAnswerer.connect(channel, grace: grace)
            return channel
        }
        let impatient = try connection(grace: nil)
        impatient.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(!impatient.isActive)
        let silent = try connection(grace: .seconds(1))
        silent.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        silent.embeddedEventLoop.advanceTime(by: .milliseconds(999))
        #expect(silent.isActive)
        silent.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!silent.isActive)
        let late = try connection(grace: .seconds(1))
        late.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        _ = try late.writeInbound(ByteBuffer(string: Self.get))
        let answer = try late.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) }
        #expect(answer?.hasPrefix("HTTP/1.1 200 OK") == true && answer?.hasSuffix("GET /a 0") == true)
        late.embeddedEventLoop.run()
        #expect(!late.isActive)
        let old = try connection(grace: .seconds(1))
        _ = try old.writeInbound(ByteBuffer(string: Self.get))
        old.embeddedEventLoop.run()
        #expect(old.isActive)
        old.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(!old.isActive)
    }

    @Test("A long body is not copied behind the head", arguments: [(4096, 1), (4097, 2), (50_000, 2)])
    func longBody(count: Int, writes: Int) throws {
        let said = try Self.said([Self.post("/long", "\(count)")])
        #expect(said.text == "HTTP/1.1 200 OK\ncontent-length: \(count)\n\n" + String(repeating: "a", count: count))
        #expect(said.writes == writes)
    }

    private static let requests = [
        get, post("/b", "a body"), "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nt: u\r\n\r\n",
        post("/unknown", "a body"), post("/b", "x", "Expect: 100-continue\r\n"),
        "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", post("/b", "x", "X: y\r\n"),
    ]

    /// A text in pieces.
    private static func cut(_ text: String, _ random: inout SeededGenerator) -> [String] {
        var parts: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...40, using: &random)
            parts.append(String(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return parts
    }

    @Test("However the bytes are cut, the answers are the same", arguments: 0..<200)
    func cuts(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let chosen = (0..<6).map { _ in Self.requests.randomElement(using: &random) ?? "" }
        let text = chosen.joined()
        let whole = try Self.said(chosen)
        #expect(try Self.said(Self.cut(text, &random)).text == whole.text)
        #expect(try Self.said([text]).text == whole.text)
        #expect(try Self.said([text], isNext: false).text == whole.text)
        #expect(whole.text.components(of: "HTTP/1.1 200") + whole.text.components(of: "HTTP/1.1 404") == 6)
    }

    @Test("So they are for what is hardly HTTP any more", arguments: 0..<1000)
    func mutations(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let chosen = (0..<3).map { _ in Self.requests.randomElement(using: &random) ?? "" }
        var characters = Array(chosen.joined().unicodeScalars)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0..<characters.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: characters.remove(at: place)
            case 1: characters.insert(characters.randomElement(using: &random) ?? "x", at: place)
            case 2:
                characters[place] =
                    "\r\n\t :;,0123456789ZPG\u{0}\u{7F}".unicodeScalars.randomElement(using: &random) ?? " "
            default: characters.swapAt(place, Int.random(in: 0..<characters.count, using: &random))
            }
        }
        let text = String(String.UnicodeScalarView(characters))
        let whole = try Self.said([text])
        #expect(try Self.said(Self.cut(text, &random)).text == whole.text, "\(text.debugDescription)")
        // One that ends the connection is the last one.
        if let end = whole.text.firstRange(of: "connection: close") {
            #expect(!whole.text[end.upperBound...].contains("HTTP/1."), "\(text.debugDescription)")
        }
    }

    @Test(
        "What two servers could read as different requests is refused, and nothing behind it is read",
        arguments: [
            "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
            "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc",
            "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
            "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost : a\r\n\r\n", "GET /a HTTP/1.1\r\n Host: a\r\n\r\n", "GET /a HTTP/9.1\r\n\r\n",
            "GET /a\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}",
        ]
    )
    func smuggling(request: String) throws {
        let said = try Self.said([Self.get, request + Self.get, Self.get])
        let behind = said.text.dropFirst(Self.got.count)
        #expect(behind.hasPrefix("HTTP/1.1 400 Bad Request\n"), "\(behind)")
        #expect(String(behind).components(of: "HTTP/1.1") == 1)
        #expect(behind.contains("connection: close\n"))
    }

    @Test("A body that is too long is refused by its length, or where it is too long")
    func tooLong() throws {
        let announced = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n"
        let chunk = "ea60\r\n" + String(repeating: "a", count: 60_000) + "\r\n"
        let chunked = "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        for parts in [[announced], [chunked, chunk, chunk, chunk]] {
            let said = try Self.said(parts + [Self.get])
            #expect(said.text.hasPrefix("HTTP/1.1 413 Payload Too Large\n"))
            #expect(said.text.contains("longer than the limit of 100000 bytes"))
            #expect(said.text.components(of: "HTTP/1.1") == 1)
        }
        let exact = try Self.said([Self.post("/b", String(repeating: "a", count: ExampleAnswerer.limit))])
        #expect(exact.text.hasSuffix("POST /b 100000"))
    }

    @Test("What needs no body is answered without it; a short one is read past, for a long one the connection ends")
    func unwanted() throws {
        let kept = try Self.said([Self.post("/unknown", "short"), Self.get])
        #expect(kept.text.hasPrefix("HTTP/1.1 404") && kept.text.hasSuffix(Self.got))
        let long = try Self.said(["POST /unknown HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", Self.get])
        #expect(long.text.hasPrefix("HTTP/1.1 404") && long.text.contains("connection: close\n"))
        #expect(long.text.components(of: "HTTP/1.1") == 1)
        let packed = try Self.said([Self.post("/b", "short", "Content-Encoding: br\r\n"), Self.get])
        #expect(packed.text.hasPrefix("HTTP/1.1 415") && packed.text.contains("accept-encoding: gzip, deflate\n"))
        #expect(packed.text.hasSuffix(Self.got))
    }

    @Test("A client that asks first is told to go on, or what is wrong")
    func expectations() throws {
        let head = "POST /b HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        let asked = try Self.said([head, "ab"])
        #expect(asked.text == "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\ncontent-length: 9\n\nPOST /b 2")
        let refused = try Self.said([head.replacing("/b", with: "/unknown"), "ab"])
        #expect(refused.text.hasPrefix("HTTP/1.1 404") && refused.text.contains("connection: close\n"))
    }

    @Test("HTTP/1.0 closes unless asked to keep, and says either")
    func old() throws {
        let said = try Self.said(["GET /a HTTP/1.0\r\n\r\n", Self.get])
        #expect(said.text == "HTTP/1.0 200 OK\nconnection: close\ncontent-length: 8\n\nGET /a 0")
        #expect(said.closes)
        let kept = try Self.said(["GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", Self.get])
        #expect(kept.text.hasPrefix("HTTP/1.0 200 OK\nconnection: keep-alive\ncontent-length: 8\n"))
        #expect(kept.text.hasSuffix(Self.got))
    }

    @Test("A client that sends no more is answered what it asked for, and then the connection ends")
    func halfClosed() throws {
        #expect(try Self.said([Self.get], ends: true).closes)
        #expect(try Self.said(["POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"], ends: true).closes)
        #expect(try !Self.said([Self.get]).closes)
    }
}

extension String {
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
