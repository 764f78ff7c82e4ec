// SPDX-License-Identifier: MIT

import API
import Engine
import HTTPServer
import NIOCore
import Wire

/// `/lora-adapters`: which there are, and how strongly they work in requests that don't say otherwise.
struct AdapterRoutes: Sendable {
    let state: ModelState

    func add(to routes: inout RouteTable) {
        routes.get("/lora-adapters") { _ in
            let portrait = try state.portrait().portrait
            let scales = portrait.adapterScales.current
            return Response(
                .array(zip(portrait.adapters, scales).enumerated().map { $1.0.resource(id: $0, scale: $1.1).json })
            )
        }
        routes.post("/lora-adapters") { request in
            let engine = try state.get().engine
            engine.adapterScales.current = try AdapterFields.scales(
                try Self.json(request.body),
                named: "the body",
                adapters: engine.adapters.count
            )
            return Response(["success": true])
        }
    }

    private static func json(_ body: ByteBuffer) throws(APIError) -> JSONValue {
        do {
            return try JSONValue(parsing: body.readableBytesSpan)
        } catch {
            throw APIError(.invalidRequest, error.description)
        }
    }
}
