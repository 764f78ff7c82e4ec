// SPDX-License-Identifier: MIT

import Gateway
import HTTPServer
import NIOHTTP1
import Testing
import Wire

/// C6: requests that want to go on in another protocol, and those behind them.
@Suite(.timeLimit(.minutes(5)))
struct ProtocolWishTests {
    private static let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test(
        "What a head says",
        arguments: [
            ("GET", [:], .none), ("GET", ["upgrade": "h2c"], .none), ("GET", ["connection": "upgrade"], .none),
            ("GET", ["connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c"], .upgrade),
            ("GET", ["Connection": "keep-alive, upgrade", "Upgrade": "websocket"], .upgrade),
            ("POST", ["connection": "upgrade", "upgrade": "a"], .upgrade),
            ("GET", ["connection": "close\tupgrade", "upgrade": "a"], .unclear),
            ("GET", ["connection": "upgrade;q=1", "upgrade": "a"], .unclear),
            ("GET", ["connection": "upgrade", "upgrade": " "], .unclear), ("CONNECT", [:], .unclear),
        ] as [(String, HTTPHeaders, ProtocolWish)]
    )
    func wishes(method: String, headers: HTTPHeaders, wish: ProtocolWish) {
        let head = HTTPRequestHead(version: .http1_1, method: .init(rawValue: method), uri: "/", headers: headers)
        #expect(ProtocolWish(head) == wish)
    }

    @Test(
        "The connection serves on as if nothing had been said, one after the other and pipelined",
        arguments: [
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
            "connection: keep-alive\r\nconnection: Upgrade\r\nupgrade: anything\r\n",
        ]
    )
    func ignored(fields: String) async throws {
        let posts = [
            "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n\(fields)Content-Length: 2\r\n\r\n{}",
            "POST /models/load HTTP/1.1\r\nHost: localhost\r\n\(fields)Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ]
        let look = "GET /health HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                for request in [look, look] + posts + [Self.health] {
                    try await client.send(request)
                    #expect(try await client.response().status == (request.hasPrefix("GET") ? 200 : 400))
                }
                try await client.send(look + look + posts[0] + posts[1] + Self.health)
                var statuses: [Int] = []
                for _ in 0..<5 { statuses.append(try await client.response().status) }
                #expect(statuses == [200, 200, 400, 400, 200])
            }
        }
    }

    @Test("A body that looks like a request is a body")
    func noSmuggling() async throws {
        let inner = "GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let fields = "Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: \(inner.utf8.count)\r\n"
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                try await client.send("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\(inner)")
                try await client.send(Self.health)
                #expect(try await client.response().status == 400)
                #expect(try await client.response().body == #"{"status":"ok"}"#)
            }
        }
    }

    @Test(
        "Where it can't be told how the bytes go on, the connection ends with the answer",
        arguments: [
            "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive,\tUpgrade\r\nUpgrade: h2c\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade:\r\n\r\n",
        ]
    )
    func unclear(request: String) async throws {
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                try await client.send(request + Self.health)
                let text = try await client.readToEnd()
                #expect(text.hasPrefix("HTTP/1.1 "))
                #expect(text.split(separator: "HTTP/1.1 ").count == 1)
            }
        }
    }
}
