// SPDX-License-Identifier: MIT

import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// `GET /metrics`: what the worker has done, for Prometheus. A model that sleeps isn't woken.
struct MetricsRoute: Sendable {
    let state: ModelState
    let metrics: EngineMetrics
    let isOn: Bool
    /// Seconds since 1970.
    let started: Int64

    func add(to router: Router<WorkerContext>) {
        router.get("/metrics") { _, _ in try page() }
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
        var headers: HTTPFields = [.contentType: "text/plain; version=0.0.4"]
        if let name = HTTPField.Name("Process-Start-Time-Unix") { headers[name] = "\(started)" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
