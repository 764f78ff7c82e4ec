// SPDX-License-Identifier: MIT

import API
import Fleet
import HTTPServer
import NIOCore
import Wire

/// The routes that tell what the relay is doing, and by which requests are cancelled.
struct ActivityRoutes {
    /// How often at most a watcher hears of changes.
    private static let interval: Duration = .milliseconds(250)

    let activity: Activity
    let fleet: Fleet
    /// How long a watcher hears nothing at most.
    let pingInterval: TimeAmount

    func add(to routes: inout RouteTable) {
        routes.get("/activity", task: { _ in Response(page(of: activity.snapshot())) })
        routes.get("/activity/sse", task: { _ in watch() })
        routes.get("/activity/history", task: { try history($0) })
        routes.delete("/activity/*") { try cancel($0.parameter) }
    }

    /// The requests that run, with what they wait for, and those that ended.
    private func page(of snapshot: Activity.Snapshot) -> JSONValue {
        var page = ActivityResource()
        page.now = ActivityRecord.rounded(activity.wallClock(), 1000)
        page.devices = fleet.devices.map(\.resource)
        page.requests = running(snapshot.running)
        page.recent = snapshot.recent.reversed().compactMap(\.ended)
        return page.json
    }

    private func running(_ records: [ActivityRecord]) -> [RunningRequestResource] {
        let places = ActivityPlace.places(of: records.filter { $0.wait == nil }) { fleet.isComing($0) }
        return records.map { $0.running(places[$0.number]) }
    }

    // MARK: Watching

    /// Events without end. A slow reader gets fewer of them: each says how things are when it is written.
    private func watch() -> Response {
        var response = Response(stream: "text/event-stream") { writer in
            try await tell { try await writer.write([ByteBuffer(string: $0)]) }
        }
        response.isEndless = true
        return response
    }

    private func tell(_ write: (String) async throws -> Void) async throws {
        let patience = max(Int(pingInterval.nanoseconds / Self.interval.nanoseconds), 1)
        var snapshot = activity.snapshot()
        var told = running(snapshot.running).json
        var silence = 0
        try await write("data: \(page(of: snapshot).text)\n\n")
        while true {
            try await Task.sleep(for: Self.interval)
            silence += 1
            if !activity.isQuiet(since: snapshot.revision) {
                let next = activity.snapshot(after: snapshot.endedCount)
                let requests = running(next.running).json
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
        let since = request.query["since"] ?? ""
        guard since.isEmpty || Double(since) != nil else {
            throw APIError(.invalidRequest, "'since' must be a time in seconds since 1970")
        }
        var history = HistoryResource()
        history.now = ActivityRecord.rounded(activity.wallClock(), 1000)
        history.interval = ActivityHistory.interval
        history.span = ActivityHistory.span
        history.devices = fleet.devices.map(\.resource)
        history.points = activity.history(since: Double(since) ?? 0).map(\.resource)
        return Response(history.json)
    }

    private func cancel(_ id: String) throws(APIError) -> Response {
        guard let number = UInt64(id), activity.cancel(number) else {
            throw APIError(.notFound, "no request with the id '\(id.prefix(100))' is running; GET /activity lists them")
        }
        return Response(["success": true])
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
