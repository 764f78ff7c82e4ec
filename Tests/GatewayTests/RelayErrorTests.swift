// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import Testing
import Wire

@Suite(.timeLimit(.minutes(5)))
struct RelayErrorTests {
    private static let chat = "/v1/chat/completions"

    @Test(
        "A request without a usable model is refused with a sentence",
        arguments: [
            ("/v1/chat/completions", "{}", 400, "model name is missing from the request"),
            ("/v1/chat/completions", #"{"model":""}"#, 400, "model name is missing from the request"),
            ("/v1/chat/completions", #"{"model":5}"#, 400, "'model' must be a string"),
            ("/v1/chat/completions", #"{"model":"x"}"#, 400, "model 'x' not found"),
            ("/v1/chat/completions", "", 400, "malformed JSON at byte 0: the body must be a JSON object"),
            ("/tokenize", "[1]", 400, "malformed JSON at byte 0: the body must be a JSON object"),
            ("/tokenize", #"{"a" 1}"#, 400, "malformed JSON at byte 5: expected ':'"),
        ]
    )
    func refuses(path: String, body: String, status: Int, message: String) async throws {
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                try await client.post(path, body)
                let response = try await client.response()
                #expect(response.status == status)
                let error = try JSONValue(parsing: response.body)["error"]
                #expect(error?["message"]?.string == message)
                #expect(error?["code"]?.integer == Int64(status))
                #expect(error?["type"]?.string == "invalid_request_error")
                // The connection lives on.
                try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await client.response().body == #"{"status":"ok"}"#)
            }
        }
    }

    @Test("Anthropic's clients get Anthropic's error shape")
    func anthropic() async throws {
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                try await client.post("/v1/messages", #"{"model":"x"}"#)
                let json = try JSONValue(parsing: try await client.response().body)
                #expect(json["type"] == "error")
                #expect(json["error"]?["type"] == "invalid_request_error")
                #expect(json["error"]?["message"] == "model 'x' not found")
            }
        }
    }

    @Test("Names with any letters reach the fleet, from a body and from a query; the header stays ASCII")
    func unicodeNames() async throws {
        let name = "größe/模型 5%+"
        try await FakeUpstream.run {
            try await $0.reply($0.head.uri)
        } body: { worker in
            let leasing = FakeLeasing([name: worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"gr\u00f6\u00dfe/模型 5%+"}"#)
                    let response = try await client.response()
                    #expect(response.status == 200)
                    #expect(response.headers["x-enginehouse-model"] == "gr%C3%B6%C3%9Fe/%E6%A8%A1%E5%9E%8B%205%25+")
                    let query = "/slots?model=gr%C3%B6%C3%9Fe%2f%E6%A8%A1%E5%9E%8B+5%25%2B&x=1"
                    try await client.send("GET \(query) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    #expect(try await client.response().body == query)
                }
            }
            #expect(leasing.asked == [name, name])
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A body that is announced too long is refused at once, and the answer is not lost", arguments: [true, false])
    func bodyTooLong(isAnnounced: Bool) async throws {
        try await TestGateway.run(FakeLeasing([:])) {
            $0.relay.maxBodyBytes = 1_000
        } body: { gateway in
            try await gateway.client { client in
                let framing = isAnnounced ? "Content-Length: 5000" : "Transfer-Encoding: chunked"
                try await client.send("POST \(Self.chat) HTTP/1.1\r\nHost: localhost\r\n\(framing)\r\n\r\n")
                let text = String(repeating: "x", count: 5_000)
                try await client.send(isAnnounced ? String(text.prefix(100)) : "1388\r\n\(text)\r\n")
                let response = try await client.response()
                #expect(response.status == 413)
                #expect(response.headers["connection"] == "close")
                try await client.send(isAnnounced ? String(text.dropFirst(100)) : "0\r\n\r\n")
                #expect(try await client.readToEnd() == "")
            }
        }
    }

    @Test("A worker that dies before it answers: the client is told how")
    func diesBeforeHead() async throws {
        try await FakeUpstream.run {
            try await $0.die()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    let response = try await client.response()
                    #expect(response.status == 500)
                    #expect(response.body.contains("SIGKILL"))
                }
            }
            #expect(worker.requests == 1)
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("No worker at its address: the client is told")
    func cannotConnect() async throws {
        let leasing = FakeLeasing(["story": .unix(path: "/nonexistent/w.sock")])
        try await TestGateway.run(leasing) { gateway in
            try await gateway.client { client in
                try await client.post(Self.chat, #"{"model":"story"}"#)
                #expect(try await client.response().status == 500)
            }
        }
        #expect(leasing.allEndedOnce)
    }

    @Test("D11: a worker that dies in an event stream: an event says so, and the stream is cut, not ended")
    func diesInEventStream() async throws {
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            try await exchange.chunk("data: 1\n\n")
            try await exchange.chunk("data: half")
            try await exchange.die()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    #expect(try await client.head().status == 200)
                    let body = try await client.readToEnd()
                    #expect(body.contains("\r\ndata: 1\n\n\r\n"))
                    #expect(body.contains("data: {\"error\":{\"code\":500,"))
                    #expect(body.hasSuffix("\n\n\r\n"), "no last chunk follows the event")
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test(
        "A worker that dies in a stream of lines: a line of its own says so, in Ollama's words, and the stream is cut"
    )
    func diesInLines() async throws {
        for (half, gap) in [("{\"done\":false}\n", ""), ("{\"do", "\n")] {
            try await FakeUpstream.run { exchange in
                try await exchange.beginStream("application/x-ndjson")
                try await exchange.chunk(half)
                try await exchange.die()
            } body: { worker in
                let leasing = FakeLeasing(["story": worker.endpoint])
                try await TestGateway.run(leasing) { gateway in
                    try await gateway.client { client in
                        try await client.post("/api/chat", #"{"model":"story","keep_alive":"5m"}"#)
                        #expect(try await client.head().status == 200)
                        let body = try await client.readToEnd()
                        #expect(body.contains("\r\n\(half)\r\n"))
                        #expect(
                            body.contains("\r\n\(gap){\"error\":\"the worker was killed by signal 9 (SIGKILL)\"}\n\r\n")
                        )
                    }
                }
                #expect(leasing.allEndedOnce)
                #expect(leasing.leases.first?.kept.withLock { $0 } == [.after(.seconds(300))])
            }
        }
    }

    @Test("A request that only wants its model to leave asks for no worker")
    func releases() async throws {
        let leasing = FakeLeasing(["story": .unix(path: "/nowhere")])
        try await TestGateway.run(leasing) { gateway in
            try await gateway.client { client in
                try await client.post("/api/generate", #"{"model":"story","keep_alive":0}"#)
                let response = try await client.response()
                #expect(response.status == 200 && response.body.contains(#""done_reason":"unload""#))
                try await client.post("/api/chat", #"{"model":"nobody","messages":[],"keep_alive":"0s"}"#)
                let unknown = try await client.response()
                #expect(unknown.status == 404 && unknown.body == #"{"error":"model 'nobody' not found"}"#)
                try await client.post("/api/chat", #"{"model":"story","messages":[],"keep_alive":"soon"}"#)
                #expect(try await client.response().status == 400)
            }
        }
        #expect(leasing.released == ["story", "nobody"] && leasing.leases.isEmpty)
    }

    @Test("A worker that dies in another body: the client sees that it was cut off")
    func diesInBody() async throws {
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream("application/json")
            try await exchange.chunk("[1,")
            try await exchange.die()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    let text = try await client.readToEnd()
                    #expect(text.hasSuffix("3\r\n[1,\r\n"))
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A kept-alive connection that the worker closed meanwhile: the request is sent once more on a new one")
    func staleConnection() async throws {
        let seen = Atomic(0)
        try await FakeUpstream.run { exchange in
            // The second request meets a worker that closes instead of answering.
            if seen.add(1, ordering: .sequentiallyConsistent).newValue == 2 { return try await exchange.die() }
            try await exchange.reply(exchange.text)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    for _ in 0..<2 {
                        try await client.post(Self.chat, #"{"model":"story"}"#)
                        #expect(try await client.response().body == #"{"model":"story"}"#)
                    }
                }
            }
            #expect(worker.connections == 2)
            #expect(worker.requests == 3)
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("Shutting down lets a stream finish, then closes")
    func quiesces() async throws {
        let (steps, go) = AsyncStream<Void>.makeStream()
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            try await exchange.chunk("data: 1\n\n")
            _ = await steps.first { _ in true }
            try await exchange.chunk("data: 2\n\n")
            try await exchange.endStream()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    _ = try await client.read(until: "data: 1\n\n")
                    await gateway.group.triggerGracefulShutdown()
                    go.yield()
                    #expect(try await client.readToEnd().hasSuffix("data: 2\n\n\r\n0\r\n\r\n"))
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("HTTP/1.0 clients get no chunks")
    func http10() async throws {
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            try await exchange.chunk("data: 1\n\n")
            try await exchange.endStream()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    let body = #"{"model":"story"}"#
                    try await client.send(
                        "POST \(Self.chat) HTTP/1.0\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    )
                    let text = try await client.readToEnd()
                    #expect(text.hasPrefix("HTTP/1.0 200 OK\r\n"))
                    #expect(text.hasSuffix("\r\n\r\ndata: 1\n\n"))
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }
}
