// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import NIOHTTP1
import Testing
import Wire

/// Clients that wait, over sockets; and the fields that tell of a request.
@Suite(.timeLimit(.minutes(5)))
struct RelayPingTests {
    private static let chat = "/v1/chat/completions"
    private static let streamed = #"{"model":"story","stream":true}"#
    private static let soon = TimeAmount.milliseconds(30)

    @Test("A streaming client that waits for its model gets comments, then the stream")
    func waitsForModel() async throws {
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            try await exchange.chunk("data: 1\n\n")
            try await exchange.endStream()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint], held: ["story"])
            try await TestGateway.run(leasing) {
                $0.relay.pingInterval = Self.soon
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, Self.streamed)
                    let head = try await client.head()
                    #expect(head.status == 200)
                    #expect(head.headers["content-type"] == "text/event-stream")
                    #expect(head.headers["x-request-id"] != nil)
                    _ = try await client.read(until: ": ping\n\n")
                    _ = try await client.read(until: ": ping\n\n")
                    leasing.grantAll("story")
                    let rest = try await client.read(until: "\r\n0\r\n\r\n")
                    #expect(rest.contains("data: 1\n\n"))
                    #expect(!rest.contains("HTTP/1.1"))
                    // The connection lives on.
                    try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    #expect(try await client.response().status == 200)
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("After a comment, a worker's error is an event", arguments: [Self.chat, "/v1/messages"])
    func lateError(path: String) async throws {
        try await FakeUpstream.run {
            try await $0.reply("{\"error\":\n {\"code\":400}}", status: .badRequest)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint], held: ["story"])
            try await TestGateway.run(leasing) {
                $0.relay.pingInterval = Self.soon
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post(path, Self.streamed)
                    _ = try await client.read(until: ": ping\n\n")
                    leasing.grantAll("story")
                    let rest = try await client.read(until: "\r\n0\r\n\r\n")
                    #expect(rest.contains(#"data: {"error": {"code":400}}"# + "\n\n"))
                    #expect(rest.contains("event: error\n") == (path == "/v1/messages"))
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A silent worker in the middle of a stream: comments keep the client")
    func silentWorker() async throws {
        let (steps, go) = AsyncStream<Void>.makeStream()
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            try await exchange.chunk("data: 1\n\n")
            _ = await steps.first { _ in true }
            try await exchange.chunk("data: 2\n\n")
            try await exchange.endStream()
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) {
                $0.relay.pingInterval = Self.soon
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, Self.streamed)
                    _ = try await client.read(until: "data: 1\n\n")
                    _ = try await client.read(until: ": ping\n\n")
                    go.yield()
                    #expect(try await client.read(until: "\r\n0\r\n\r\n").contains("data: 2\n\n"))
                }
            }
        }
    }

    @Test("Whoever wants no stream gets no comment")
    func plain() async throws {
        try await FakeUpstream.run {
            try await $0.reply("{}")
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint], held: ["story"])
            try await TestGateway.run(leasing) {
                $0.relay.pingInterval = Self.soon
            } body: { gateway in
                try await gateway.client { client in
                    try await gateway.client { other in
                        try await client.post(Self.chat, #"{"model":"story","stream":false}"#)
                        await leasing.next(.asked("story"))
                        // By the time that the other client got its comments, this one would have got some.
                        try await other.post(Self.chat, Self.streamed)
                        for _ in 0..<3 { _ = try await other.read(until: ": ping\n\n") }
                    }
                    leasing.grantAll("story")
                    let response = try await client.response()
                    #expect(response.status == 200)
                    #expect(response.headers["content-length"] == "2")
                }
            }
        }
    }

    @Test("Every response has a request id, the client's own if it sent one, and the worker knows it too")
    func requestIDs() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.head.headers.first(name: "x-request-id") ?? "")
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, Self.streamed, headers: "X-Request-Id: mine-1\r\n")
                    var response = try await client.response()
                    #expect(response.body == "mine-1")
                    #expect(response.headers["x-request-id"] == "mine-1")
                    try await client.post(Self.chat, Self.streamed, headers: "X-Request-Id: my own\r\n")
                    response = try await client.response()
                    #expect(response.body == response.headers["x-request-id"])
                    #expect(response.body != "my own" && !response.body.isEmpty)
                    try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nx-request-id: h\r\n\r\n")
                    #expect(try await client.response().headers["x-request-id"] == "h")
                    try await client.post(Self.chat, "{}", headers: "X-Request-Id: bad\r\n")
                    #expect(try await client.response().headers["x-request-id"] == "bad")
                }
            }
        }
    }

    @Test("server-timing says where the time went")
    func timing() async throws {
        var timing = RelayTiming()
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        timing.asked = start
        timing.granted = start + .milliseconds(1_500)
        timing.sent = start + .milliseconds(1_501)
        let head = start + .microseconds(1_503_050)
        #expect(timing.field(head: head, load: nil) == "queue;dur=1500.00, load;dur=0.00, upstream;dur=2.05")
        #expect(
            timing.field(head: head, load: .seconds(1)) == "queue;dur=500.00, load;dur=1000.00, upstream;dur=2.05"
        )
        #expect(timing.field(head: head, load: .seconds(9)).hasPrefix("queue;dur=0.00, load;dur=1500.00, "))
        try await FakeUpstream.run {
            try await $0.reply("{}")
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, Self.streamed)
                    let field = try await client.response().headers["server-timing"]
                    #expect(field?.hasPrefix("queue;dur=") == true)
                }
            }
        }
    }

    @Test("A form names its model in a field or in the query, and arrives as it is")
    func forms() async throws {
        let field = "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nstory\r\n"
        let file = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nRIFF\r\n--B--\r\n"
        try await FakeUpstream.run {
            try await $0.reply($0.text)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    let type = "Content-Type: multipart/form-data; boundary=B\r\n"
                    for (query, body) in [("", field + file), ("?model=story", file)] {
                        try await client.post("/v1/audio/transcriptions" + query, body, headers: type)
                        #expect(try await client.response().body == body)
                    }
                    try await client.post("/v1/audio/transcriptions", file, headers: type)
                    #expect(try await client.response().body.contains("model name is missing"))
                }
            }
            #expect(leasing.asked == ["story", "story"])
        }
    }

    @Test(
        "Below a prefix everything is as at the root, and nothing is outside of it",
        arguments: ["/llm", "llm", "/llm/"]
    )
    func prefix(_ prefix: String) async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.head.uri)
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) {
                $0.relay.apiPrefix = prefix
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post("/llm/tokenize?x=1", Self.streamed)
                    #expect(try await client.response().body == "/tokenize?x=1")
                    var statuses: [Int] = []
                    for path in ["/llm/health", "/llm", "/llm?x", "/health", "/llmx/health", "/", "/llm/nowhere"] {
                        try await client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        statuses.append(try await client.response().status)
                    }
                    // The page's addresses are relative, so that it needs the slash behind the prefix.
                    #expect(statuses == [200, 308, 200, 404, 404, 404, 404])
                    try await client.post("/tokenize", Self.streamed)
                    #expect(try await client.response().status == 404)
                }
            }
        }
    }
}
