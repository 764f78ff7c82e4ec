// SPDX-License-Identifier: MIT

import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Wire

/// The server's part for one address.
struct GatewayListener: Service {
    /// What a client's connection is made of, but for the routes.
    struct Channel: Sendable {
        let leasing: any ModelLeasing
        let pools: UpstreamPools
        let settings: GatewaySettings
        let door: FrontDoor
        let files: ServerFiles
        let bodies: BodyBudget
        let logger: Logger
        let metrics: RelayMetrics
        let streams: ResumableStreams
        let activities: Activity
    }

    let address: ListenAddress
    let channel: Channel
    let responder: RouterResponder<BasicRequestContext>
    let logger: Logger
    let onRunning: @Sendable (SocketAddress) async -> Void

    /// - Throws: `GatewayError` if the address can't be listened on.
    func run() async throws {
        let bindAddress: BindAddress =
            switch address {
            case .tcp(let host, let port): .hostname(host, port: port ?? channel.settings.port)
            case .unix(let path): .unixDomainSocket(path: path)
            }
        let application = Application(
            responder: responder,
            server: HTTPServerBuilder { [channel] responder in
                GatewayChannel(
                    responder: responder,
                    leasing: channel.leasing,
                    pools: channel.pools,
                    settings: channel.settings,
                    door: channel.door,
                    files: channel.files,
                    bodies: channel.bodies,
                    logger: channel.logger,
                    metrics: channel.metrics,
                    streams: channel.streams,
                    activities: channel.activities
                )
            },
            configuration: ApplicationConfiguration(address: bindAddress, backlog: 1024),
            onServerRunning: { [onRunning] channel in
                if let address = channel.localAddress { await onRunning(address) }
            },
            logger: logger
        )
        do {
            try await application.run()
        } catch let error as IOError {
            throw cannotListen(error.words)
        } catch let error as NIOConnectionError {
            throw cannotListen("\(error)")
        } catch let error as SocketAddressError {
            throw cannotListen("\(error)")
        }
    }

    private func cannotListen(_ reason: String) -> GatewayError {
        let place: String
        if case .tcp(_, port: nil) = address {
            place = "\(address), port \(channel.settings.port)"
        } else {
            place = "\(address)"
        }
        return GatewayError(.cannotListen, "the server cannot listen on \(place): \(reason); nothing was started")
    }
}
