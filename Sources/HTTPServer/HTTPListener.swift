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
    /// Ends when the last connection has ended, after `quiesce`.
    private let ended: AsyncStream<Void>
    private let end: AsyncStream<Void>.Continuation

    private init(channel: any Channel, quiescing: ServerQuiescingHelper) {
        self.channel = channel
        self.quiescing = quiescing
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
        return HTTPListener(channel: channel, quiescing: quiescing)
    }

    package var localAddress: SocketAddress? { channel.localAddress }

    /// Accepts no more, and lets connections end with the answers they wait for.
    package func quiesce() {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { [end] _ in end.finish() }
        quiescing.initiateShutdown(promise: promise)
    }

    /// Returns when the last connection has ended after `quiesce`, or when the task is cancelled. One caller.
    package func waitForEnd() async {
        for await _ in ended {}
    }
}
