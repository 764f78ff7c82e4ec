// SPDX-License-Identifier: MIT

import Fleet
import Gateway
import Library
import Logging
import NIOCore
import NIOPosix
import Platform
import ServiceLifecycle
import UnixSignals

/// One life of the router, from the first model found to the last worker gone.
///
/// The first SIGTERM or SIGINT stops accepting and lets streams finish, for a bounded time. The second one cuts them
/// off. The third one leaves at once, and the workers follow, since their standard input closes.
///
/// Where another program, such as systemd, holds the sockets and goes on with them, no request is refused: what came in
/// is answered as at any time, and models stay until the last answer is out.
struct RouterRun: Sendable {
    /// What a run waits for.
    private enum Event: Sendable {
        case signal
        case serverEnded((any Error)?)
        case workersGone
        /// The requests in flight have had their time.
        case graceOver
        /// The only model could not be loaded.
        case loadFailed(ModelFailure)
        case patienceLost
    }

    let settings: RouterSettings
    let fleet: Fleet
    /// Where models come from; nil where they can't change.
    let library: ModelLibrary?
    let logger: Logger
    let seat: RouterSeat

    /// - Throws: what keeps the server from listening.
    func run() async throws {
        let (events, send) = AsyncStream<Event>.makeStream()
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let files = try ServerFiles(settings.gateway, logger: logger)
        let services = serverGroup(files)
        // Unstructured: the process ends with this function, whether these tasks end or not.
        Task { for await _ in signals { send.yield(.signal) } }
        if let end = seat.end { Task { for await _ in end { send.yield(.signal) } } }
        Task {
            do {
                try await services.run()
                send.yield(.serverEnded(nil))
            } catch {
                send.yield(.serverEnded(error))
            }
        }
        if let library {
            let watch = ModelLibrary.beginWatch(settings.sources.watched)
            Task { await library.watch(settings.sources.watched, by: watch) }
        }
        Task { await reloadOnHangup(files) }
        if let patience = settings.watchdog { Task { await showLife(every: patience / 2) } }
        if let model = settings.gateway.onlyModel {
            Task { if let failure = await firstLoadFailure(of: model) { send.yield(.loadFailed(failure)) } }
        }
        var signalCount = 0
        var areWorkersGone = false
        var failure: (any Error)?
        var hasServerEnded = false
        for await event in events {
            switch event {
            case .signal:
                signalCount += 1
                guard signalCount < 3 else { return }
                let grace = signalCount == 1 ? settings.shutdownTimeout : .zero
                logger.info("Shutting down", metadata: ["grace": "\(grace)"])
                settings.notices.send(.stopping)
                if signalCount == 1 { await services.triggerGracefulShutdown() }
                if signalCount == 1, handsOver {
                    Task {
                        try await Task.sleep(for: grace)
                        send.yield(.graceOver)
                    }
                } else {
                    stopWorkers(grace: grace, send)
                }
            case .graceOver:
                stopWorkers(grace: .zero, send)
            case .serverEnded(let error):
                hasServerEnded = true
                failure = failure ?? error
                // Without a signal the server could not listen, or failed.
                if signalCount == 0 || handsOver { stopWorkers(grace: .zero, send) }
                if areWorkersGone { return try finish(failure) }
            case .loadFailed(let reason):
                guard signalCount == 0, failure == nil else { continue }
                failure = StartFailure(message: "the model cannot be loaded: \(reason.sentence)")
                await services.triggerGracefulShutdown()
                stopWorkers(grace: .zero, send)
            case .workersGone:
                guard !areWorkersGone else { continue }
                areWorkersGone = true
                if hasServerEnded { return try finish(failure) }
                // Every stream has ended with its worker; a client that doesn't read its last bytes must not hold us up.
                Task {
                    try await Task.sleep(for: .seconds(2))
                    send.yield(.patienceLost)
                }
            case .patienceLost:
                return try finish(failure)
            }
        }
    }

    /// Whether another process goes on with the sockets.
    private var handsOver: Bool { !settings.gateway.inherited.isEmpty }

    private func serverGroup(_ files: ServerFiles) -> ServiceGroup {
        let isTLS = settings.gateway.tls != nil
        let server = GatewayServer(
            fleet: fleet,
            library: library,
            settings: settings.gateway,
            files: files,
            logger: logger
        ) { [logger, seat, notices = settings.notices] addresses in
            let addresses = addresses.map { Self.url(of: $0, isTLS: isTLS) }
            for address in addresses { logger.debug("Listening", metadata: ["address": "\(address)"]) }
            seat.listens(addresses)
            if let problem = notices.send(.ready, .status("serving at \(addresses.joined(separator: ", "))")) {
                logger.warning("NOTIFY_SOCKET takes no notice", metadata: ["reason": "\(problem)"])
            }
        }
        // With a name: the group would make one of all that the service holds, which takes longer than its start.
        let service = ServiceGroupConfiguration.ServiceConfiguration(service: server, serviceName: "server")
        return ServiceGroup(configuration: .init(services: [service], logger: Self.quiet(logger)))
    }

    /// SIGHUP is the operator's wish to read keys and certificate again, and to look for models; a server of one model has none to look
    /// for, and goes on.
    private func reloadOnHangup(_ files: ServerFiles) async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            files.reread()
            await library?.reload()
        }
    }

    /// Tells the watchdog again and again that each of the threads that serve still comes round.
    private func showLife(every interval: Duration) async {
        while true {
            for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
                do { try await loop.submit {}.get() } catch { return }
            }
            // Its lock is taken and given back: what holds that for good makes the server useless.
            _ = fleet.devices
            settings.notices.send(.alive)
            do { try await Task.sleep(for: interval) } catch { return }
        }
    }

    /// Waits for the end of a model's first load.
    /// - Returns: why it failed; nil if it didn't, or was stopped.
    private func firstLoadFailure(of model: String) async -> ModelFailure? {
        let events = fleet.events.subscribe()
        // It may be over before anybody listened.
        if let status = fleet.status(of: model), status.word == .loaded || status.worker == nil {
            return status.failure
        }
        for await item in events {
            switch item {
            case .element(.loaded): return nil
            case .element(.unloaded(_, exitCode: 0)), .lagged: return nil
            case .element(.unloaded): return fleet.status(of: model)?.failure
            case .element: continue
            }
        }
        return nil
    }

    private func stopWorkers(grace: Duration, _ send: AsyncStream<Event>.Continuation) {
        Task {
            await library?.shutdown()
            await fleet.shutdown(grace: grace)
            send.yield(.workersGone)
        }
    }

    private func finish(_ failure: (any Error)?) throws {
        if let failure { throw failure }
    }

    private static func url(of address: SocketAddress, isTLS: Bool) -> String {
        if let path = address.pathname { return "unix:\(path)" }
        let host = address.ipAddress ?? "?"
        return "\(isTLS ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(address.port ?? 0)"
    }

    /// The service library tells of its own steps at `info`.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        logger.logLevel = max(logger.logLevel, .warning)
        return logger
    }
}
