// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Gateway
import Logging
import TestKit
import Testing
import Wire

/// A server of one model.
@Suite(.timeLimit(.minutes(5)))
struct OnlyModelTests {
    private static func fleet(_ launcher: FakeLauncher) -> Fleet {
        Fleet(
            catalogue: Catalogue(entries: [.example("story", aliases: ["tale", "fable"])]),
            settings: FleetSettings(),
            launcher: launcher,
            clock: TestClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func run(
        _ launcher: FakeLauncher,
        body: (Fleet, TestGateway) async throws -> Void
    ) async throws {
        let fleet = fleet(launcher)
        try await TestGateway.run(fleet, fleet: fleet) {
            $0.onlyModel = "story"
        } body: { gateway in
            try await body(fleet, gateway)
        }
    }

    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n" }

    @Test("Whatever a request says, it is for the one model; a body is not looked at")
    func anyName() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.text)
        } body: { worker in
            let endpoint = worker.endpoint
            try await Self.run(FakeLauncher(.automatic { _ in endpoint })) { _, gateway in
                try await gateway.client { client in
                    for body in [#"{"model":"gpt-4"}"#, #"{"model":"tale"}"#, "{}", "no JSON", ""] {
                        try await client.post("/v1/chat/completions", body)
                        let response = try await client.response()
                        #expect(response.status == 200)
                        #expect(response.body == body)
                        #expect(response.headers["x-enginehouse-model"] == "story")
                    }
                    for path in ["/props", "/slots", "/metrics?model=nobody", "/lora-adapters"] {
                        try await client.send(Self.get(path))
                        #expect(try await client.response().headers["x-enginehouse-model"] == "story")
                    }
                }
            }
        }
    }

    @Test("While it loads, looks are answered at once, and those who want to use it wait")
    func loading() async throws {
        try await FakeUpstream.run {
            try await $0.reply("done")
        } body: { worker in
            let launcher = FakeLauncher(.obedient)
            try await Self.run(launcher) { fleet, gateway in
                try fleet.load("story")
                let child = await launcher.launch(0)
                try await gateway.client { client in
                    for path in ["/health", "/v1/health", "/models", "/v1/models", "/props", "/slots", "/metrics"] {
                        try await client.send(Self.get(path))
                        let response = try await client.response()
                        #expect(response.status == 503)
                        #expect(
                            response.body
                                == #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#
                        )
                    }
                    try await client.send(Self.get("/"))
                    #expect(try await client.response().status == 200)
                    try await client.post("/completion", "{}")
                    try await eventually { fleet.metrics().waiting == 1 }
                    child.ready(at: worker.endpoint)
                    #expect(try await client.response().body == "done")
                    try await client.send(Self.get("/health"))
                    #expect(try await client.response().body == #"{"status":"ok"}"#)
                }
            }
        }
    }

    @Test("The list is llama-server's: one model, all its names")
    func list() async throws {
        try await Self.run(FakeLauncher(.automatic { _ in .unix(path: "/nonexistent.sock") })) { fleet, gateway in
            try fleet.load("story")
            try await gateway.client { client in
                try await client.send(Self.get("/v1/models"))
                let json = try JSONValue(parsing: try await client.response().body)
                #expect(json.members?.map(\.name) == ["models", "object", "data"])
                #expect(json["models"]?.array?.first?["name"] == "story")
                let model = try #require(json["data"]?.array?.first)
                #expect(model["id"] == "story")
                #expect(model["aliases"] == ["fable", "story", "tale"])
                #expect(model["status"]?["value"] == "loaded")
            }
        }
    }

    @Test("A model that was unloaded comes back with the next request; a look doesn't bring it back")
    func unloaded() async throws {
        try await FakeUpstream.run {
            try await $0.reply("done")
        } body: { worker in
            let endpoint = worker.endpoint
            let launcher = FakeLauncher(.automatic { _ in endpoint })
            try await Self.run(launcher) { _, gateway in
                try await gateway.client { client in
                    try await client.send(Self.get("/props"))
                    #expect(try await client.response().status == 503)
                    try await client.send(Self.get("/health"))
                    #expect(try await client.response().status == 200)
                    #expect(launcher.workers.isEmpty)
                    try await client.post("/completion?autoload=0", "{}")
                    #expect(try await client.response().body == "done")
                }
            }
        }
    }

    @Test("One that fails to load is a reason to send requests elsewhere")
    func failing() async throws {
        try await Self.run(FakeLauncher(.broken(reason: "no such program"))) { _, gateway in
            try await gateway.client { client in
                try await client.post("/completion", "{}")
                #expect(try await client.response().status == 500)
                try await client.send(Self.get("/health"))
                let response = try await client.response()
                #expect(response.status == 503)
                #expect(response.body.contains("no such program"))
                #expect(response.headers["retry-after"] != nil)
            }
        }
    }
}
