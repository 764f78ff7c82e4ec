// SPDX-License-Identifier: MIT

import Engine
import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import UnixSignals
import Wire

/// The worker's HTTP face.
struct WorkerServer: Sendable {
    let state: ModelState
    let endpoints: EndpointSwitches
    let metrics: EngineMetrics
    let address: WorkerEndpoint
    let logger: Logger
    /// Where requests are prepared; its threads outlive the server.
    let pool: PreparationPool
    let now: @Sendable () -> Int64

    /// How long requests may go on after SIGTERM or SIGINT.
    private static let patience: Duration = .seconds(30)
    /// How long requests may go on after the parent's `stop`. It sends that when nothing is in flight any more, or when
    /// its own patience is over.
    private static let lastWords: Duration = .seconds(2)

    /// Serves until SIGTERM, SIGINT or `shutdown`; then it accepts no more and lets requests in flight end, for half a
    /// minute, or two seconds after `shutdown`.
    /// - Returns: whether all of them have ended.
    /// - Parameters:
    ///   - shutdown: ends the service when it is triggered.
    ///   - onListening: gets the address once requests are accepted.
    /// - Throws: `IOError` if the address can't be listened on.
    func run(
        shutdown: ShutdownSwitch,
        onListening: @escaping @Sendable (WorkerEndpoint) -> Void
    ) async throws -> Bool {
        let quiescing = ServerQuiescingHelper(group: MultiThreadedEventLoopGroup.singleton)
        let channel = try await listen(quiescing)
        if let endpoint = Self.endpoint(channel) { onListening(endpoint) }
        let (ended, end) = AsyncStream<Void>.makeStream()
        let quiesce: @Sendable () -> Void = {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            promise.futureResult.whenComplete { _ in end.finish() }
            quiescing.initiateShutdown(promise: promise)
        }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { break }
                quiesce()
                // Cut short by cancellation once another one is over first.
                try? await Task.sleep(for: Self.patience)
                return false
            }
            group.addTask {
                await shutdown.wait()
                quiesce()
                try? await Task.sleep(for: Self.lastWords)
                return false
            }
            group.addTask {
                for await _ in ended {}
                return true
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    private var routes: RouteTable {
        var routes = RouteTable()
        InfoRoutes(state: state, endpoints: endpoints, now: now).add(to: &routes)
        MetricsRoute(state: state, metrics: metrics, isOn: endpoints.metrics, started: now()).add(to: &routes)
        SlotRoutes(state: state, endpoints: endpoints).add(to: &routes)
        AdapterRoutes(state: state).add(to: &routes)
        TokenRoutes(state: state).add(to: &routes)
        ChatRoutes(state: state, now: now).add(to: &routes)
        CompletionRoutes(state: state, now: now).add(to: &routes)
        EmbeddingRoutes(state: state).add(to: &routes)
        OllamaRoutes(state: state, now: now).add(to: &routes)
        RerankRoutes(state: state).add(to: &routes)
        AudioRoutes(state: state).add(to: &routes)
        return routes
    }

    private func listen(_ quiescing: ServerQuiescingHelper) async throws -> any Channel {
        let answerer = RequestAnswerer(
            routes: routes,
            state: state,
            logger: logger,
            warnings: WarningLog(logger: logger),
            pool: pool
        )
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let client = ClientGone()
                    let pipeline = channel.pipeline.syncOperations
                    let intake = try RequestIntake(behindDecoderOf: pipeline, limit: Request.bodyLimit)
                    try pipeline.addHandlers(
                        RequestIntakeHandler(intake),
                        client,
                        ServerConnection(answerer: answerer, client: client, eventLoop: channel.eventLoop)
                    )
                }
            }
        switch address {
        case .unix(let path):
            return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        case .tcp(let host, let port):
            return try await bootstrap.bind(host: host, port: port).get()
        }
    }

    private static func endpoint(_ channel: any Channel) -> WorkerEndpoint? {
        guard let local = channel.localAddress else { return nil }
        if let path = local.pathname, !path.isEmpty { return .unix(path: path) }
        guard let host = local.ipAddress, let port = local.port else { return nil }
        return .tcp(host: host, port: port)
    }
}
