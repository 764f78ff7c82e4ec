// SPDX-License-Identifier: MIT

import Essentials
package import Fleet
import HTTPServer
package import Library
package import Logging
package import NIOCore
import ServiceLifecycle

/// The router's HTTP server: the relay and the routes on all its addresses.
///
/// Graceful shutdown stops accepting, lets the requests in flight end, and then returns from `run`. It waits for
/// streams as long as they take: the caller bounds that time, by stopping the workers.
package struct GatewayServer: Service {
    private typealias ServiceConfiguration = ServiceGroupConfiguration.ServiceConfiguration

    private let fleet: Fleet
    private let library: ModelLibrary?
    private let leasing: any ModelLeasing
    private let settings: GatewaySettings
    private let files: ServerFiles?
    private let logger: Logger
    private let onRunning: @Sendable ([SocketAddress]) async -> Void

    /// - Parameters:
    ///   - library: where models come from; nil where they can't change.
    ///   - leasing: where the relay gets its workers from; the fleet, unless a test has its own.
    ///   - files: keys and certificate, if the caller reads them again as well; nil: the server reads them itself.
    ///   - onRunning: called once, with the addresses that the server listens on, when it listens on all of them.
    package init(
        fleet: Fleet,
        library: ModelLibrary? = nil,
        leasing: (any ModelLeasing)? = nil,
        settings: GatewaySettings,
        files: ServerFiles? = nil,
        logger: Logger,
        onRunning: @escaping @Sendable ([SocketAddress]) async -> Void = { _ in }
    ) {
        self.fleet = fleet
        self.library = library
        self.leasing = leasing ?? fleet
        self.settings = settings
        self.files = files
        self.logger = logger
        self.onRunning = onRunning
    }

    /// - Throws: `GatewayError` if the settings can't be served, or one of the addresses can't be listened on.
    package func run() async throws {
        let files: ServerFiles
        if let given = self.files { files = given } else { files = try ServerFiles(settings, logger: logger) }
        let doors = try settings.addresses.map { try settings.frontDoor(at: $0, keys: files.keyRing) }
        let bodies = BodyBudget(limit: settings.bodyMemory, clientLimit: settings.bodyMemoryOfClient)
        let pools = UpstreamPools(settings: settings.upstream)
        defer { pools.closeAll() }
        let metrics = RelayMetrics()
        let only = settings.onlyModel.map { OnlyModel(fleet: fleet, id: $0, base: leasing) }
        let source: any ModelLeasing = if let only { only } else { leasing }
        let relayed: any ModelLeasing =
            if only == nil, let delay = settings.debugDelay {
                DelayedLeasing(base: leasing, delay: delay)
            } else { source }
        let scraper = WorkerScraper(leasing: source, pools: pools, timeout: settings.scrapeTimeout)
        let activity = Activity { Date().timeIntervalSince1970 }
        let observing = ObservingRoutes(fleet: fleet, metrics: metrics, scraper: scraper, settings: settings)
        let streams = ResumableStreams(limits: settings.conversations)
        let proxy = settings.proxy.map { CrossOriginProxy(settings: $0, logger: logger) }
        let routes = ManagementRoutes(
            fleet: fleet,
            library: library,
            only: only,
            observing: observing,
            // Whose key a request has is the same at every door.
            streams: StreamRoutes(streams: streams, door: doors[0]),
            proxy: proxy,
            activity: ActivityRoutes(activity: activity, fleet: fleet, pingInterval: settings.relay.pingInterval),
            settings: settings
        ) {
            Int64(Date().timeIntervalSince1970)
        }
        let answerer = RouteAnswerer(routes: routes.table, settings: settings, logger: logger)
        let running = RunningAddresses(settings.addresses.count)
        var listeners: [GatewayListener] = []
        for (index, address) in settings.addresses.enumerated() {
            var own = settings
            if address == settings.ollamaAddress {
                own.relay.greetsAsOllama = true
                // Its clients know no other place.
                own.relay.apiPrefix = ""
            }
            let channel = GatewayChannel(
                leasing: relayed,
                pools: pools,
                settings: own,
                door: doors[index],
                files: files,
                bodies: bodies,
                logger: logger,
                metrics: metrics,
                streams: streams,
                activities: activity,
                answerer: answerer
            )
            let listener = GatewayListener(
                address: address,
                channel: channel,
                onRunning: { [onRunning] (address: SocketAddress) async in
                    if let all = running.add(address, at: index) { await onRunning(all) }
                }
            )
            listeners.append(listener)
        }
        let recorder = ActivityRecorder(activity: activity, fleet: fleet, interval: settings.historyInterval)
        let result: Result<Void, any Error>
        do {
            // One that can't listen ends the others.
            var services = [ServiceConfiguration(service: recorder, serviceName: "activity")]
            let watch = ServerFileWatch(files: files, interval: settings.fileWatchInterval)
            services.append(ServiceConfiguration(service: watch, serviceName: "files"))
            services += listeners.map { ServiceConfiguration(service: $0, serviceName: "\($0.address)") }
            var serverLogger = logger
            // The services' life is told at `info`; operators want to hear of ours.
            serverLogger.logLevel = max(logger.logLevel, .warning)
            let group = ServiceGroup(configuration: .init(services: services, logger: serverLogger))
            try await withGracefulShutdownHandler {
                try await group.run()
            } onGracefulShutdown: {
                streams.close()
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await proxy?.shutdown()
        try result.get()
    }
}
