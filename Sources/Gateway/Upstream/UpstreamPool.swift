// SPDX-License-Identifier: MIT

import NIOCore
import NIOHTTP1
import NIOPosix
import Wire

/// The connections of one event loop to the workers. Not sendable: everything happens on that loop.
final class UpstreamPool {
    private let eventLoop: any EventLoop
    private let settings: UpstreamSettings
    /// Connections put aside, the one used last at the end.
    private var idle: [WorkerEndpoint: [UpstreamConnection]] = [:]
    private var idleCount = 0
    private var sweep: Scheduled<Void>?

    init(eventLoop: any EventLoop, settings: UpstreamSettings) {
        self.eventLoop = eventLoop
        self.settings = settings
    }

    /// Gets a connection: one put aside, at once, or a new one.
    /// - Parameters:
    ///   - fresh: whether it must be a new one.
    ///   - completion: called once, on the event loop.
    func connection(
        to endpoint: WorkerEndpoint,
        fresh: Bool,
        completion: @escaping (Result<UpstreamConnection, any Error>) -> Void
    ) {
        if fresh {
            // What else is put aside is as old as the one that proved stale.
            closeIdle(to: endpoint)
        } else if let connection = popIdle(to: endpoint) {
            return completion(.success(connection))
        }
        connect(to: endpoint, deadline: .now() + settings.connectTimeout, completion: completion)
    }

    /// Takes a connection back. It is closed if no request can follow, or enough are there.
    func release(_ connection: UpstreamConnection) {
        connection.detach()
        guard connection.isReusable, idleCount < settings.maxIdle else { return connection.close() }
        connection.idleSince = .now()
        idle[connection.endpoint, default: []].append(connection)
        idleCount += 1
        // With a read outstanding the end of the worker is noticed.
        connection.read()
        if sweep == nil { scheduleSweep() }
    }

    /// Forgets a connection that closed.
    func remove(_ connection: UpstreamConnection) {
        guard var connections = idle[connection.endpoint],
            let index = connections.lastIndex(where: { $0 === connection })
        else { return }
        connections.remove(at: index)
        idle[connection.endpoint] = connections.isEmpty ? nil : connections
        idleCount -= 1
    }

    /// Closes what is put aside.
    func closeAll() {
        for endpoint in Array(idle.keys) { closeIdle(to: endpoint) }
        sweep?.cancel()
        sweep = nil
    }

    private func popIdle(to endpoint: WorkerEndpoint) -> UpstreamConnection? {
        guard let index = idle.index(forKey: endpoint) else { return nil }
        let connection = idle.values[index].removeLast()
        idleCount -= 1
        if idle.values[index].isEmpty { idle.remove(at: index) }
        return connection
    }

    private func closeIdle(to endpoint: WorkerEndpoint) {
        for connection in idle.removeValue(forKey: endpoint) ?? [] {
            idleCount -= 1
            connection.close()
        }
    }

    // MARK: Connecting

    private func connect(
        to endpoint: WorkerEndpoint,
        deadline: NIODeadline,
        completion: @escaping (Result<UpstreamConnection, any Error>) -> Void
    ) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(deadline - .now())
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = UpstreamConnection(endpoint: endpoint, pool: bound.value)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
                    try pipeline.addHandler(connection)
                }
            }
        let channel =
            switch endpoint {
            case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
            case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
            }
        channel.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                completion(Result { try channel.pipeline.syncOperations.handler(type: UpstreamConnection.self) })
            case .failure(let error):
                guard (error as? IOError)?.errnoCode == UpstreamSettings.wouldBlock, .now() < deadline else {
                    return completion(.failure(error))
                }
                // A Unix socket whose queue of connections is full refuses instead of waiting.
                self.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(5)) {
                    self.connect(to: endpoint, deadline: deadline, completion: completion)
                }
            }
        }
    }

    // MARK: Age

    private func scheduleSweep() {
        sweep = eventLoop.assumeIsolated().scheduleTask(in: settings.maxIdleAge) { [weak self] in
            self?.closeAged()
        }
    }

    private func closeAged() {
        sweep = nil
        let oldest = NIODeadline.now() - settings.maxIdleAge
        for (endpoint, connections) in idle {
            let aged = connections.prefix { $0.idleSince <= oldest }
            guard !aged.isEmpty else { continue }
            let rest = Array(connections.dropFirst(aged.count))
            idle[endpoint] = rest.isEmpty ? nil : rest
            idleCount -= aged.count
            for connection in aged { connection.close() }
        }
        if idleCount > 0 { scheduleSweep() }
    }
}
