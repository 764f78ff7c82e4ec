// SPDX-License-Identifier: MIT

import HTTPServer
import NIOCore
import NIOPosix
import Platform
import ServiceLifecycle
import Wire

/// The server's part for one address.
struct GatewayListener: Service {
    let address: ListenAddress
    let channel: GatewayChannel
    let onRunning: @Sendable (SocketAddress) async -> Void

    /// Serves until the graceful shutdown, and returns when the last connection has ended.
    /// - Throws: `GatewayError` if the address can't be listened on.
    func run() async throws {
        let place: HTTPListener.Address =
            switch (channel.settings.inherited[address], address) {
            case (let descriptor?, _): .inherited(descriptor: descriptor)
            case (nil, .tcp(let host, let port)): .tcp(host: host, port: port ?? channel.settings.port)
            case (nil, .unix(let path)): .unix(path: path)
            }
        let listener: HTTPListener
        do {
            listener = try await HTTPListener.listen(on: place) { [channel] in try channel.add(to: $0) }
        } catch let error as IOError {
            throw cannotListen(error.words)
        } catch let error as NIOConnectionError {
            throw cannotListen("\(error)")
        } catch let error as SocketAddressError {
            throw cannotListen("\(error)")
        }
        if let address = listener.localAddress { await onRunning(address) }
        await withTaskCancellationOrGracefulShutdownHandler {
            await listener.waitForEnd()
        } onCancelOrGracefulShutdown: {
            listener.quiesce()
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
