// SPDX-License-Identifier: MIT

import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Wire

/// The worker's HTTP face.
struct WorkerServer: Sendable {
    let state: ModelState
    let address: BindAddress
    let logger: Logger
    let now: @Sendable () -> Int64

    /// Serves until the task is cancelled or the process ends.
    /// - Parameter onListening: gets the address once requests are accepted.
    func run(onListening: @escaping @Sendable (WorkerEndpoint) async -> Void) async throws {
        let router = Router(context: WorkerContext.self)
        router.add(middleware: ErrorAnswers())
        InfoRoutes(state: state, now: now).add(to: router)
        TokenRoutes(state: state).add(to: router)
        GenerationRoutes(state: state, now: now).add(to: router)
        let address = address
        let application = Application(
            router: router,
            server: .http1(configuration: .init(additionalChannelHandlers: [ClientGone()])),
            configuration: .init(address: address, serverName: "switchyard-worker", backlog: 1024),
            onServerRunning: { channel in
                guard let endpoint = Self.endpoint(channel, address) else { return }
                await onListening(endpoint)
            },
            logger: logger
        )
        try await application.run()
    }

    private static func endpoint(_ channel: any Channel, _ address: BindAddress) -> WorkerEndpoint? {
        guard let local = channel.localAddress else { return nil }
        if let path = local.pathname, !path.isEmpty { return .unix(path: path) }
        guard let host = local.ipAddress, let port = local.port else { return nil }
        return .tcp(host: host, port: port)
    }
}
