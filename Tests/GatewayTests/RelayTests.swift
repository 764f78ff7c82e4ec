// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Wire

@Suite(.timeLimit(.minutes(5)))
struct RelayTests {
    private static let chat = "/v1/chat/completions"

    @Test("The worker gets the request's bytes, the client the worker's, with the model's name")
    func forwards() async throws {
        try await FakeUpstream.run { exchange in
            let host = exchange.head.headers.first(name: "host") ?? ""
            let extra = ["accept-encoding", "connection", "x-hop", "te"].filter {
                exchange.head.headers.contains(name: $0)
            }
            try await exchange.reply(
                "\(exchange.head.method) \(exchange.head.uri) \(exchange.text) \(host) \(extra)",
                headers: ["server": "x", "access-control-allow-origin": "*", "x-own": "1", "keep-alive": "timeout=5"]
            )
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(
                        Self.chat + "?a=b",
                        #"{"model":"story","x":1}"#,
                        headers:
                            "Accept-Encoding: gzip\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n"
                    )
                    let response = try await client.response()
                    #expect(response.status == 200)
                    #expect(response.body == #"POST /v1/chat/completions?a=b {"model":"story","x":1} localhost []"#)
                    #expect(response.headers["x-enginehouse-model"] == "story")
                    #expect(response.headers["x-own"] == "1")
                    for dropped in ["server", "access-control-allow-origin", "keep-alive"] {
                        #expect(response.headers[dropped] == nil)
                    }
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A chunk reaches the client before the next one is made")
    func streamsUnbuffered() async throws {
        let (steps, go) = AsyncStream<Void>.makeStream()
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            var number = 0
            for await _ in steps {
                number += 1
                try await exchange.chunk("data: \(number)\n\n")
                if number == 3 { break }
            }
            try await exchange.endStream()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    for number in 1...3 {
                        go.yield()
                        _ = try await client.read(until: "data: \(number)\n\n")
                    }
                    #expect(try await client.read(until: "0\r\n\r\n").hasSuffix("0\r\n\r\n"))
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A client that does not read stops the worker's writing")
    func backpressure() async throws {
        let written = Atomic(0)
        let block = String(repeating: "x", count: 64 << 10)
        let total = 600
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream("application/octet-stream")
            for _ in 0..<total {
                try await exchange.chunk(block)
                written.add(1, ordering: .sequentiallyConsistent)
            }
            try await exchange.endStream()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    _ = try await client.head()
                    // At no moment has the worker written more than the client has read, the sockets' buffers and one more
                    // block: Linux's send buffer grows to 4 MiB, and there are two connections; the answer has 37.
                    var size = 0
                    while size < total * block.utf8.count {
                        let ahead = written.load(ordering: .sequentiallyConsistent) - size / block.utf8.count
                        #expect(ahead < 200, "the worker is \(ahead) blocks of 64 KiB ahead of the client")
                        let line = try await client.read(until: "\r\n").trimmingSuffix()
                        let count = try #require(Int(line, radix: 16))
                        size += count
                        try await client.skip(count + 2)
                    }
                    #expect(size == total * block.utf8.count)
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("Requests one after the other share one connection to the worker")
    func reusesConnections() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.text)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    for number in 0..<50 {
                        let body = #"{"n":\#(number),"model":"story"}"#
                        try await client.post(Self.chat, body)
                        #expect(try await client.response().body == body)
                    }
                }
            }
            #expect(worker.connections == 1)
            #expect(worker.requests == 50)
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("Pipelined requests are answered in order, those to the routes among them")
    func pipelines() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.text)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    var text = ""
                    for number in 0..<100 {
                        let body = #"{"n":\#(number),"model":"story"}"#
                        text +=
                            "POST \(Self.chat) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                        text += "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        text += "POST \(Self.chat) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
                    }
                    try await client.send(text)
                    for number in 0..<100 {
                        #expect(try await client.response().body == #"{"n":\#(number),"model":"story"}"#)
                        #expect(try await client.response().body == #"{"status":"ok"}"#)
                        #expect(try await client.response().status == 400)
                    }
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A client that leaves during a stream closes the worker's connection")
    func cancelsStream() async throws {
        let (closes, closed) = AsyncStream<Void>.makeStream()
        try await FakeUpstream.run { exchange in
            try await exchange.beginStream()
            exchange.channel.closeFuture.whenComplete { _ in closed.yield() }
            while exchange.channel.isActive { try await exchange.chunk("data: x\n\n") }
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    _ = try await client.read(until: "data: x\n\n")
                    try await client.close()
                    _ = await closes.first { _ in true }
                    await leasing.next(.ended)
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A client that leaves before the first byte closes the worker's connection")
    func cancelsPrefill() async throws {
        let (arrivals, arrived) = AsyncStream<Void>.makeStream()
        try await FakeUpstream.run { exchange in
            arrived.yield()
            try await exchange.channel.closeFuture.get()
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    _ = await arrivals.first { _ in true }
                    try await client.close()
                    await leasing.next(.ended)
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A client that leaves while it waits for its model withdraws; a lease that comes too late is given back")
    func cancelsWaiting() async throws {
        try await FakeUpstream.run {
            try await $0.reply("")
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint], held: ["story"])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    await leasing.next(.asked("story"))
                    try await client.close()
                    await leasing.next(.withdrawn)
                    leasing.grantAll("story")
                    await leasing.next(.ended)
                }
            }
            #expect(worker.requests == 0)
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A lease granted from another thread is served")
    func waits() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.text)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint], held: ["story"])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    await leasing.next(.asked("story"))
                    leasing.grantAll("story")
                    #expect(try await client.response().status == 200)
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("A client that closes its sending side after the request is still answered")
    func halfClose() async throws {
        try await FakeUpstream.run {
            try await $0.reply($0.text)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint], held: ["story"])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    try await client.post(Self.chat, #"{"model":"story"}"#)
                    client.finish()
                    await leasing.next(.asked("story"))
                    // The probe shows that the router saw the end of input.
                    _ = try await client.read(until: "100 Continue\r\n\r\n")
                    leasing.grantAll("story")
                    let response = try await client.response()
                    #expect(response.body == #"{"model":"story"}"#)
                    #expect(response.headers["connection"] == "close")
                    #expect(try await client.readToEnd() == "")
                }
            }
            #expect(leasing.allEndedOnce)
        }
    }

    @Test("100-continue is answered before the body is sent")
    func expectContinue() async throws {
        try await FakeUpstream.run { exchange in
            #expect(!exchange.head.headers.contains(name: "expect"))
            try await exchange.reply(exchange.text)
        } body: { worker in
            let leasing = FakeLeasing(["story": worker.endpoint])
            try await TestGateway.run(leasing) { gateway in
                try await gateway.client { client in
                    let body = #"{"model":"story"}"#
                    try await client.send(
                        "POST \(Self.chat) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    )
                    #expect(try await client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                    try await client.send(body)
                    #expect(try await client.response().body == body)
                }
            }
        }
    }
}
