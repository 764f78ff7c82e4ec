// SPDX-License-Identifier: MIT

import Engine
import HTTPServer
import Logging
import NIOCore
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
        let listener = try await listen()
        if let endpoint = Self.endpoint(listener) { onListening(endpoint) }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { break }
                listener.quiesce()
                // Cut short by cancellation once another one is over first.
                try? await Task.sleep(for: Self.patience)
                return false
            }
            group.addTask {
                await shutdown.wait()
                listener.quiesce()
                try? await Task.sleep(for: Self.lastWords)
                return false
            }
            group.addTask {
                await listener.waitForEnd()
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

    private func listen() async throws -> HTTPListener {
        let answerer = RequestAnswerer(
            routes: routes,
            state: state,
            logger: logger,
            warnings: WarningLog(logger: logger),
            pool: pool
        )
        let place: HTTPListener.Address =
            switch address {
            case .unix(let path): .unix(path: path)
            case .tcp(let host, let port): .tcp(host: host, port: port)
            }
        return try await HTTPListener.listen(on: place) { channel in
            let pipeline = channel.pipeline.syncOperations
            let intake = try RequestIntake(behindDecoderOf: pipeline, limit: answerer.unpackedLimit)
            // The router keeps its connections, or closes them whole.
            let connection = HTTPConnection(intake, nil, endsWithInput: true)
            try pipeline.addHandler(connection)
            try pipeline.addHandler(
                RouteHandler(answerer: answerer, behind: connection, isNext: true, eventLoop: channel.eventLoop)
            )
        }
    }

    private static func endpoint(_ listener: HTTPListener) -> WorkerEndpoint? {
        guard let local = listener.localAddress else { return nil }
        if let path = local.pathname, !path.isEmpty { return .unix(path: path) }
        guard let host = local.ipAddress, let port = local.port else { return nil }
        return .tcp(host: host, port: port)
    }
}
