// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Platform

/// A client that sends exactly the bytes a test wants, and reads only when it is told to.
final class RawClient {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// A response, its body freed from chunks.
    struct Response {
        var status = 0
        var headers: [String: String] = [:]
        var interim: [Int] = []
        var body = ""
    }

    struct Ended: Error {}

    let channel: any Channel
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var pending: [UInt8] = []

    private init(
        _ connection: Connection,
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        channel = connection.channel
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Connects while `body` runs.
    /// - Parameter tls: what to trust; nil for plain HTTP.
    static func run<Result>(
        port: Int,
        tls: NIOSSLContext? = nil,
        body: (RawClient) async throws -> Result
    ) async throws -> Result {
        try await run(SocketAddress(ipAddress: "127.0.0.1", port: port), tls: tls, body: body)
    }

    /// Connects to a Unix socket while `body` runs.
    static func run<Result>(socket path: String, body: (RawClient) async throws -> Result) async throws -> Result {
        try await run(SocketAddress(unixDomainSocketPath: path), body: body)
    }

    private static func run<Result>(
        _ address: SocketAddress,
        tls: NIOSSLContext? = nil,
        body: (RawClient) async throws -> Result
    ) async throws -> Result {
        let connection = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelOption(.allowRemoteHalfClosure, value: true)
            // Left alone, Linux lets a receive buffer grow to tens of megabytes, which hides who is holding back.
            .channelOption(.socketOption(.so_rcvbuf), value: 128 << 10)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: "localhost")
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    return try Connection(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            try await body(RawClient(connection, inbound, outbound))
        }
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    func send(_ bytes: ByteBuffer) async throws {
        try await outbound.write(bytes)
    }

    /// Sends a POST with a JSON body.
    func post(_ path: String, _ body: String, headers: String = "") async throws {
        try await send(
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
        )
    }

    /// Closes the sending side.
    func finish() {
        outbound.finish()
    }

    /// Closes at once, both ways.
    func close() async throws {
        try await channel.close()
    }

    /// Reads up to and including a text.
    func read(until end: String) async throws -> String {
        let end = Array(end.utf8)
        while true {
            if let range = pending.firstRange(of: end) { return take(range.upperBound) }
            try await more()
        }
    }

    /// Reads until the server closes. A reset closes too: it comes instead of an end where bytes of ours lay unread.
    func readToEnd() async throws -> String {
        do {
            while let part = try await inbound.next() { pending.append(contentsOf: part.readableBytesView) }
        } catch let error as IOError where error.errnoCode == ECONNRESET {
            return take(pending.count)
        }
        return take(pending.count)
    }

    /// Reads one response, however long it takes to come.
    /// - Parameter isHead: whether it is one to HEAD, which has no body.
    func response(isHead: Bool = false) async throws -> Response {
        var response = try await head()
        if isHead { return response }
        if response.headers["transfer-encoding"] == "chunked" {
            while true {
                let line = try await read(until: "\r\n")
                guard let size = Int(line.dropLast(1), radix: 16) ?? Int(line.trimmingSuffix(), radix: 16) else {
                    throw Ended()
                }
                let chunk = try await read(count: size + 2)
                if size == 0 { break }
                response.body += chunk.dropLast(1)
            }
        } else if let length = response.headers["content-length"].flatMap(Int.init) {
            response.body = try await read(count: length)
        }
        return response
    }

    /// Reads the head of a response, interim ones before it included.
    func head() async throws -> Response {
        var response = Response()
        while true {
            let lines = try await read(until: "\r\n\r\n").split(separator: "\r\n")
            let status = Int(lines.first?.split(separator: " ").dropFirst().first ?? "") ?? 0
            guard status >= 200 else {
                response.interim.append(status)
                continue
            }
            response.status = status
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                response.headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
            }
            return response
        }
    }

    /// Reads bytes and forgets them.
    func skip(_ count: Int) async throws {
        while pending.count < count { try await more() }
        pending.removeFirst(count)
    }

    private func read(count: Int) async throws -> String {
        while pending.count < count { try await more() }
        return take(count)
    }

    private func more() async throws {
        guard let part = try await inbound.next() else { throw Ended() }
        pending.append(contentsOf: part.readableBytesView)
    }

    private func take(_ count: Int) -> String {
        defer { pending.removeFirst(count) }
        return String(decoding: pending.prefix(count), as: UTF8.self)
    }
}

extension String {
    /// Without a line end.
    func trimmingSuffix() -> Substring {
        var rest = self[...]
        while let last = rest.last, last.isNewline { rest.removeLast() }
        return rest
    }
}
