// SPDX-License-Identifier: MIT

package import NIOCore
import NIOExtras
import NIOPosix

/// One address that a server listens on, and the connections that came in there.
package final class HTTPListener: Sendable {
    package enum Address: Sendable {
        /// A name or number, and a port; 0 for any that is free.
        case tcp(host: String, port: Int)
        /// A Unix socket. One that an earlier server left is replaced.
        case unix(path: String)
        /// A socket that is listened on already.
        case inherited(descriptor: CInt)
    }

    private let channel: any Channel
    private let quiescing: ServerQuiescingHelper
    /// Whether another process goes on with the socket, so that what isn't accepted here is answered there.
    private let handsOver: Bool
    /// How long a connection that was accepted may take until its pipeline stands. NIO lets it go if the socket is closed meanwhile.
    private static let setupTime: TimeAmount = .milliseconds(100)
    /// Ends when the last connection has ended, after `quiesce`.
    private let ended: AsyncStream<Void>
    private let end: AsyncStream<Void>.Continuation

    private init(channel: any Channel, quiescing: ServerQuiescingHelper, handsOver: Bool) {
        self.channel = channel
        self.quiescing = quiescing
        self.handsOver = handsOver
        (ended, end) = AsyncStream.makeStream(of: Void.self)
    }

    /// Listens and accepts, until `quiesce`.
    /// - Parameter connection: makes up a connection's pipeline, on its event loop.
    /// - Throws: `IOError`, `NIOConnectionError` or `SocketAddressError` if the address can't be listened on.
    package static func listen(
        on address: Address,
        connection: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> HTTPListener {
        let group = MultiThreadedEventLoopGroup.singleton
        let quiescing = ServerQuiescingHelper(group: group)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try connection(channel) }
            }
        let channel =
            switch address {
            case .unix(let path):
                try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
            case .tcp(let host, let port):
                try await bootstrap.bind(host: host, port: port).get()
            case .inherited(let descriptor):
                try await bootstrap.withBoundSocket(descriptor).get()
            }
        let handsOver = if case .inherited = address { true } else { false }
        return HTTPListener(channel: channel, quiescing: quiescing, handsOver: handsOver)
    }

    package var localAddress: SocketAddress? { channel.localAddress }

    /// Accepts no more, and lets connections end with the answers they wait for.
    package func quiesce() {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { [end] _ in end.finish() }
        guard handsOver else { return quiescing.initiateShutdown(promise: promise) }
        // What comes from here on waits in the socket.
        channel.setOption(.autoRead, value: false).whenComplete { [channel, quiescing] _ in
            channel.eventLoop.scheduleTask(in: Self.setupTime) { quiescing.initiateShutdown(promise: promise) }
        }
    }

    /// Returns when the last connection has ended after `quiesce`, or when the task is cancelled. One caller.
    package func waitForEnd() async {
        for await _ in ended {}
    }
}
