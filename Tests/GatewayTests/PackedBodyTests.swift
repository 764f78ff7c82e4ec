// SPDX-License-Identifier: MIT

import Gateway
import HTTPServer
import NIOCore
import NIOHTTP1
import Testing
import Wire

/// F19: bodies that the client packed.
@Suite(.timeLimit(.minutes(5)))
struct PackedBodyTests {
    private static let chat = "/v1/chat/completions"
    private static let body = #"{"model":"story","prompt":"Once"}"#

    private static func request(_ path: String, coding: String, _ bytes: ByteBuffer) -> ByteBuffer {
        var buffer = ByteBuffer(
            string: "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: \(coding)\r\n"
                + "Content-Length: \(bytes.readableBytes)\r\n\r\n"
        )
        buffer.writeImmutableBuffer(bytes)
        return buffer
    }

    private static func packed(_ text: String) throws -> ByteBuffer {
        try #require(GzipBody.packed(ByteBuffer(string: text)))
    }

    @Test(
        "What a header says",
        arguments: [
            ([:], .plain), (["content-encoding": "identity"], .plain), (["Content-Encoding": "GZIP"], .packed),
            (["content-encoding": "x-gzip"], .packed), (["content-encoding": "deflate"], .packed),
            (["content-encoding": "zstd"], .unknown("zstd")), (["content-encoding": "gzip, br"], .unknown("gzip, br")),
            (["content-encoding": ""], .plain),
        ] as [(HTTPHeaders, ContentCoding)]
    )
    func codings(headers: HTTPHeaders, coding: ContentCoding) {
        #expect(ContentCoding(headers) == coding)
    }

    @Test("A packed body is read as it was before, by the search for its model too; the worker gets it unpacked")
    func unpacks() async throws {
        try await FakeUpstream.run {
            let coding = $0.head.headers.first(name: "content-encoding") ?? "none"
            try await $0.reply("\(coding) \($0.text)")
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) { gateway in
                try await gateway.client { client in
                    for coding in ["gzip", "x-gzip", "GZip"] {
                        try await client.send(Self.request(Self.chat, coding: coding, try Self.packed(Self.body)))
                        #expect(try await client.response().body == "none \(Self.body)")
                    }
                    try await client.send(Self.request(Self.chat, coding: "identity", ByteBuffer(string: Self.body)))
                    #expect(try await client.response().body == "none \(Self.body)")
                    try await client.send(Self.request("/models/load", coding: "gzip", try Self.packed(Self.body)))
                    #expect(try await client.response().status == 404)
                }
            }
        }
    }

    @Test("A packing that isn't known is 415, whoever the request is for; the connection lives on")
    func unknown() async throws {
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                for path in [Self.chat, "/models/load"] {
                    try await client.send(Self.request(path, coding: "zstd", ByteBuffer(string: Self.body)))
                    let answer = try await client.response()
                    #expect(answer.status == 415)
                    #expect(answer.headers["accept-encoding"] == "gzip, deflate")
                    #expect(answer.body.contains("content-encoding 'zstd'"))
                }
            }
        }
    }

    @Test("What isn't what it says, and what becomes too long, is refused")
    func refused() async throws {
        let zeros = String(repeating: "0", count: 40 << 20)
        let cases = [
            (ByteBuffer(string: Self.body), 400),
            (try Self.packed(Self.body).getSlice(at: 0, length: 20) ?? .init(), 400),
            (try Self.packed(#"{"model":"story","prompt":"\#(zeros)"}"#), 413),
        ]
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            for (bytes, status) in cases {
                try await gateway.client { client in
                    try await client.send(Self.request(Self.chat, coding: "gzip", bytes))
                    #expect(try await client.response().status == status)
                }
            }
        }
        try await TestGateway.run(FakeLeasing([:])) {
            $0.relay.maxBodyBytes = 1000
        } body: { gateway in
            try await gateway.client { client in
                let text = #"{"model":"story","prompt":"\#(String(repeating: "ab", count: 1000))"}"#
                try await client.send(Self.request(Self.chat, coding: "gzip", try Self.packed(text)))
                #expect(try await client.response().status == 413)
            }
        }
    }

    @Test("A byte order mark before the JSON is passed over")
    func byteOrderMark() async throws {
        try await FakeUpstream.run {
            try await $0.reply("ok")
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, "\u{FEFF}" + Self.body)
                    #expect(try await client.response().body == "ok")
                    try await client.post("/lora-adapters?model=story", "\u{FEFF}[]")
                    #expect(try await client.response().body == "ok")
                    try await client.post("/models/load", "\u{FEFF}" + Self.body)
                    #expect(try await client.response().status == 404)
                }
            }
        }
    }
}
