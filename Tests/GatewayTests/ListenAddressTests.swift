// SPDX-License-Identifier: MIT

import Gateway
import Logging
import NIOCore
import NIOHTTP1
import Platform
import Testing
import Wire

@Suite(.timeLimit(.minutes(5)))
struct ListenAddressTests {
    private static func path() -> String { "/tmp/eh-\(UInt32.random(in: 0 ... .max)).sock" }

    @Test("Each address is looked at: one that others can reach needs a key")
    func doors() throws {
        var settings = GatewaySettings()
        settings.addresses = ["127.0.0.1", "/tmp/x.sock", "::1", "192.0.2.1"].map { ListenAddress($0) }
        for address in settings.addresses.dropLast() { _ = try settings.frontDoor(at: address) }
        #expect(throws: GatewayError.self) { try settings.frontDoor(at: settings.addresses[3]) }
        let here = try settings.frontDoor(at: settings.addresses[0])
        #expect(here.decide(method: .GET, path: "/models", headers: ["host": "evil.com"]).refusal?.status == 403)
        let socket = try settings.frontDoor(at: settings.addresses[1])
        #expect(socket.decide(method: .GET, path: "/models", headers: ["host": "evil.com"]).refusal == nil)
    }

    @Test(
        "Where Ollama's clients look, as OLLAMA_HOST says it",
        arguments: [
            ("", "127.0.0.1:11434"), ("0.0.0.0", "0.0.0.0:11434"), (":8080", "127.0.0.1:8080"), ("box:1", "box:1"),
            ("http://10.0.0.1:99/", "10.0.0.1:99"), ("[::1]:5", "::1:5"), ("::1", "::1:11434"),
            ("[::]", "::" + ":11434"),
            ("a:b", nil), ("a:70000", nil), ("a/b", nil), ("a:-1", nil),
        ] as [(String, String?)]
    )
    func ollamaHosts(text: String, address: String?) {
        #expect(ListenAddress(ollamaHost: text).map(\.description) == address)
    }

    @Test("The address of Ollama's clients has a port of its own, a greeting at /, and needs a key beyond this machine")
    func ollamaAddress() async throws {
        var settings = GatewaySettings()
        let far = try #require(ListenAddress(ollamaHost: "0.0.0.0:1"))
        settings.addresses.append(far)
        #expect(throws: GatewayError.self) { try settings.frontDoor(at: far) }
        let socket = ListenAddress(Self.path())
        try await TestGateway.run(FakeLeasing([:])) {
            $0.addresses.append(socket)
            $0.ollamaAddress = socket
        } body: { gateway in
            try await RawClient.run(socket: socket.description) { client in
                for (method, body) in [("GET", "Ollama is running"), ("HEAD", "")] {
                    try await client.send("\(method) / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    let response = method == "HEAD" ? try await client.head() : try await client.response()
                    #expect(response.status == 200 && response.body == body)
                    #expect(response.headers["content-length"] == "17")
                }
            }
        }
    }

    @Test("Several addresses are served at once")
    func several() async throws {
        let paths = [Self.path(), Self.path()]
        try await TestGateway.run(FakeLeasing([:])) {
            $0.addresses += paths.map { ListenAddress($0) }
        } body: { gateway in
            let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
            try await gateway.client { client in
                try await client.send(health)
                #expect(try await client.response().status == 200)
            }
            for path in paths {
                try await RawClient.run(socket: path) { client in
                    try await client.send(health)
                    #expect(try await client.response().status == 200)
                }
            }
        }
    }

    @Test("All or nothing: where one address can't be had, the server ends and names it")
    func allOrNothing() async throws {
        var settings = GatewaySettings()
        settings.port = 0
        settings.addresses.append(.unix(path: "/nowhere/at/all.sock"))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = GatewayServer(fleet: .empty(), settings: settings, logger: logger) { _ in
            Issue.record("it says that it listens")
        }
        let error = await #expect(throws: GatewayError.self) { try await server.run() }
        #expect(error?.code == .cannotListen)
        #expect(error?.message.contains("/nowhere/at/all.sock") == true)
    }
}
