// SPDX-License-Identifier: MIT

import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Wire

/// A worker's HTTP face on a Unix socket that answers as a test's script says.
final class FakeUpstream: Sendable {
    typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPPart<HTTPResponseHead, ByteBuffer>>
    typealias Script = @Sendable (FakeExchange) async throws -> Void

    let path: String
    private let counts = Mutex((connections: 0, requests: 0))

    var endpoint: WorkerEndpoint { .unix(path: path) }
    /// Connections accepted so far.
    var connections: Int { counts.withLock { $0.connections } }
    /// Requests received so far.
    var requests: Int { counts.withLock { $0.requests } }

    private init(path: String) {
        self.path = path
    }

    /// Runs a worker while `body` runs.
    static func run<Result>(
        script: @escaping Script,
        body: (FakeUpstream) async throws -> Result
    ) async throws -> Result {
        let path = NSTemporaryDirectory() + "/eh-\(UInt32.random(in: 0 ... .max)).sock"
        let worker = FakeUpstream(path: path)
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(ByteBufferParts())
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withThrowingDiscardingTaskGroup { connections in
                    try await server.executeThenClose { inbound in
                        for try await connection in inbound {
                            worker.counts.withLock { $0.connections += 1 }
                            connections.addTask { try? await worker.serve(connection, script) }
                        }
                    }
                }
            }
            let result = try await body(worker)
            group.cancelAll()
            return result
        }
    }

    private func serve(_ connection: Connection, _ script: Script) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            while case .head(let head)? = try await parts.next() {
                var body = ByteBuffer()
                while case .body(var part)? = try await parts.next() { body.writeBuffer(&part) }
                counts.withLock { $0.requests += 1 }
                let exchange = FakeExchange(head: head, body: body, channel: connection.channel, outbound: outbound)
                try await script(exchange)
                guard connection.channel.isActive else { return }
            }
        }
    }
}
