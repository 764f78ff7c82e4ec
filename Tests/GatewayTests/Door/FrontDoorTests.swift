// SPDX-License-Identifier: MIT

import Gateway
import Logging
import NIOHTTP1
import Testing
import Wire

@Suite(.timeLimit(.minutes(5)))
struct FrontDoorTests {
    private static let chat = "/v1/chat/completions"
    private static let body = #"{"model":"story"}"#

    private static func refusal(
        _ headers: HTTPHeaders,
        method: HTTPMethod = .POST,
        _ change: (inout GatewaySettings) -> Void = { _ in }
    ) throws -> Int? {
        var settings = GatewaySettings()
        change(&settings)
        return try settings.frontDoor(at: settings.addresses[0]).decide(
            method: method,
            path: "/models/unload",
            headers: headers
        ).refusal?.status
    }

    @Test(
        "On a loopback address only names of this machine are good",
        arguments: [
            ("localhost:8080", nil), ("127.0.0.1", nil), ("[::1]:1", nil), ("evil.com", 403), ("evil.com:8080", 403),
            ("gpu.lan", nil), ("GPU.lan:8080", nil), ("", 403),
        ] as [(String, Int?)]
    )
    func hosts(host: String, status: Int?) throws {
        #expect(try Self.refusal(["host": host]) { $0.hostNames = ["gpu.lan"] } == status)
    }

    @Test(
        "D7: pages of other sites look, and change nothing",
        arguments: [
            ("GET", "/", "", nil), ("GET", "/v1/models", "", nil), ("GET", "/v1/models", "reload=1", 403),
            ("GET", "/models", "reload=1", 403), ("GET", "/props", "model=story&autoload=1", 403),
            ("GET", "/props", "", nil),
            ("HEAD", "/slots", "model=story", 403), ("GET", "/metrics", "model=story", 403),
            ("POST", "/models/load", "", 403),
            ("DELETE", "/models", "model=story", 403), ("GET", "/cors-proxy", "url=x", 403),
            ("OPTIONS", "/models", "", nil),
        ] as [(String, String, String, Int?)]
    )
    func otherSites(method: String, path: String, query: String, status: Int?) throws {
        var settings = GatewaySettings()
        func refusal(_ fields: HTTPHeaders) throws -> Int? {
            try settings.frontDoor(at: settings.addresses[0]).decide(
                method: .init(rawValue: method),
                path: path[...],
                query: query[...],
                headers: fields
            ).refusal?.status
        }
        #expect(try refusal(["host": "localhost", "sec-fetch-site": "cross-site"]) == status)
        for site in ["same-origin", "same-site", "none"] {
            #expect(try refusal(["host": "localhost", "sec-fetch-site": site]) == nil)
        }
        #expect(try refusal(["host": "localhost"]) == nil)
        settings.corsOrigins = ["*"]
        #expect(try refusal(["host": "localhost", "sec-fetch-site": "cross-site"]) == nil)
        settings.apiKeys = ["k"]
        #expect(try refusal(["host": "localhost", "sec-fetch-site": "cross-site", "x-api-key": "k"]) == nil)
    }

    @Test("D8: names that were given count, wherever the server listens")
    func givenHosts() throws {
        func refusal(_ host: String) throws -> Int? {
            try Self.refusal(["host": host]) {
                $0.addresses = [.tcp(host: "0.0.0.0")]
                $0.insecure = true
                $0.hostNames = ["good.example"]
            }
        }
        #expect(try refusal("good.example:8080") == nil)
        #expect(try refusal("localhost") == nil)
        #expect(try refusal("evil.com") == 403)
        #expect(try refusal("192.168.1.5:8080") == 403)
    }

