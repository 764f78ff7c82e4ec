// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import Logging
import NIOCore
import ServiceLifecycle
import TestKit
import Wire

/// A gateway on a port of its own, over a fleet that a test makes up.
struct TestGateway {
    let port: Int
    let group: ServiceGroup

    /// Runs a gateway while `body` runs.
    static func run<Result: Sendable>(
        _ leasing: any ModelLeasing,
        fleet: Fleet = .empty(),
        files: ServerFiles? = nil,
        settings change: (inout GatewaySettings) -> Void = { _ in },
        body: (TestGateway) async throws -> Result
    ) async throws -> Result {
        var settings = GatewaySettings()
        settings.port = 0
        settings.relay.cutDelay = .zero
        change(&settings)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (ports, running) = AsyncStream<Int>.makeStream()
        let server = GatewayServer(
            fleet: fleet,
            leasing: leasing,
            settings: settings,
            files: files,
            logger: logger
        ) { addresses in
            running.yield(addresses[0].port ?? 0)
        }
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
            let result = try await body(TestGateway(port: port, group: group))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    /// Connects a client while `body` runs.
    func client<Result>(_ body: (RawClient) async throws -> Result) async throws -> Result {
        try await RawClient.run(port: port, body: body)
    }
}
