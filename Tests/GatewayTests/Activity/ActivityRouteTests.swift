// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import NIOCore
import ServiceLifecycle
import TestKit
import Testing
import Wire

/// Running requests as others see and cancel them, over sockets.
@Suite(.timeLimit(.minutes(5)))
struct ActivityRouteTests {
    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n" }

    private static func delete(_ path: String) -> String { "DELETE \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n" }

    private static func json(_ client: RawClient, _ request: String) async throws -> JSONValue {
        try await client.send(request)
        return try JSONValue(parsing: try await client.response().body)
    }

    /// Asks until the first running request is as wanted.
    private static func running(_ client: RawClient, until state: String) async throws -> JSONValue {
        while true {
            let page = try await json(client, get("/activity"))
            if let request = page["requests"]?.array?.first, request["state"]?.string == state { return request }
        }
    }

    private static func recent(_ client: RawClient) async throws -> JSONValue {
        while true {
            let page = try await json(client, get("/activity"))
            if let request = page["recent"]?.array?.first { return request }
        }
    }

    @Test("A request is listed while it waits; cancelled, its client gets an error and the connection lives on")
    func waiting() async throws {
        let leasing = FakeLeasing(["story": .unix(path: "/nonexistent")], held: ["story"])
        try await TestGateway.run(leasing) { gateway in
            try await gateway.client { watcher in
                try await gateway.client { client in
                    try await client.post("/v1/completions", #"{"model":"story"}"#, headers: "User-Agent: tester/1\r\n")
                    let request = try await Self.running(watcher, until: "queued")
                    #expect(request["model"]?.string == "story")
                    #expect(request["user_agent"]?.string == "tester/1")
                    #expect(request["client"]?.string == "127.0.0.1")
                    #expect(request["queue_position"]?.integer == 1)
                    let id = try #require(request["id"]?.string)
                    #expect(try await Self.json(watcher, Self.delete("/activity/\(id)"))["success"] == true)
                    let answer = try await client.response()
                    #expect(answer.status == 400)
                    #expect(answer.body.contains("cancelled by an operator"))
                    await leasing.next(.withdrawn)
                    let ended = try await Self.recent(watcher)
                    #expect(ended["outcome"]?.string == "cancelled")
                    #expect(ended["status"]?.integer == 400)
                    try await watcher.send(Self.delete("/activity/\(id)"))
                    #expect(try await watcher.response().status == 404)
                    try await client.send(Self.get("/health"))
                    #expect(try await client.response().status == 200)
                }
            }
        }
    }

    @Test("A stream is counted as it runs; cancelled, it ends with an error event, and the worker sees its client go")
    func stream() async throws {
        let gone = Gate<Void>()
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            for _ in 0..<3 { try await exchange.chunk("data: {\"a\":1}\n\n") }
            try await exchange.channel.closeFuture.get()
            gone.open()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { watcher in
                    try await gateway.client { client in
                        try await client.post("/v1/messages", #"{"model":"story","stream":true}"#)
                        var request = try await Self.running(watcher, until: "running")
                        while request["tokens"]?.integer != 3 {
                            request = try await Self.running(watcher, until: "running")
                        }
                        #expect(request["stream"]?.bool == true)
                        #expect(request["bytes"]?.integer == 45)
                        let id = try #require(request["id"]?.string)
                        #expect(try await Self.json(watcher, Self.delete("/activity/\(id)"))["success"] == true)
                        let text = try await client.readToEnd()
                        #expect(text.contains("event: error\ndata: {\"type\":\"error\""))
                        #expect(!text.hasSuffix("0\r\n\r\n"))
                        await gone.wait()
                        let ended = try await Self.recent(watcher)
                        #expect(ended["outcome"]?.string == "cancelled" && ended["tokens"]?.integer == 3)
                    }
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("What ended is told with its timings and figures, failures with their sentence, clients that left as such")
    func endings() async throws {
        try await FakeUpstream.run { exchange in
            try await exchange.reply(#"{"usage":{"completion_tokens":4}}"#)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint, "slow": worker.endpoint], held: ["slow"])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post("/v1/completions", #"{"model":"story"}"#)
                    _ = try await client.response()
                    try await client.post("/v1/completions", #"{"model":"nobody"}"#)
                    _ = try await client.response()
                    try await client.post("/v1/completions", "{}")
                    _ = try await client.response()
                    try await gateway.client { leaver in
                        try await leaver.post("/v1/completions", #"{"model":"slow"}"#)
                        _ = try await Self.running(client, until: "queued")
                    }
                    await leasing.next(.withdrawn)
                    var page = try await Self.json(client, Self.get("/activity"))
                    while page["recent"]?.array?.count != 4 {
                        page = try await Self.json(client, Self.get("/activity"))
                    }
                    let recent = try #require(page["recent"]?.array)
                    #expect(recent.map { $0["outcome"]?.string } == ["cancelled", "failed", "failed", "done"])
                    #expect(recent.map { $0["model"]?.string } == ["slow", nil, "nobody", "story"])
                    #expect(recent.map { $0["status"]?.integer } == [nil, 400, 400, 200])
                    #expect(recent[2]["error"]?.string == "model 'nobody' not found")
                    #expect(recent[3]["tokens"]?.integer == 4)
                    #expect(recent[3]["first_byte_ms"]?.double ?? -1 > 0)
                    #expect(recent[3]["queue_ms"]?.double ?? -1 >= 0)
                }
            }
        }
    }

    @Test(
        "Whatever becomes of a request, it ends in the list: broken answers, clients that leave, streams that go on without them"
    )
    func everyEnd() async throws {
        let go = Gate<Void>()
        try await FakeUpstream.run { exchange in
            switch exchange.text {
            case let text where text.contains("die early"): try await exchange.die()
            case let text where text.contains("die in a stream"):
                try await exchange.beginStream()
                try await exchange.chunk("data: {}\n\n")
                try await exchange.die()
            case let text where text.contains("die in JSON"):
                try await exchange.beginStream("application/json")
                try await exchange.chunk("{")
                try await exchange.die()
            default:
                try await exchange.beginStream()
                try await exchange.chunk("data: {}\n\n")
                await go.wait()
                try await exchange.endStream()
            }
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { watcher in
                    for how in ["die early", "die in a stream", "die in JSON"] {
                        try await gateway.client { client in
                            try await client.post("/v1/completions", #"{"model":"story","prompt":"\#(how)"}"#)
                            // One that leaves before it has seen the end may be the one that ended it.
                            guard how != "die early" else { return _ = try await client.response() }
                            _ = try await client.head()
                            _ = try await client.readToEnd()
                        }
                    }
                    for header in ["", "X-Conversation-Id: a\r\n"] {
                        try await gateway.client { client in
                            try await client.post(
                                "/v1/completions",
                                #"{"model":"story","stream":true}"#,
                                headers: header
                            )
                            _ = try await client.read(until: "data: {}")
                        }
                    }
                    // Streams that end before the router sees that their client has left are done.
                    var ended = try await Self.outcomes(watcher, of: 4)
                    #expect(ended == ["cancelled", "failed", "failed", "failed"])
                    go.open()
                    ended = try await Self.outcomes(watcher, of: 5)
                    #expect(ended == ["cancelled", "done", "failed", "failed", "failed"])
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    /// What became of so many requests, in the order of the alphabet, once they have ended.
    private static func outcomes(_ client: RawClient, of count: Int) async throws -> [String] {
        while true {
            let recent = try await json(client, get("/activity"))["recent"]?.array ?? []
            if recent.count == count { return recent.compactMap { $0["outcome"]?.string }.sorted() }
        }
    }

    @Test("Watchers get how things are at once, and only what is new after that")
    func watching() async throws {
        try await FakeUpstream.run {
            try await $0.reply("{}")
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) {
                $0.relay.pingInterval = .milliseconds(500)
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post("/v1/completions", #"{"model":"story"}"#)
                    _ = try await client.response()
                    try await gateway.client { watcher in
                        try await watcher.send(Self.get("/activity/sse"))
                        #expect(try await watcher.head().headers["content-type"] == "text/event-stream")
                        let first = try await watcher.read(until: "\n\n")
                        #expect(first.contains(#""id":"1""#))
                        _ = try await watcher.read(until: ": ping\n\n")
                        try await client.post("/v1/completions", #"{"model":"story"}"#)
                        _ = try await client.response()
                        let second = try await watcher.read(until: "]}\n\n")
                        #expect(second.contains(#""id":"2""#) && !second.contains(#""id":"1""#))
                        await gateway.group.triggerGracefulShutdown()
                        #expect(try await watcher.readToEnd().hasSuffix("0\r\n\r\n"))
                    }
                }
            }
        }
    }

    @Test("The last hour comes in points; a malformed time is refused")
    func history() async throws {
        try await TestGateway.run(FakeLeasing([:])) {
            $0.historyInterval = .milliseconds(20)
        } body: { gateway in
            try await gateway.client { client in
                var points: [JSONValue] = []
                while points.count < 2 {
                    points = try await Self.json(client, Self.get("/activity/history"))["points"]?.array ?? []
                }
                let time = try #require(points[0]["time"]?.double)
                let later = try await Self.json(client, Self.get("/activity/history?since=\(time)"))
                #expect(later["points"]?.array?.first?["time"]?.double ?? 0 > time)
                try await client.send(Self.get("/activity/history?since=yesterday"))
                #expect(try await client.response().status == 400)
            }
        }
    }

    @Test("One model with all that is known of it; a name that there isn't is 404")
    func inspection() async throws {
        let fleet = Fleet.empty()
        try await TestGateway.run(FakeLeasing([:]), fleet: fleet) { gateway in
            try await gateway.client { client in
                for (path, status) in [("/models/nobody", 404), ("/models/nobody/logs", 404)] {
                    try await client.send(Self.get(path))
                    #expect(try await client.response().status == status)
                }
                try await client.post("/models/pin", #"{"model":"nobody","pinned":true}"#)
                #expect(try await client.response().status == 404)
                try await client.post("/models/pin", #"{"model":"nobody"}"#)
                #expect(try await client.response().status == 400)
            }
        }
    }
}
