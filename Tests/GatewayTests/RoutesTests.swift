// SPDX-License-Identifier: MIT

import Catalogue
import Fleet
import Gateway
import Logging
import TestKit
import Testing
import Wire

@Suite(.timeLimit(.minutes(5)))
struct RoutesTests {
    private static func fleet(_ launcher: FakeLauncher) -> Fleet {
        let entries = [
            ModelEntry.example("story", aliases: ["tale"]), .example("user/broken:Q8", problem: "the file is cut off"),
        ]
        return Fleet(
            catalogue: Catalogue(entries: entries),
            settings: FleetSettings(),
            launcher: launcher,
            clock: ContinuousClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private static func ask(
        _ launcher: FakeLauncher,
        _ requests: [String]
    ) async throws -> [RawClient.Response] {
        let fleet = fleet(launcher)
        return try await TestGateway.run(fleet, fleet: fleet) { gateway in
            try await gateway.client { client in
                var responses: [RawClient.Response] = []
                for request in requests {
                    try await client.send(request)
                    responses.append(try await client.response())
                }
                return responses
            }
        }
    }

    private static func ask(_ requests: [String]) async throws -> [RawClient.Response] {
        try await ask(FakeLauncher(.obedient), requests)
    }

    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n" }

    private static func post(_ path: String, _ body: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("Health is good as soon as the server listens", arguments: ["/health", "/v1/health"])
    func health(path: String) async throws {
        let response = try await Self.ask([Self.get(path)])[0]
        #expect(response.status == 200)
        #expect(response.body == #"{"status":"ok"}"#)
    }

    @Test("The list has llama-server's keys, and a broken file's reason", arguments: ["/models", "/v1/models"])
    func list(path: String) async throws {
        let json = try JSONValue(parsing: try await Self.ask([Self.get(path)])[0].body)
        #expect(json["object"] == "list")
        let entries = try #require(json["data"]?.array)
        let isOpenAI = path == "/v1/models"
        let expected: [JSONValue] = isOpenAI ? ["story", "tale", "user/broken:Q8"] : ["story", "user/broken:Q8"]
        #expect(entries.map { $0["id"] } == expected)
        // C26: pickers offer ids only.
        #expect(!isOpenAI || entries[1]["alias_of"] == "story" && entries[1]["aliases"] == [])
        let story = entries[0]
        #expect(story["capabilities"] == ["completion"])
        #expect(
            story.members?.map(\.name) == [
                "id", "aliases", "tags", "object", "owned_by", "created", "status", "architecture",
                "capabilities", "source",
                "can_remove", "details",
            ]
        )
        #expect(story["aliases"] == ["tale"])
        #expect(story["owned_by"] == "llamacpp")
        #expect(story["status"]?["value"] == "unloaded")
        #expect(story["status"]?["failed"] == nil)
        #expect(story["architecture"] == ["input_modalities": ["text"], "output_modalities": ["text"]])
        #expect(story["source"] == "models_dir")
        let broken = try #require(entries.last)
        #expect(broken["status"]?["failed"] == true)
        #expect(broken["status"]?["reason"]?.string?.contains("the file is cut off") == true)
    }

    @Test("One model is found by id, percent-encoded or not, and by alias")
    func oneModel() async throws {
        let responses = try await Self.ask(
            ["tale", "user/broken:Q8", "user%2Fbroken%3AQ8", "nobody"].map { Self.get("/v1/models/\($0)") }
        )
        #expect(responses.map(\.status) == [200, 200, 200, 404])
        #expect(try JSONValue(parsing: responses[0].body)["id"] == "story")
        #expect(try JSONValue(parsing: responses[2].body)["id"] == "user/broken:Q8")
        #expect(try JSONValue(parsing: responses[3].body)["error"]?["type"] == "not_found_error")
    }

    @Test("Loading and unloading, and what can be wrong with them")
    func loads() async throws {
        let launcher = FakeLauncher(.automatic { _ in .unix(path: "/nonexistent.sock") })
        let responses = try await Self.ask(
            launcher,
            [
                Self.post("/models/unload", #"{"model":"story"}"#),
                Self.post("/models/load", #"{"model":"tale"}"#),
                Self.post("/models/load", #"{"model":"story"}"#),
                Self.get("/v1/models/story"),
                Self.post("/models/unload", #"{"model":"story"}"#),
                Self.post("/models/load", #"{"model":"x"}"#),
                Self.post("/models/unload", #"{"model":"x"}"#),
                Self.post("/models/load", #"{"model":"#),
                Self.post("/models/load", "{}"),
            ]
        )
        #expect(responses.map(\.status) == [400, 200, 400, 200, 200, 404, 400, 400, 400])
        let texts = try responses.map { try JSONValue(parsing: $0.body)["error"]?["message"]?.string ?? "" }
        #expect(
            texts == [
                "model is not running", "", "model is already running", "", "", "model is not found",
                "model is not found", texts[7], "model name is missing from the request",
            ]
        )
        #expect(texts[7].hasPrefix("malformed JSON"))
        #expect(responses[1].body == #"{"success":true}"#)
        // The worker's own facts are merged in.
        let loaded = try JSONValue(parsing: responses[3].body)
        #expect(loaded["status"]?["value"] == "loaded")
        #expect(loaded["meta"] == ["n_ctx": 512])
    }

    @Test("A crash shows in the list with exit code, reason and log")
    func crash() async throws {
        let launcher = FakeLauncher(.broken(reason: "no such program"))
        let responses = try await Self.ask(
            launcher,
            [Self.post("/models/load", #"{"model":"story"}"#), Self.get("/v1/models/story")]
        )
        let status = try JSONValue(parsing: responses[1].body)["status"]
        #expect(status?["value"] == "unloaded")
        #expect(status?["failed"] == true)
        #expect(status?["exit_code"] == 127)
        #expect(status?["reason"]?.string?.contains("no such program") == true)
        #expect(status?["log"] == [])
    }

    @Test("The router's properties")
    func properties() async throws {
        let json = try JSONValue(parsing: try await Self.ask([Self.get("/props")])[0].body)
        #expect(json["role"] == "router")
        #expect(json["max_instances"] == 4)
        #expect(json["models_autoload"] == true)
    }

    @Test("What isn't there is not found, in the caller's dialect")
    func notFound() async throws {
        let responses = try await Self.ask([
            Self.get("/nothing"), Self.get("/v1/chat/completions"), Self.get("/v1/messages"),
            "DELETE /models/load HTTP/1.1\r\nHost: localhost\r\n\r\n", Self.get("/slots"),
        ])
        #expect(responses.map(\.status) == [404, 405, 405, 405, 404])
        #expect(responses[0].headers["x-enginehouse-path"] == "unknown")
        #expect(responses[4].headers["x-enginehouse-path"] == "unknown")
        #expect(responses[0].body == #"{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}"#)
        #expect(try JSONValue(parsing: responses[2].body)["type"] == "error")
    }

    @Test("The front page says what is there")
    func frontPage() async throws {
        let response = try await Self.ask([Self.get("/")])[0]
        #expect(response.headers["content-type"] == "text/html; charset=utf-8")
        #expect(response.body.hasPrefix("<!doctype html>"))
        #expect(response.headers["content-security-policy"]?.hasPrefix("default-src 'none'; script-src 'self'") == true)
        let files = try await Self.ask(["/sw.js", "/manifest.webmanifest", "/_app/version.json"].map(Self.get))
        #expect(files.map(\.status) == [200, 200, 200])
        #expect(try JSONValue(parsing: files[1].body)["name"] == "Enginehouse")
        #expect(try JSONValue(parsing: files[2].body)["version"]?.string == Version.current)
    }

    @Test("Without the page, what is left is the service worker that removes itself")
    func noPage() async throws {
        try await TestGateway.run(FakeLeasing([:])) {
            $0.servesPage = false
        } body: { gateway in
            try await gateway.client { client in
                for (path, status) in [("/", 404), ("/manifest.webmanifest", 404), ("/sw.js", 200)] {
                    try await client.send(Self.get(path))
                    #expect(try await client.response().status == status)
                }
            }
        }
    }

    @Test("A request through the real fleet loads its model; without autoload it does not")
    func throughFleet() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.text)
        } body: { worker in
            let endpoint = worker.endpoint
            let responses = try await Self.ask(
                FakeLauncher(.automatic { _ in endpoint }),
                [
                    Self.post("/tokenize?autoload=0", #"{"model":"tale"}"#),
                    Self.post("/tokenize", #"{"model":"tale"}"#),
                    Self.post("/tokenize", #"{"model":"user/broken:Q8"}"#),
                ]
            )
            #expect(responses.map(\.status) == [400, 200, 500])
            #expect(responses[0].body.contains("model is not loaded"))
            #expect(responses[1].headers["x-enginehouse-model"] == "story")
            #expect(responses[2].body.contains("the file is cut off"))
        }
    }
}
