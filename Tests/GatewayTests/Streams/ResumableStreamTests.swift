// SPDX-License-Identifier: MIT

import Gateway
import NIOHTTP1
import ServiceLifecycle
import Testing
import Wire

/// Clients that come back for their streams, over sockets.
@Suite(.timeLimit(.minutes(5)))
struct ResumableStreamTests {
    private static let chat = "/v1/chat/completions"
    private static let streamed = #"{"model":"story","stream":true}"#
    private static let whole = "data: 1\n\ndata: 2\n\n"

    /// Lets a worker go on step by step.
    private struct Steps: Sendable {
        let steps: AsyncStream<Void>
        let go: AsyncStream<Void>.Continuation

        init() { (steps, go) = AsyncStream.makeStream() }

        func next() async { for await _ in steps { return } }
    }

    /// A gateway before a worker that sends one event, waits for the test, and sends another.
    private static func run(
        held: Set<String> = [],
        settings: @escaping (inout GatewaySettings) -> Void = { _ in },
        body: (TestGateway, FakeLeasing, Steps) async throws -> Void
    ) async throws {
        let steps = Steps()
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            try await exchange.chunk("data: 1\n\n")
            await steps.next()
            try await exchange.chunk("data: 2\n\n")
            try await exchange.endStream()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint], held: held)
            try await TestGateway.run(leasing, settings: settings) { gateway in
                try await body(gateway, leasing, steps)
            }
            #expect(leasing.allEndedOnce)
        }
    }

    private static func post(_ client: RawClient, conversation: String = "c", headers: String = "") async throws {
        try await client.post(chat, streamed, headers: "X-Conversation-Id: \(conversation)\r\n\(headers)")
    }

    private static func ask(
        _ gateway: TestGateway,
        _ method: String,
        _ target: String,
        headers: String = ""
    ) async throws -> RawClient.Response {
        try await gateway.client { client in
            try await client.send("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
            return try await client.response()
        }
    }

    @Test("Who lost its connection gets the same bytes again, from any offset, then what comes")
    func resumes() async throws {
        try await Self.run { gateway, leasing, steps in
            try await gateway.client { client in
                try await Self.post(client)
                _ = try await client.read(until: "data: 1\n\n")
                try await client.close()
            }
            try await gateway.client { reader in
                try await reader.send("GET /v1/stream?conv_id=c&from=3 HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let head = try await reader.head()
                #expect(head.status == 200)
                #expect(head.headers["content-type"] == "text/event-stream")
                #expect(head.headers["x-accel-buffering"] == "no")
                _ = try await reader.read(until: "a: 1\n\n")
                steps.go.yield()
                _ = try await reader.read(until: "data: 2\n\n")
                _ = try await reader.read(until: "0\r\n\r\n")
            }
            await leasing.next(.ended)
            // Also when all is over, and as often as somebody likes.
            for _ in 0..<2 {
                #expect(try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c").body == Self.whole)
            }
            #expect(try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c&from=12").body == "a: 2\n\n")
            #expect(try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c&from=99").body == "")
        }
    }

    @Test("Its own client gets the stream as ever, beside another reader; the connection lives on")
    func attended() async throws {
        try await Self.run { gateway, leasing, steps in
            try await gateway.client { client in
                try await Self.post(client, conversation: "c::story")
                _ = try await client.read(until: "data: 1\n\n")
                try await gateway.client { reader in
                    try await reader.send("GET /v1/stream?conv_id=c%3A%3Astory HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    _ = try await reader.read(until: "data: 1\n\n")
                    let body = #"{"conversation_ids":["c","x",3]}"#
                    try await gateway.client { asker in
                        try await asker.post("/v1/streams/lookup", body)
                        let found = try await asker.response().body
                        #expect(found.hasPrefix(#"[{"conversation_id":"c::story","is_done":false,"total_bytes":9,"#))
                    }
                    steps.go.yield()
                    _ = try await reader.read(until: "data: 2\n\n")
                }
                _ = try await client.read(until: "data: 2\n\n")
                _ = try await client.read(until: "0\r\n\r\n")
                steps.go.yield()
                try await Self.post(client, conversation: "d")
                #expect(try await client.response().body == Self.whole)
            }
        }
    }

    @Test("A stop ends the stream for everybody and frees the worker")
    func stop() async throws {
        try await Self.run { gateway, leasing, _ in
            try await gateway.client { client in
                try await Self.post(client)
                _ = try await client.read(until: "data: 1\n\n")
                let stopped = try await Self.ask(gateway, "DELETE", "/v1/stream?conv_id=c")
                #expect(stopped.status == 204)
                await leasing.next(.ended)
                #expect(try await client.read(until: "0\r\n\r\n").contains("data") == false)
            }
            #expect(try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c").status == 404)
            #expect(try await Self.ask(gateway, "DELETE", "/v1/stream?conv_id=c").status == 204)
        }
    }

    @Test("A stop while the model loads")
    func stopWhileLoading() async throws {
        try await Self.run(held: ["story"]) { gateway, leasing, _ in
            try await gateway.client { client in
                try await Self.post(client)
                await leasing.next(.asked("story"))
                #expect(try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c").status == 503)
                #expect(try await Self.ask(gateway, "DELETE", "/v1/stream?conv_id=c").status == 204)
                let response = try await client.response()
                #expect(response.status == 400)
                #expect(response.body.contains("request cancelled by a stop while the model was loading"))
                await leasing.next(.withdrawn)
            }
        }
    }

    @Test("Who leaves while the model loads finds the stream later")
    func leavesWhileLoading() async throws {
        try await Self.run(held: ["story"]) { gateway, leasing, steps in
            try await gateway.client { client in
                try await Self.post(client)
                await leasing.next(.asked("story"))
            }
            #expect(try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c").status == 503)
            leasing.grantAll("story")
            steps.go.yield()
            await leasing.next(.ended)
            #expect(try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c").body == Self.whole)
        }
    }

    @Test("A second request of the same conversation ends the first")
    func replaces() async throws {
        try await Self.run { gateway, leasing, steps in
            try await gateway.client { first in
                try await Self.post(first)
                _ = try await first.read(until: "data: 1\n\n")
                try await gateway.client { second in
                    try await Self.post(second)
                    _ = try await first.read(until: "0\r\n\r\n")
                    _ = try await second.read(until: "data: 1\n\n")
                    await leasing.next(.ended)
                    // The first worker's script may still wait for a step of its own.
                    steps.go.yield()
                    steps.go.yield()
                    _ = try await second.read(until: "data: 2\n\n")
                }
            }
        }
    }

    @Test("What can't be resumed is said")
    func refusals() async throws {
        try await Self.run { gateway, _, _ in
            #expect(try await Self.ask(gateway, "GET", "/v1/stream").status == 400)
            #expect(try await Self.ask(gateway, "DELETE", "/v1/stream?conv_id=").status == 400)
            let unknown = try await Self.ask(gateway, "GET", "/v1/stream?conv_id=nobody")
            #expect(unknown.status == 404 && unknown.body.contains("not_found_error"))
            for offset in ["-1", "x", "1x", "99999999999999999999"] {
                #expect(try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c&from=\(offset)").status == 400)
            }
            try await gateway.client { client in
                try await client.post("/v1/streams/lookup", "{")
                #expect(try await client.response().status == 400)
                try await client.post("/v1/streams/lookup", "[]")
                #expect(try await client.response().body == "[]")
                try await Self.post(client, conversation: String(repeating: "x", count: 2000))
                #expect(try await client.response().status == 400)
            }
        }
    }

    @Test("Another key sees nothing of a conversation")
    func keys() async throws {
        try await Self.run(settings: { $0.apiKeys = ["one", "two"] }) { gateway, leasing, steps in
            try await gateway.client { client in
                try await Self.post(client, headers: "Authorization: Bearer one\r\n")
                steps.go.yield()
                #expect(try await client.response().body == Self.whole)
            }
            let target = "/v1/stream?conv_id=c"
            #expect(try await Self.ask(gateway, "GET", target).status == 401)
            #expect(try await Self.ask(gateway, "GET", target, headers: "X-Api-Key: two\r\n").status == 404)
            #expect(try await Self.ask(gateway, "DELETE", target, headers: "X-Api-Key: two\r\n").status == 204)
            #expect(try await Self.ask(gateway, "GET", target, headers: "X-Api-Key: one\r\n").body == Self.whole)
        }
    }

    @Test("An answer that is no stream is not kept, whatever the header says")
    func noStream() async throws {
        try await FakeUpstream.run {
            try await $0.reply("{}", status: $0.text.contains("bad") ? .badRequest : .ok)
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) { gateway in
                try await gateway.client { client in
                    for body in [#"{"model":"story"}"#, #"{"model":"story","stream":true,"bad":1}"#] {
                        try await client.post(Self.chat, body, headers: "X-Conversation-Id: c\r\n")
                        #expect(try await client.response().body == "{}")
                        #expect(try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c").status == 404)
                    }
                }
            }
        }
    }

    @Test("At the shutdown, what nobody reads is stopped")
    func shutdown() async throws {
        try await Self.run { gateway, leasing, _ in
            try await gateway.client { client in
                try await Self.post(client)
                _ = try await client.read(until: "data: 1\n\n")
            }
            await gateway.group.triggerGracefulShutdown()
            await leasing.next(.ended)
        }
    }

    /// Far more than sockets hold.
    private static let flood = 400

    /// A gateway with a short ring before a worker that floods it.
    private static func runFlood(body: (TestGateway, FakeLeasing) async throws -> Void) async throws {
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            let filler = String(repeating: "x", count: 64 << 10)
            for number in 0..<Self.flood { try await exchange.chunk("data: \(number) \(filler)\n\n") }
            try await exchange.endStream()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint], held: ["story"])
            try await TestGateway.run(leasing) {
                $0.conversations.bytesEach = 256 << 10
            } body: { gateway in
                try await body(gateway, leasing)
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A reader that is slower than the ring is long is told so, and holds nobody up")
    func slowReader() async throws {
        try await Self.runFlood { gateway, leasing in
            try await gateway.client { client in
                try await Self.post(client)
                await leasing.next(.asked("story"))
                leasing.grantAll("story")
                let head = try await client.head()
                #expect(head.status == 200)
                try await gateway.client { reader in
                    let target = "/v1/stream?conv_id=c"
                    try await reader.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    // Nobody reads until the worker is done.
                    await leasing.next(.ended)
                    let text = try await reader.readToEnd().suffix(500)
                    // It may have come too late for the very beginning.
                    #expect(text.contains("bytes are lost") || text.contains("Stream offset lost"))
                }
                // The stream's own client finds its connection cut off, rather than bytes missing.
                #expect(try await !client.readToEnd().hasSuffix("\r\n0\r\n\r\n"))
            }
            let lost = try await Self.ask(gateway, "GET", "/v1/stream?conv_id=c&from=0")
            #expect(lost.status == 400 && lost.body.contains("Stream offset lost"))
        }
    }
}
