// SPDX-License-Identifier: MIT

import Engine
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals
import Wire

/// The worker's HTTP face.
struct WorkerServer: Sendable {
    let state: ModelState
    let endpoints: EndpointSwitches
    let metrics: EngineMetrics
    let address: WorkerEndpoint
    let logger: Logger
    let now: @Sendable () -> Int64

    /// How long requests may go on after the parent's `stop`. It sends that when nothing is in flight any more, or when
    /// its own patience is over.
    private static let lastWords: Duration = .seconds(2)

    /// Serves until SIGTERM, SIGINT or `shutdown`; then it accepts no more and lets requests in flight end, for half a
    /// minute, or two seconds after `shutdown`.
    /// - Parameters:
    ///   - shutdown: ends the service when it is triggered.
    ///   - onListening: gets the address once requests are accepted.
    func run(
        shutdown: ShutdownSwitch,
        onListening: @escaping @Sendable (WorkerEndpoint) async -> Void
    ) async throws {
        let router = Router(context: WorkerContext.self)
        router.add(middleware: ErrorAnswers())
        router.add(middleware: KeepsModel(state: state))
        InfoRoutes(state: state, endpoints: endpoints, now: now).add(to: router)
        MetricsRoute(state: state, metrics: metrics, isOn: endpoints.metrics, started: now()).add(to: router)
        SlotRoutes(state: state, endpoints: endpoints).add(to: router)
        AdapterRoutes(state: state).add(to: router)
        TokenRoutes(state: state).add(to: router)
        ChatRoutes(state: state, now: now).add(to: router)
        CompletionRoutes(state: state, now: now).add(to: router)
        EmbeddingRoutes(state: state).add(to: router)
        RerankRoutes(state: state).add(to: router)
        AudioRoutes(state: state).add(to: router)
        let application = Application(
            router: router,
            server: .http1(configuration: .init(additionalChannelHandlers: [ClientGone()])),
            configuration: .init(address: bindAddress, serverName: "switchyard-worker", backlog: 1024),
            onServerRunning: { channel in
                guard let endpoint = Self.endpoint(channel) else { return }
                await onListening(endpoint)
            },
            logger: Self.quiet(logger)
        )
        var configuration = ServiceGroupConfiguration(
            services: [application],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Self.quiet(logger)
        )
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        let services = ServiceGroup(configuration: configuration)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await services.run()
                return true
            }
            group.addTask {
                await shutdown.wait()
                await services.triggerGracefulShutdown()
                try await Task.sleep(for: Self.lastWords)
                return true
            }
            while let hasEnded = try await group.next(), !hasEnded {}
            group.cancelAll()
        }
    }

    /// The libraries tell of their own steps at `info`.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }

    private var bindAddress: BindAddress {
        switch address {
        case .unix(let path): .unixDomainSocket(path: path)
        case .tcp(let host, let port): .hostname(host, port: port)
        }
    }

    private static func endpoint(_ channel: any Channel) -> WorkerEndpoint? {
        guard let local = channel.localAddress else { return nil }
        if let path = local.pathname, !path.isEmpty { return .unix(path: path) }
        guard let host = local.ipAddress, let port = local.port else { return nil }
        return .tcp(host: host, port: port)
    }
}
