// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import Logging
import NIOCore
import NIOHTTP1
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
