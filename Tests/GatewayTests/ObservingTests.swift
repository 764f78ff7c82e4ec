// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Gateway
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import TestKit
import Testing
import Wire

/// Events, logs and metrics over sockets.
@Suite(.timeLimit(.minutes(5)))
struct ObservingTests {
    private static func fleet(_ endpoint: WorkerEndpoint) -> Fleet {
        Fleet(
            catalogue: Catalogue(entries: [.example("user/story:Q8", aliases: ["tale"]), .example("other")]),
            settings: FleetSettings(),
            launcher: FakeLauncher(.automatic { _ in endpoint }),
            clock: ContinuousClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func get(_ path: String, _ headers: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n"
    }

    @Test("Events of a load arrive as they happen, in llama-server's shape; comments when nothing happens")
    func events() async throws {
        try await FakeUpstream.run {
            try await $0.reply("{}")
        } body: { worker in
            let fleet = Self.fleet(worker.endpoint)
            try await TestGateway.run(fleet, fleet: fleet) {
                $0.relay.pingInterval = .milliseconds(50)
            } body: { gateway in
                try await gateway.client { watcher in
                    try await watcher.send(Self.get("/models/sse"))
                    let head = try await watcher.head()
                    #expect(head.headers["content-type"] == "text/event-stream")
                    _ = try await watcher.read(until: ": ping\n\n")
                    try await gateway.client { client in
                        try await client.post("/models/load", #"{"model":"tale"}"#)
                        #expect(try await client.response().status == 200)
                    }
                    let begun = #"data: {"model":"user/story:Q8","event":"model_status","data":{"status":"loading"}}"#
                    _ = try await watcher.read(until: begun + "\n\n")
                    _ = try await watcher.read(until: #""event":"status_change","data":{"status":"loaded""#)
                }
            }
        }
    }

    @Test("A server that shuts down ends its feeds")
    func shutdown() async throws {
        let fleet = Self.fleet(.unix(path: "/nonexistent"))
        try await TestGateway.run(fleet, fleet: fleet) { gateway in
            try await gateway.client { watcher in
                try await watcher.send(Self.get("/models/sse"))
                _ = try await watcher.head()
                await gateway.group.triggerGracefulShutdown()
                #expect(try await watcher.readToEnd().hasSuffix("0\r\n\r\n"))
            }
        }
    }

    @Test("Logs of a model, by id or alias; unknown names and other paths are 404")
    func logs() async throws {
        let fleet = Self.fleet(.unix(path: "/nonexistent"))
        try await TestGateway.run(fleet, fleet: fleet) { gateway in
            try await gateway.client { client in
                for path in ["user/story:Q8", "user%2Fstory%3AQ8", "tale"] {
                    try await client.send(Self.get("/models/\(path)/logs"))
                    let response = try await client.response()
                    #expect(response.status == 200)
                    #expect(response.headers["content-type"]?.hasPrefix("text/plain") == true)
                }
                try await client.send(Self.get("/models/tale/logs", "Accept: text/event-stream\r\n"))
                #expect(try await client.response().headers["content-type"] == "text/event-stream")
                for path in ["/models/nobody/logs", "/models/nobody", "/models/logs"] {
                    try await client.send(Self.get(path))
                    #expect(try await client.response().status == 404)
                }
            }
        }
    }

    @Test("Metrics: our own, the loaded workers' with their model; nobody is woken")
    func metrics() async throws {
        try await FakeUpstream.run { exchange in
            if exchange.head.uri.hasPrefix("/metrics") {
                return try await exchange.reply("# TYPE llamacpp:n counter\nllamacpp:n 7\n")
            }
            try await exchange.beginStream()
            try await exchange.chunk("data: 1\n\n")
            try await exchange.endStream()
        } body: { worker in
            let fleet = Self.fleet(worker.endpoint)
            try await TestGateway.run(fleet, fleet: fleet) {
                // On a busy machine, too.
                $0.scrapeTimeout = .seconds(60)
            } body: { gateway in
                try await gateway.client { client in
                    try await client.send(Self.get("/metrics"))
                    var page = try await client.response().body
                    #expect(page.contains(#"enginehouse_model_status{model="other",status="unloaded"} 1"#))
                    #expect(page.contains("enginehouse_queue_depth 0\n"))
                    #expect(worker.requests == 0)
                    try await client.post("/v1/chat/completions", #"{"model":"tale","stream":true}"#)
                    _ = try await client.response()
                    try await client.send(Self.get("/metrics"))
                    let response = try await client.response()
                    #expect(response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
                    page = response.body
                    let model = #"model="user/story:Q8""#
                    #expect(page.contains("enginehouse_model_status{\(model),status=\"loaded\"} 1"))
                    #expect(page.contains("enginehouse_requests_total{\(model),status=\"200\"} 1\n"))
                    #expect(page.contains("enginehouse_time_to_first_token_seconds_count{\(model)} 1\n"))
                    #expect(page.contains("enginehouse_load_seconds_count{\(model)} 1\n"))
                    #expect(page.contains("# TYPE llamacpp:n counter\nllamacpp:n{\(model)} 7\n"))
                    #expect(page.contains(#"enginehouse_model_status{model="other",status="unloaded"} 1"#))
                    try await client.send(Self.get("/metrics?model=tale"))
                    #expect(try await client.response().body.contains("llamacpp:n 7"))
                }
            }
        }
    }

    @Test("A worker that doesn't answer a scrape is left out")
    func silentWorker() async throws {
        try await FakeUpstream.run { exchange in
            guard exchange.head.uri == "/metrics" else { return try await exchange.reply("{}") }
            try await exchange.channel.closeFuture.get()
        } body: { worker in
            let fleet = Self.fleet(worker.endpoint)
            try await TestGateway.run(fleet, fleet: fleet) {
                $0.scrapeTimeout = .milliseconds(50)
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post("/tokenize", #"{"model":"tale"}"#)
                    _ = try await client.response()
                    try await client.send(Self.get("/metrics"))
                    #expect(try await client.response().body.contains("enginehouse_workers 1\n"))
                }
            }
        }
    }
}
