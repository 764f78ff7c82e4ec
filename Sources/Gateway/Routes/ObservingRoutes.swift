// SPDX-License-Identifier: MIT

import Fleet
import HTTPServer
import NIOCore
import Wire

/// The routes by which others watch: events, logs, metrics.
struct ObservingRoutes {
    let fleet: Fleet
    let metrics: RelayMetrics
    let scraper: WorkerScraper
    let settings: GatewaySettings

    func add(to routes: inout RouteTable) {
        routes.get("/models/sse", task: { _ in events() })
        routes.get("/metrics", task: { _ in await figures() })
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
        let path = QueryString.decoded(request.path, plusIsSpace: false)
        guard path.hasPrefix("/models/"), path.hasSuffix("/logs") else { throw APIError(.notFound, "File Not Found") }
        let name = String(path.dropFirst("/models/".count).dropLast("/logs".count))
        guard let log = fleet.logs(of: name) else { throw APIError(.notFound, "model is not found") }
        let query = request.query
        let isEvents = request.header("accept")?.contains("text/event-stream") ?? false
        let isFollowing = query["follow"].map { $0 != "0" && $0 != "false" } ?? false
        let format: @Sendable (String) -> String = { line in
            isEvents ? "data: \(line.filter { !$0.isNewline })\n\n" : line + "\n"
        }
        guard isFollowing else {
            return Response(
                contentType: Self.type(isEvents),
                headers: [("cache-control", "no-cache"), ("x-accel-buffering", "no")],
                body: .whole(Array(log.tail().map(format).joined().utf8))
            )
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
            contentType: "text/plain; version=0.0.4; charset=utf-8",
            body: .buffer(ByteBuffer(string: page.text))
        )
    }

    // MARK: Feeds

    /// A response without end: first some lines, then what comes, and comments when nothing does.
    ///
    /// A client that doesn't read delays no other: it is cut off once its buffer is full.
    private static func feed(
        isEvents: Bool,
        interval: Duration,
        lines: [String],
        source: @escaping @Sendable (_ send: @escaping @Sendable (String) -> Void) async -> Void
    ) -> Response {
        var response = Response(stream: type(isEvents)) { writer in
            if !lines.isEmpty { try await writer.write([ByteBuffer(string: lines.joined())]) }
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
                for await text in texts { try await writer.write([ByteBuffer(string: text)]) }
            }
        }
        response.isEndless = true
        return response
    }

    private static func type(_ isEvents: Bool) -> String {
        isEvents ? "text/event-stream" : "text/plain; charset=utf-8"
    }
}
