// SPDX-License-Identifier: MIT

import Foundation
import Gateway
import Logging
import NIOCore
import NIOSSL
import Testing

/// D16: keys and certificate that change while the server runs.
@Suite(.timeLimit(.minutes(5)))
struct ServerFilesTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func withKeyFile(_ body: (String) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "/eh-keys-\(UInt32.random(in: 0 ... .max))"
        try "old\nboth\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private static func status(_ client: RawClient, _ key: String) async throws -> Int {
        try await client.send("GET /models HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: \(key)\r\n\r\n")
        return try await client.response().status
    }

    @Test(
        "A new key opens and an old one doesn't, on connections that are there too; a file that is no good changes nothing"
    )
    func keys() async throws {
        try await Self.withKeyFile { path in
            var settings = GatewaySettings()
            settings.apiKeyFile = path
            settings.apiKeys = ["fixed"]
            let files = try ServerFiles(settings, logger: Self.logger)
            try await TestGateway.run(FakeLeasing([:]), files: files) {
                $0 = settings; $0.port = 0
            } body: { gateway in
                try await gateway.client { client in
                    #expect(try await Self.status(client, "old") == 200)
                    #expect(try await Self.status(client, "new") == 401)
                    try "new\nboth\n".write(toFile: path, atomically: true, encoding: .utf8)
                    files.reread()
                    #expect(try await Self.status(client, "old") == 401)
                    for key in ["new", "both", "fixed"] { #expect(try await Self.status(client, key) == 200) }
                    try "# nothing\n".write(toFile: path, atomically: true, encoding: .utf8)
                    files.reread()
                    #expect(try await Self.status(client, "new") == 200)
                    try FileManager.default.removeItem(atPath: path)
                    files.reread()
                    #expect(try await Self.status(client, "new") == 200)
                    #expect(try await Self.status(client, "old") == 401)
                }
            }
        }
    }

    @Test("A change is taken over once the file is the same for two looks")
    func settles() async throws {
        try await Self.withKeyFile { path in
            var settings = GatewaySettings()
            settings.apiKeyFile = path
            let files = try ServerFiles(settings, logger: Self.logger)
            let door = try settings.frontDoor(at: settings.addresses[0], keys: files.keyRing)
            func opens(_ key: String) -> Bool { door.owner(authorization: nil, apiKey: key) != nil }
            files.rereadIfChanged()
            try "half".write(toFile: path, atomically: true, encoding: .utf8)
            files.rereadIfChanged()
            #expect(opens("old") && !opens("half"))
            try "whole\n".write(toFile: path, atomically: true, encoding: .utf8)
            files.rereadIfChanged()
            #expect(opens("old") && !opens("whole"))
            files.rereadIfChanged()
            #expect(!opens("old") && opens("whole"))
        }
    }

    @Test("New connections speak with the new certificate; a key that doesn't go with it changes nothing")
    func certificate() async throws {
        try await TestCertificate.run { files in
            var settings = GatewaySettings()
            settings.tls = TLSSettings(certificateFile: files.certificateFile, keyFile: files.keyFile)
            let server = try ServerFiles(settings, logger: Self.logger)
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .file(files.certificateFile)
            let trust = try NIOSSLContext(configuration: configuration)
            try await TestGateway.run(FakeLeasing([:]), files: server) {
                $0 = settings; $0.port = 0
            } body: { gateway in
                let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                let good = try String(contentsOfFile: files.keyFile, encoding: .utf8)
                let other = try String(contentsOfFile: files.otherKeyFile, encoding: .utf8)
                for key in [good, other, "no key", good] {
                    try key.write(toFile: files.keyFile, atomically: true, encoding: .utf8)
                    server.reread()
                    try await RawClient.run(port: gateway.port, tls: trust) { client in
                        try await client.send(health)
                        #expect(try await client.response().status == 200)
                    }
                }
            }
        }
    }

    @Test(
        "D17: clients speak TLS 1.2 at least, unless less is wanted",
        arguments: [(TLSSettings.Version.v12, false), (.v10, true)]
    )
    func oldVersion(least: TLSSettings.Version, isServed: Bool) async throws {
        try await TestCertificate.run { files in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.trustRoots = .file(files.certificateFile)
            configuration.minimumTLSVersion = .tlsv1
            configuration.maximumTLSVersion = .tlsv11
            let trust = try NIOSSLContext(configuration: configuration)
            try await TestGateway.run(FakeLeasing([:])) {
                $0.tls = TLSSettings(
                    certificateFile: files.certificateFile,
                    keyFile: files.keyFile,
                    minimumVersion: least
                )
            } body: { gateway in
                var status = 0
                do {
                    status = try await RawClient.run(port: gateway.port, tls: trust) { client in
                        try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        return try await client.response().status
                    }
                } catch {
                    #expect(!isServed, "\(error)")
                }
                #expect(status == (isServed ? 200 : 0))
            }
        }
    }
}
