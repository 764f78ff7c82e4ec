// SPDX-License-Identifier: MIT

import Fleet
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle
import Wire

/// The routes that tell what the relay is doing, and by which requests are cancelled.
struct ActivityRoutes {
    /// How often at most a watcher hears of changes.
    private static let interval: Duration = .milliseconds(250)

    let activity: Activity
    let fleet: Fleet
    /// How long a watcher hears nothing at most.
    let pingInterval: TimeAmount

    func add(to router: Router<BasicRequestContext>) {
        router.get("/activity") { _, _ in ManagementRoutes.json(page(of: activity.snapshot())) }
        router.get("/activity/sse") { _, _ in watch() }
        router.get("/activity/history") { request, _ in try history(request) }
        router.delete("/activity/:id") { _, context in try cancel(context.parameters.get("id") ?? "") }
    }

    /// The requests that run, with what they wait for, and those that ended.
    private func page(of snapshot: Activity.Snapshot) -> JSONValue {
        [
            "now": .number(ActivityRecord.rounded(activity.wallClock(), 1000)),
            "devices": devices,
            "requests": .array(running(snapshot.running)),
            "recent": .array(snapshot.recent.reversed().compactMap { record in record.end.map { record.json($0) } }),
        ]
    }

    /// Who has what of each device's memory.
    private var devices: JSONValue { .array(fleet.devices.map(\.json)) }

    private func running(_ records: [ActivityRecord]) -> [JSONValue] {
        let places = ActivityPlace.places(of: records.filter { $0.wait == nil }) { fleet.isComing($0) }
        return records.map { $0.json(places[$0.number]) }
    }

    // MARK: Watching

    /// Events without end. Whoever reads slowly gets fewer of them: each says how things are when it is written.
    private func watch() -> Response {
        let body = ResponseBody { writer in
            try await tell { try await writer.write(ByteBuffer(string: $0)) }
            try await writer.finish(nil)
        }
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-cache"]
        if let name = HTTPField.Name("x-accel-buffering") { headers[name] = "no" }
        return Response(status: .ok, headers: headers, body: body)
    }

    private func tell(_ write: (String) async throws -> Void) async throws {
        let patience = max(Int(pingInterval.nanoseconds / Self.interval.nanoseconds), 1)
        var snapshot = activity.snapshot()
        var told = JSONValue.array(running(snapshot.running))
        var silence = 0
        try await write("data: \(page(of: snapshot).text)\n\n")
        let ticks = AsyncStream<Void> { try? await Task.sleep(for: Self.interval) }
        for await _ in ticks.cancelOnGracefulShutdown() {
            try Task.checkCancellation()
            silence += 1
            if !activity.isQuiet(since: snapshot.revision) {
                let next = activity.snapshot(after: snapshot.endedCount)
                let requests = JSONValue.array(running(next.running))
                let isNews = next.revision != snapshot.revision || requests != told
                snapshot = next
                told = requests
                if isNews {
                    try await write("data: \(page(of: next).text)\n\n")
                    silence = 0
                }
            }
            guard silence >= patience else { continue }
            try await write(": ping\n\n")
            silence = 0
        }
    }

    // MARK: The last hour, and the end of a request

    private func history(_ request: Request) throws(APIError) -> Response {
        let since = QueryString(Substring(request.uri.query ?? ""))["since"] ?? ""
        guard since.isEmpty || Double(since) != nil else {
            throw APIError(.invalidRequest, "'since' must be a time in seconds since 1970")
        }
        let points = activity.history(since: Double(since) ?? 0)
        return ManagementRoutes.json([
            "now": .number(ActivityRecord.rounded(activity.wallClock(), 1000)),
            "interval": .number(ActivityHistory.interval),
            "span": .number(ActivityHistory.span),
            "devices": devices,
            "points": .array(points.map(\.json)),
        ])
    }

    private func cancel(_ id: String) throws(APIError) -> Response {
        guard let number = UInt64(id), activity.cancel(number) else {
            throw APIError(.notFound, "no request with the id '\(id.prefix(100))' is running; GET /activity lists them")
        }
        return ManagementRoutes.json(["success": true])
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
