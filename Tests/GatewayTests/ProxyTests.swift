// SPDX-License-Identifier: MIT

import Gateway
import Library
import NIOCore
import Testing
import Wire

/// Requests that are forwarded to other servers; here to a gateway itself.
@Suite(.timeLimit(.minutes(5)))
struct ProxyTests {
    private static func ask(
        _ request: String,
        settings change: (inout GatewaySettings) -> Void = { $0.proxy = ProxySettings() }
    ) async throws -> RawClient.Response {
        try await TestGateway.run(FakeLeasing([:]), settings: change) { gateway in
            try await gateway.client { client in
                try await client.send(request.replacing("PORT", with: "\(gateway.port)"))
                return try await client.response()
            }
        }
    }

    private static func get(_ url: String, headers: String = "") -> String {
        "GET /cors-proxy?url=\(url) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n"
    }

    @Test("It is off unless it is wanted")
    func off() async throws {
        let response = try await Self.ask(Self.get("http://127.0.0.1:PORT/health")) { _ in }
        #expect(response.status == 403)
        #expect(response.body == #"{"error":{"message":"this feature is disabled","type":"feature_disabled"}}"#)
    }

    @Test("The other server's answer comes back, and may do nothing here")
    func forwards() async throws {
        let response = try await Self.ask(Self.get("http://127.0.0.1:PORT/health"))
        #expect(response.status == 200)
        #expect(response.body == #"{"status":"ok"}"#)
        #expect(response.headers["content-security-policy"] == "sandbox; default-src 'none'")
        let missing = try await Self.ask(Self.get("http%3A%2F%2F127.0.0.1%3APORT%2Fnothing"))
        #expect(missing.status == 404)
    }

    @Test("A server that isn't there is the caller's to know")
    func unreachable() async throws {
        let response = try await Self.ask(Self.get("http://127.0.0.1:1/"))
        #expect(response.status == 502)
    }

    @Test("Keys guard it; pages of strangers don't get by with an image")
    func guarded() async throws {
        let closed = try await Self.ask(Self.get("http://127.0.0.1:PORT/health")) {
            $0.proxy = ProxySettings()
            $0.apiKeys = ["k"]
        }
        #expect(closed.status == 401)
        let image = try await Self.ask(
            Self.get("http://127.0.0.1:PORT/health", headers: "Sec-Fetch-Site: cross-site\r\n")
        )
        #expect(image.status == 403)
    }

    @Test("Bodies and answers have bounds")
    func bounds() async throws {
        let body = String(repeating: "x", count: 100)
        let request =
            "POST /cors-proxy?url=http://127.0.0.1:PORT/models/load HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Length: 100\r\n\r\n\(body)"
        let response = try await Self.ask(request) {
            $0.proxy = ProxySettings()
            $0.proxy?.maxBodyBytes = 99
        }
        #expect(response.status == 413)
    }
}
