// SPDX-License-Identifier: MIT

import Fleet
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Wire

/// The routes by which others watch: events, logs, metrics.
struct ObservingRoutes {
    let fleet: Fleet
    let metrics: RelayMetrics
    let scraper: WorkerScraper
    let settings: GatewaySettings

    func add(to router: Router<BasicRequestContext>) {
        router.get("/models/sse") { _, _ in events() }
        router.get("/metrics") { _, _ in await figures() }
    }

    private var interval: Duration { .nanoseconds(settings.relay.pingInterval.nanoseconds) }

    // MARK: Events

    private func events() -> Response {
        let subscription = fleet.events.subscribe()
        return Self.feed(isEvents: true, interval: interval, lines: []) { send in
            for await item in subscription {
                // Who fell behind reads the present state from /models and subscribes again.
                guard case .element(let event) = item else { return }
                send("data: \(event.json.text)\n\n")
            }
        }
    }

    // MARK: Logs

    func logs(_ request: Request) throws -> Response {
        let path = QueryString.decoded(request.uri.path[...], plusIsSpace: false)
        guard path.hasPrefix("/models/"), path.hasSuffix("/logs") else { throw APIError(.notFound, "File Not Found") }
        let name = String(path.dropFirst("/models/".count).dropLast("/logs".count))
        guard let log = fleet.logs(of: name) else { throw APIError(.notFound, "model is not found") }
        let query = QueryString((request.uri.query ?? "")[...])
        let isEvents = request.headers[.accept]?.contains("text/event-stream") ?? false
        let isFollowing = query["follow"].map { $0 != "0" && $0 != "false" } ?? false
        let format: @Sendable (String) -> String = { line in
            isEvents ? "data: \(line.filter { !$0.isNewline })\n\n" : line + "\n"
        }
        guard isFollowing else {
            return Self.response(isEvents, ResponseBody(byteBuffer: Self.buffer(log.tail().map(format))))
        }
        let (lines, following) = log.follow()
        return Self.feed(isEvents: isEvents, interval: interval, lines: lines.map(format)) { send in
            for await item in following {
                guard case .element(let line) = item else { return send(format("(lines were left out here)")) }
                send(format(line))
            }
        }
    }

    // MARK: Metrics

    private func figures() async -> Response {
        let fleetMetrics = fleet.metrics()
        var page = MetricsPage(fleetMetrics, metrics.snapshot())
        let loaded = fleetMetrics.models.filter(\.serves).map(\.id)
        let pages = await withTaskGroup(of: (String, String?).self) { group in
            for id in loaded { group.addTask { (id, await scraper.page(of: id)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for id in loaded { if let text = pages[id] { page.merge(text, model: id) } }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.text))
        )
    }

    // MARK: Feeds

    /// A response without end: first some lines, then what comes, and comments when nothing does.
    ///
    /// A client that doesn't read holds nobody up: it is cut off once too much waits for it.
    private static func feed(
        isEvents: Bool,
        interval: Duration,
        lines: [String],
        source: @escaping @Sendable (_ send: @escaping @Sendable (String) -> Void) async -> Void
    ) -> Response {
        let body = ResponseBody { writer in
            if !lines.isEmpty { try await writer.write(buffer(lines)) }
            let (texts, send) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingOldest(256))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await source { text in
                        if case .dropped = send.yield(text) { send.finish() }
                    }
                    send.finish()
                }
                // In plain text there is nothing that could be written without meaning something.
                if isEvents {
                    group.addTask {
                        while true {
                            try await Task.sleep(for: interval)
                            send.yield(": ping\n\n")
                        }
                    }
                }
                defer { group.cancelAll() }
                for await text in texts.cancelOnGracefulShutdown() {
                    try await writer.write(ByteBuffer(string: text))
                }
            }
            try await writer.finish(nil)
        }
        return response(isEvents, body)
    }

    private static func response(_ isEvents: Bool, _ body: ResponseBody) -> Response {
        var headers: HTTPFields = [
            .contentType: isEvents ? "text/event-stream" : "text/plain; charset=utf-8", .cacheControl: "no-cache",
        ]
        if let name = HTTPField.Name("x-accel-buffering") { headers[name] = "no" }
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func buffer(_ lines: [String]) -> ByteBuffer {
        ByteBuffer(string: lines.joined())
    }
}
