// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import NIOHTTP1
import Testing
import Wire

/// F06, C2, C2b: HEAD wherever there is GET, 405 for a path that other methods have.
@Suite(.timeLimit(.minutes(5)))
struct MethodTests {
    @Test(
        "HEAD has the head of GET and nothing behind it; the connection stays in step",
        arguments: ["/", "/health", "/v1/models", "/metrics", "/props", "/nowhere", "/metrics?model=story", "/sw.js"]
    )
    func head(path: String) async throws {
        try await FakeUpstream.run { exchange in
            guard exchange.head.method == .HEAD else { return try await exchange.reply("figures") }
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "7"])
            try await exchange.outbound.write(.head(head))
            try await exchange.outbound.write(.end(nil))
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) { gateway in
                try await gateway.client { client in
                    try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    let whole = try await client.response()
                    try await client.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    let head = try await client.response(isHead: true)
                    #expect(head.status == whole.status)
                    for name in ["content-type", "content-length", "etag", "vary"] where !path.contains("model=") {
                        #expect(head.headers[name] == whole.headers[name], "\(name)")
                    }
                    #expect(head.headers["transfer-encoding"] == nil)
                    try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    #expect(try await client.response().body == #"{"status":"ok"}"#)
                }
            }
        }
    }

    @Test(
        "Another method than the path has is 405 with those that it has",
        arguments: [
            ("POST", "/health", "GET, HEAD, OPTIONS"), ("GET", "/v1/chat/completions", "OPTIONS, POST"),
            ("PUT", "/models", "GET, HEAD, OPTIONS"), ("GET", "/models/load", "OPTIONS, POST"),
            ("DELETE", "/props", "GET, HEAD, OPTIONS, POST"), ("PATCH", "/activity/3", "DELETE, OPTIONS"),
            ("POST", "/models/some/model", "GET, HEAD, OPTIONS"), ("DELETE", "/slots/1", "OPTIONS, POST"),
            ("TRACE", "/", "GET, HEAD, OPTIONS"),
        ]
    )
    func otherMethod(method: String, path: String, allowed: String) async throws {
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                try await client.send("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let answer = try await client.response()
                #expect(answer.status == 405)
                #expect(answer.headers["allow"] == allowed)
                #expect(answer.body.contains("not \(method)"))
            }
        }
    }
}
