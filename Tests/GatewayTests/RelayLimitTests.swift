// SPDX-License-Identifier: MIT

import Gateway
import HTTPServer
import NIOCore
import NIOHTTP1
import Testing
import Wire

@Suite(.timeLimit(.minutes(5)))
struct RelayLimitTests {
    private static let chat = "/v1/chat/completions"

    @Test("A body of megabytes arrives whole, and the connection serves on")
    func longBody() async throws {
        try await FakeUpstream.run {
            try await $0.reply("\($0.body.readableBytes)")
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    let image = String(repeating: "QUJD", count: 2 << 20)
                    let body = #"{"image":"\#(image)","model":"story"}"#
                    for _ in 0..<2 {
                        try await client.post(Self.chat, body)
                        #expect(try await client.response().body == "\(body.utf8.count)")
                    }
                }
            }
            #expect(worker.connections == 1)
            #expect(leasing.allEndedOnce)
        }
    }

    @Test(
        "A client that sends its header byte by byte, or nothing, is closed in the end",
        arguments: ["POST / HT", ""]
    )
    func slowHead(sent: String) async throws {
        try await TestGateway.run(FakeLeasing([:])) {
            $0.idleTimeout = .milliseconds(400)
        } body: { gateway in
            try await gateway.client { client in
                try await client.send(sent)
                #expect(try await client.readToEnd() == "")
            }
        }
    }

    @Test("A client that stops in the middle of a body is closed in the end")
    func slowBody() async throws {
        try await TestGateway.run(FakeLeasing([:])) {
            $0.bodyTimeout = .milliseconds(50)
        } body: { gateway in
            try await gateway.client { client in
                try await client.send("POST \(Self.chat) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
                #expect(try await client.response().status == 408)
                try await client.close()
            }
        }
    }

    @Test("D10: a client that sends its body too slowly is told so, on the routes closed")
    func slowPace() async throws {
        try await TestGateway.run(FakeLeasing([:])) {
            $0.bodyPace.grace = .milliseconds(50)
        } body: { gateway in
            for path in [Self.chat, "/models/load"] {
                try await gateway.client { client in
                    let head = "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"
                    try await client.send(head)
                    let text = try await client.read(until: path == Self.chat ? "\r\n" : "")
                    #expect(path != Self.chat || text.contains("408"))
                    try await client.close()
                }
            }
        }
    }

    @Test(
        "D5: bodies have so much memory together, and each client its part; who is over it gets 503 and may try again"
    )
    func bodyMemory() async throws {
        let leasing = FakeLeasing(["story": .unix(path: "/nonexistent")], held: ["story"])
        try await TestGateway.run(leasing) {
            $0.bodyMemory = 1 << 20
            $0.bodyMemoryOfClient = 200_000
        } body: { gateway in
            let long = #"{"model":"story","prompt":"\#(String(repeating: "x", count: 200_000))"}"#
            try await gateway.client { first in
                try await first.post(Self.chat, long)
                await leasing.next(.asked("story"))
                try await gateway.client { second in
                    try await second.post(Self.chat, long)
                    let answer = try await second.response()
                    #expect(answer.status == 503)
                    #expect(answer.headers["retry-after"] == "1")
                    #expect(answer.body.contains("--body-memory"))
                }
                // What is short goes on.
                try await gateway.client { third in
                    try await third.post(Self.chat, #"{"model":"story"}"#)
                    await leasing.next(.asked("story"))
                }
            }
            await leasing.next(.withdrawn)
            // The first one is gone, and its bytes with it.
            try await eventuallyServed(gateway, long)
        }
    }

    private func eventuallyServed(_ gateway: TestGateway, _ body: String) async throws {
        while true {
            let status = try await gateway.client { client in
                try await client.post("/v1/completions?x=1", body.replacing("story", with: "nobody"))
                return try await client.response().status
            }
            guard status == 503 else { return #expect(status == 400) }
        }
    }

    @Test("The time that an answer takes is not the client's")
    func slowAnswer() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.text)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint], held: ["story"])
            try await TestGateway.run(leasing) {
                // Long enough for a request to come whole on a machine that is busy with the other suites.
                $0.idleTimeout = .seconds(8)
                $0.bodyTimeout = .seconds(8)
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    await leasing.next(.asked("story"))
                    // A second connection lives and dies by the deadline that must not count here.
                    try await gateway.client { _ = try await $0.readToEnd() }
                    try await gateway.client { _ = try await $0.readToEnd() }
                    leasing.grantAll("story")
                    #expect(try await client.response().status == 200)
                }
            }
        }
    }

    @Test("A connection to a worker that nobody needs is closed in the end")
    func idleUpstream() async throws {
        let (closes, closed) = AsyncStream<Void>.makeStream()
        try await FakeUpstream.run { exchange in
            exchange.channel.closeFuture.whenComplete { _ in closed.yield() }
            try await exchange.reply("")
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) {
                $0.upstream.maxIdleAge = .milliseconds(50)
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    _ = try await client.response()
                    _ = await closes.first { _ in true }
                }
            }
        }
    }

    @Test("Headers beyond the limit are refused")
    func longHeader() async throws {
        try await TestGateway.run(FakeLeasing([:])) { gateway in
            try await gateway.client { client in
                let value = String(repeating: "x", count: 100_000)
                try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nX: \(value)\r\n\r\n")
                #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 400 "))
            }
        }
    }

    @Test("Many clients at once: each gets its own answer, over a bounded number of connections")
    func manyClients() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.text)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for client in 0..<40 {
                        group.addTask {
                            try await gateway.client { connection in
                                for number in 0..<20 {
                                    let body = #"{"c":\#(client),"n":\#(number),"model":"story"}"#
                                    try await connection.post(Self.chat, body)
                                    #expect(try await connection.response().body == body)
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(worker.requests == 800)
            #expect(worker.connections <= 40)
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A client that reads nothing of its answer is let go, and its worker with it")
    func unreadAnswer() async throws {
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream("text/plain")
            let part = String(repeating: "x", count: 1 << 20)
            while true { try await exchange.chunk(part) }
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) {
                $0.writeTimeout = .milliseconds(100)
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    await leasing.next(.ended)
                    #expect(leasing.allEndedOnce)
                }
            }
        }
    }

    @Test("A worker that lives and says nothing is waited for so long, before its answer and in it")
    func silentWorker() async throws {
        try await FakeUpstream.run { exchange in
            if exchange.text.contains("stream") {
                try await exchange.beginStream()
                try await exchange.chunk("data: 1\n\n")
            }
            // Until the end of the test.
            for await _ in AsyncStream<Void>.makeStream().stream {}
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) {
                $0.relay.workerSilence = .milliseconds(50)
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    let answer = try await client.response()
                    #expect(answer.status == 504)
                    #expect(answer.body.contains("--timeout"))
                }
            }
            // Long enough for the answer to begin, on the busiest machine.
            try await TestGateway.run(leasing) {
                $0.relay.workerSilence = .seconds(3)
            } body: { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story","stream":true}"#)
                    #expect(try await client.head().status == 200)
                    #expect(try await client.readToEnd().contains("--timeout"))
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A Unix socket serves as well as a port")
    func unixSocket() async throws {
        let path = "/tmp/eh-\(UInt32.random(in: 0 ... .max)).sock"
        try await TestGateway.run(FakeLeasing([:])) {
            $0.addresses = [ListenAddress(path)]
        } body: { _ in
            try await RawClient.run(socket: path) { client in
                try await client.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try await client.response().status == 200)
            }
        }
    }
}
