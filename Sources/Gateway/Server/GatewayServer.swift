// SPDX-License-Identifier: MIT

package import Fleet
import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import ServiceLifecycle

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The router's HTTP server: the relay and the routes on one address.
///
/// Graceful shutdown stops accepting, lets the requests in flight end, and then returns from `run`. It waits for streams
/// as long as they take: whoever runs it bounds that time, by stopping the workers.
package struct GatewayServer: Service {
    private let fleet: Fleet
    private let library: ModelLibrary?
    private let leasing: any ModelLeasing
    private let settings: GatewaySettings
    private let logger: Logger
    private let onRunning: @Sendable (SocketAddress) async -> Void

    /// - Parameters:
    ///   - library: where models come from; nil where they can't change.
    ///   - leasing: where the relay gets its workers from; the fleet, unless a test has its own.
    ///   - onRunning: called once with the address that the server listens on.
    package init(
        fleet: Fleet,
        library: ModelLibrary? = nil,
        leasing: (any ModelLeasing)? = nil,
        settings: GatewaySettings,
        logger: Logger,
        onRunning: @escaping @Sendable (SocketAddress) async -> Void = { _ in }
    ) {
        self.fleet = fleet
        self.library = library
        self.leasing = leasing ?? fleet
        self.settings = settings
        self.logger = logger
        self.onRunning = onRunning
    }

    /// - Throws: `GatewayError` if the settings can't be served, and what keeps the server from listening.
    package func run() async throws {
        let door = try settings.frontDoor()
        let tls = try settings.tls?.context()
        let pools = UpstreamPools(settings: settings.upstream)
        defer { pools.closeAll() }
        let metrics = RelayMetrics()
        let scraper = WorkerScraper(leasing: leasing, pools: pools, timeout: settings.scrapeTimeout)
        let observing = ObservingRoutes(fleet: fleet, metrics: metrics, scraper: scraper, settings: settings)
        let streams = ResumableStreams(limits: settings.conversations)
        let routes = ManagementRoutes(
            fleet: fleet,
            library: library,
            observing: observing,
            streams: StreamRoutes(streams: streams, door: door, settings: settings),
            settings: settings
        ) {
            Int64(Date().timeIntervalSince1970)
        }
        var serverLogger = logger
        // Hummingbird tells of its own life at `info`; operators want to hear of ours.
        serverLogger.logLevel = max(logger.logLevel, .warning)
        let address: BindAddress =
            settings.socketPath.map { .unixDomainSocket(path: $0) } ?? .hostname(settings.host, port: settings.port)
        let application = Application(
            router: routes.router(),
            server: HTTPServerBuilder { [leasing, settings, logger] responder in
                GatewayChannel(
                    responder: responder,
                    leasing: leasing,
                    pools: pools,
                    settings: settings,
                    door: door,
                    tls: tls,
                    logger: logger,
                    metrics: metrics,
                    streams: streams
                )
            },
            configuration: ApplicationConfiguration(address: address, backlog: 1024),
            onServerRunning: { [onRunning] channel in
                if let address = channel.localAddress { await onRunning(address) }
            },
            logger: serverLogger
        )
        try await withGracefulShutdownHandler {
            try await application.run()
        } onGracefulShutdown: {
            streams.close()
        }
    }
}
