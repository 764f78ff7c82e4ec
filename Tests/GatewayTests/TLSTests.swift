// SPDX-License-Identifier: MIT

import Gateway
import Logging
import NIOCore
import NIOSSL
import Platform
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TLSTests {
    private static func trust(_ files: TestCertificate) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(files.certificateFile)
        return try NIOSSLContext(configuration: configuration)
    }

    @Test("Routes, relay and streams speak TLS; whoever speaks plainly gets nothing")
    func serves() async throws {
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            try await exchange.chunk("data: 1\n\n")
            try await exchange.endStream()
        } body: { worker in
            try await TestCertificate.run { files in
                let leasing = FakeLeasing(["story": worker.endpoint])
                try await TestGateway.run(leasing) {
                    $0.tls = TLSSettings(certificateFile: files.certificateFile, keyFile: files.keyFile)
                } body: { gateway in
                    try await RawClient.run(port: gateway.port, tls: try Self.trust(files)) { client in
                        for _ in 0..<2 {
                            try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            #expect(try await client.response().body == #"{"status":"ok"}"#)
                            try await client.post("/v1/chat/completions", #"{"model":"story"}"#)
                            #expect(try await client.response().body == "data: 1\n\n")
                        }
                    }
                    try await gateway.client { client in
                        try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        #expect(!(try await client.readToEnd()).contains("200"))
                    }
                }
                #expect(leasing.allEndedOnce)
            }
        }
    }

    @Test("A client that leaves its encrypted stream closes the worker's connection")
    func clientLeaves() async throws {
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            try await exchange.chunk("data: 1\n\n")
            try await exchange.channel.closeFuture.get()
        } body: { worker in
            try await TestCertificate.run { files in
                let leasing = FakeLeasing(["story": worker.endpoint])
                try await TestGateway.run(leasing) {
                    $0.tls = TLSSettings(certificateFile: files.certificateFile, keyFile: files.keyFile)
                } body: { gateway in
                    try await RawClient.run(port: gateway.port, tls: try Self.trust(files)) { client in
                        try await client.post("/v1/chat/completions", #"{"model":"story"}"#)
                        _ = try await client.read(until: "data: 1\n\n")
                        try await client.close()
                        await leasing.next(.ended)
                    }
                }
                #expect(leasing.allEndedOnce)
            }
        }
    }

    @Test("Files that are no good are named before the server listens")
    func badFiles() async throws {
        try await TestCertificate.run { files in
            let cases = [
                ("/nonexistent.pem", files.keyFile, "the certificate file '/nonexistent.pem'"),
                (files.keyFile, files.keyFile, "the certificate file '\(files.keyFile)'"),
                (files.certificateFile, "/nonexistent.pem", "the key file '/nonexistent.pem'"),
                (files.certificateFile, files.certificateFile, "the key file '\(files.certificateFile)'"),
                (files.certificateFile, files.otherKeyFile, "does not go with the certificate"),
            ]
            for (certificate, key, words) in cases {
                var settings = GatewaySettings()
                settings.port = 0
                settings.tls = TLSSettings(certificateFile: certificate, keyFile: key)
                let server = GatewayServer(
                    fleet: .empty(),
                    settings: settings,
                    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                )
                let error = await #expect(throws: GatewayError.self) { try await server.run() }
                #expect(error?.message.contains(words) == true)
            }
        }
    }
}