    @Test("C25: a stranger's page that brings a key passes the preflight and may read the answer; others don't")
    func keyedStranger() throws {
        var settings = GatewaySettings()
        settings.apiKeys = ["k"]
        let door = try settings.frontDoor(at: settings.addresses[0])
        func origin(_ method: HTTPMethod, _ more: HTTPHeaders) -> String? {
            var fields: HTTPHeaders = ["host": "localhost", "origin": "app://obsidian.md"]
            fields.add(contentsOf: more)
            return door.decide(method: method, path: "/v1/models", headers: fields).fields
                .first { $0.name == "Access-Control-Allow-Origin" }?.value
        }
        let asks = "access-control-request-headers"
        #expect(origin(.OPTIONS, [asks: "authorization, content-type"]) == "app://obsidian.md")
        #expect(origin(.OPTIONS, [asks: "content-type"]) == nil)
        #expect(origin(.OPTIONS, [:]) == nil)
        #expect(origin(.GET, ["authorization": "Bearer k"]) == "app://obsidian.md")
        #expect(origin(.GET, ["authorization": "Bearer wrong"]) == nil)
        #expect(origin(.GET, [:]) == nil)
    }

    @Test("Elsewhere, and on a Unix socket, the name is not looked at")
    func otherHosts() throws {
        #expect(try Self.refusal(["host": "evil.com"]) { $0.addresses = [.unix(path: "/tmp/x.sock")] } == nil)
        #expect(
            try Self.refusal(["host": "evil.com", "x-api-key": "k"]) {
                $0.addresses = [.tcp(host: "0.0.0.0")]
                $0.apiKeys = ["k"]
            } == nil
        )
    }

    @Test("A stranger's page is refused, unless it brings a key")
    func strangers() throws {
        let headers: HTTPHeaders = ["host": "localhost", "origin": "http://evil.com"]
        #expect(try Self.refusal(headers) == 403)
        #expect(try Self.refusal(headers, method: .OPTIONS) == nil)
        #expect(try Self.refusal(headers) { $0.corsOrigins = ["http://evil.com"] } == nil)
        #expect(try Self.refusal(headers) { $0.apiKeys = ["k"] } == 401)
        var withKey = headers
        withKey.add(name: "Authorization", value: "Bearer k")
        #expect(try Self.refusal(withKey) { $0.apiKeys = ["k"] } == nil)
    }

    @Test(
        "An address that others can reach needs a key or --insecure",
        arguments: ["0.0.0.0", "::", "192.168.1.1", "gpu.lan"]
    )
    func unguarded(host: String) async throws {
        var settings = GatewaySettings()
        settings.addresses = [ListenAddress(host)]
        settings.port = 0
        #expect(throws: GatewayError.self) { try settings.frontDoor(at: settings.addresses[0]) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        await #expect(throws: GatewayError.self) {
            try await GatewayServer(fleet: .empty(), settings: settings, logger: logger).run()
        }
        settings.insecure = true
        _ = try settings.frontDoor(at: settings.addresses[0])
        settings.insecure = false
        settings.apiKeys = [""]
        #expect(throws: GatewayError.self) { try settings.frontDoor(at: settings.addresses[0]) }
        settings.apiKeys = ["k"]
        _ = try settings.frontDoor(at: settings.addresses[0])
    }

    @Test("Without the key: 401 in the caller's dialect, for workers' routes and our own; the connection lives on")
    func unauthorized() async throws {
        let leasing = FakeLeasing([:])
        try await TestGateway.run(leasing) {
            $0.apiKeys = ["sk-secret"]
        } body: { gateway in
            try await gateway.client { client in
                for path in [Self.chat, "/models/load", "/nowhere"] {
                    try await client.post(path, Self.body, headers: "Authorization: Bearer wrong\r\n")
                    let response = try await client.response()
                    #expect(response.status == 401)
                    #expect(
                        response.body
                            == #"{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}"#
                    )
                    #expect(response.headers["www-authenticate"] == "Bearer")
                }
                try await client.post("/v1/messages", Self.body)
                let json = try JSONValue(parsing: try await client.response().body)
                #expect(json["error"]?["type"] == "authentication_error")
                #expect(json["type"] == "error")
                try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await client.response().status == 200)
                try await client.send("GET /models HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: sk-secret\r\n\r\n")
                #expect(try await client.response().status == 200)
            }
        }
        #expect(leasing.asked.isEmpty)
    }

    @Test("A long body of a refused request is not taken in, and the answer arrives", arguments: [true, false])
    func longRefused(isAnnounced: Bool) async throws {
        try await TestGateway.run(FakeLeasing([:])) {
            $0.apiKeys = ["k"]
        } body: { gateway in
            try await gateway.client { client in
                let framing = isAnnounced ? "Content-Length: 90000" : "Transfer-Encoding: chunked"
                try await client.send("POST \(Self.chat) HTTP/1.1\r\nHost: localhost\r\n\(framing)\r\n\r\n")
                let text = String(repeating: "x", count: 90_000)
                try await client.send(isAnnounced ? String(text.prefix(100)) : "15F90\r\n\(text)\r\n")
                let response = try await client.response()
                #expect(response.status == 401)
                #expect(response.headers["connection"] == "close")
            }
        }
    }

    @Test("Requests one behind the other are answered in order, refused ones among them")
    func pipelined() async throws {
        try await TestGateway.run(FakeLeasing([:])) {
            $0.apiKeys = ["k"]
        } body: { gateway in
            try await gateway.client { client in
                let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                let models = "GET /models HTTP/1.1\r\nHost: localhost\r\n\r\n"
                try await client.send(health + models + health + models + health)
                var statuses: [Int] = []
                for _ in 0..<5 { statuses.append(try await client.response().status) }
                #expect(statuses == [200, 401, 200, 401, 200])
            }
        }
    }

    @Test("The key stays here; the rest reaches the worker")
    func keyStays() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.head.headers.map { "\($0.name.lowercased()): \($0.value)\n" }.joined())
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) {
                $0.apiKeys = ["sk-secret", "other"]
            } body: { gateway in
                try await gateway.client { client in
                    let headers = "Authorization: Bearer sk-secret\r\nX-Api-Key: other\r\nX-Mine: 1\r\n"
                    try await client.post(Self.chat, Self.body, headers: headers)
                    let seen = try await client.response().body
                    #expect(!seen.contains("sk-secret") && !seen.contains("api-key"))
                    #expect(seen.contains("x-mine: 1\n"))
                }
            }
        }
    }

    @Test("Preflights need no key; every answer to an allowed page says so")
    func preflight() async throws {
        try await FakeUpstream.run {
            try await $0.reply("{}", headers: ["access-control-allow-origin": "*"])
        } body: { worker in
            try await TestGateway.run(FakeLeasing(["story": worker.endpoint])) {
                $0.apiKeys = ["k"]
                $0.corsOrigins = ["https://chat.example"]
            } body: { gateway in
                try await gateway.client { client in
                    let origin = "Origin: https://chat.example\r\n"
                    for path in [Self.chat, "/models", "/nowhere"] {
                        let asks =
                            "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization"
                        try await client.send("OPTIONS \(path) HTTP/1.1\r\nHost: localhost\r\n\(origin)\(asks)\r\n\r\n")
                        let response = try await client.response()
                        #expect(response.status == 200)
                        #expect(response.headers["access-control-allow-origin"] == "https://chat.example")
                        #expect(response.headers["access-control-allow-headers"] == "authorization")
                    }
                    for key in ["X-Api-Key: k\r\n", ""] {
                        try await client.post(Self.chat, Self.body, headers: origin + key)
                        let response = try await client.response()
                        #expect(response.status == (key.isEmpty ? 401 : 200))
                        #expect(response.headers["access-control-allow-origin"] == "https://chat.example")
                    }
                    try await client.send("GET /models HTTP/1.1\r\nHost: localhost\r\n\(origin)X-Api-Key: k\r\n\r\n")
                    let response = try await client.response()
                    #expect(response.headers["access-control-allow-origin"] == "https://chat.example")
                }
            }
        }
    }

    @Test("A rebound name is refused with a sentence")
    func rebinding() async throws {
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                try await client.send("GET /models HTTP/1.1\r\nHost: evil.com:\(gateway.port)\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == 403)
                #expect(response.body.contains("evil.com"))
                #expect(response.body.contains("permission_error"))
            }
        }
    }
}
