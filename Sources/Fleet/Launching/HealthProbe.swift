// SPDX-License-Identifier: MIT

import NIOCore
import NIOPosix
package import Wire

/// Asks a worker for `GET /health` over HTTP/1.1, on a connection of its own. Any status will do: it shows that the worker
/// still reads and writes. But an answer can say that only the server is well, and its engine isn't.
package struct HealthProbe: WorkerProbe {
    private struct NoAnswer: Error, CustomStringConvertible {
        let description: String
    }

    private static let request = "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    private static let expected = Array("HTTP/1.".utf8)
    /// Bytes of an answer that are looked at.
    private static let longest = 4096

    /// For how many seconds the engine has been at one step, if the answer says so.
    private static func stall(in answer: [UInt8]) -> Int? {
        let text = String(decoding: answer, as: UTF8.self)
        guard let mark = text.firstRange(of: "\"\(WorkerHealth.stalled)\":") else { return nil }
        return Int(text[mark.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }

    package init() {}

    package func problem(at endpoint: WorkerEndpoint, within limit: Duration) async -> String? {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.ask(endpoint, within: limit) }
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw NoAnswer(description: "no answer within \(limit.components.seconds) s")
                }
                // The first to end decides; the other one is cancelled, which closes the connection.
                try await group.next()
                group.cancelAll()
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func ask(_ endpoint: WorkerEndpoint, within limit: Duration) async throws {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(TimeAmount(limit))
        let wrap: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = { channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
        }
        let connection =
            switch endpoint {
            case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
            case .tcp(let host, let port): try await bootstrap.connect(host: host, port: port, channelInitializer: wrap)
            }
        try await connection.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var answer: [UInt8] = []
            for try await part in inbound {
                answer += part.readableBytesView
                if answer.count >= expected.count, !answer.starts(with: expected) {
                    throw NoAnswer(description: "an answer that isn't HTTP")
                }
                if answer.count >= longest { break }
            }
            guard answer.count >= expected.count else {
                throw NoAnswer(description: "the connection was closed without an answer")
            }
            if let seconds = stall(in: answer) {
                throw NoAnswer(description: "its engine has not finished a step for \(seconds) s")
            }
        }
    }
}
