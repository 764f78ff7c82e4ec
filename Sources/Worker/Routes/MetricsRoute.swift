// SPDX-License-Identifier: MIT

import Engine
import HTTPServer
import Wire

/// `GET /metrics`: what the worker has done, for Prometheus. A model that sleeps isn't woken.
struct MetricsRoute: Sendable {
    let state: ModelState
    let metrics: EngineMetrics
    let isOn: Bool
    /// Seconds since 1970.
    let started: Int64

    func add(to routes: inout RouteTable) {
        routes.get("/metrics") { _ in try page() }
    }

    private func page() throws(APIError) -> Response {
        guard isOn else { throw APIError(.notSupported, "GET /metrics is off; start the model with --metrics") }
        _ = try state.portrait()
        let engine = state.engine
        let text = MetricsText.page(
            metrics.scrape(),
            processing: engine?.slots.count { $0.isProcessing } ?? 0,
            deferred: engine?.waiting ?? 0
        )
        return Response(
            contentType: "text/plain; version=0.0.4",
            headers: [("Process-Start-Time-Unix", "\(started)")],
            body: .whole(Array(text.utf8))
        )
    }
}
