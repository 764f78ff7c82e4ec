// SPDX-License-Identifier: MIT

import API
import Engine
import HTTPServer
import Wire

/// What the worker says about itself and its model. No look at it wakes a model that sleeps.
struct InfoRoutes: Sendable {
    let state: ModelState
    let endpoints: EndpointSwitches
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to routes: inout RouteTable) {
        routes.get("/health", "/v1/health") { _ in
            _ = try state.portrait()
            guard let overdue = state.engine?.overdue?.components.seconds else { return Response(["status": "ok"]) }
            throw APIError(
                .unavailable,
                "the engine has not finished a step for \(overdue) s",
                details: [.init(WorkerHealth.stalled, .integer(overdue))]
            )
        }
        routes.get("/models", "/v1/models") { _ in Response(models(try state.portrait().portrait)) }
        routes.get("/props") { _ in
            let (portrait, isSleeping) = try state.portrait()
            return Response(properties(portrait, isSleeping: isSleeping).json)
        }
        routes.get("/tokenizer_info") { _ in Response(Self.tokenizer(try state.portrait().portrait).json) }
        routes.post("/props", quickUse: { _ in try change() })
        routes.get("/slots") { request in
            try slots(wantsIdle: request.query["fail_on_no_slot"]?.isEmpty == false)
        }
    }

    private func models(_ portrait: ModelPortrait) -> JSONValue {
        [
            "object": "list",
            "data": [
                [
                    "id": .string(portrait.name),
                    "aliases": [.string(portrait.name)],
                    "tags": [],
                    "object": "model",
                    "created": .integer(now()),
                    "owned_by": "llamacpp",
                    "meta": portrait.meta.json,
                ]
            ],
        ]
    }

    private static func tokenizer(_ portrait: ModelPortrait) -> TokenizerInfo {
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        var info = TokenizerInfo()
        info.begin = known(portrait.properties.begin)
        info.end = known(portrait.properties.end)
        info.contextLimit = portrait.contextSize
        info.chatTemplate = known(portrait.properties.chatTemplate)
        return info
    }

    private func properties(_ portrait: ModelPortrait, isSleeping: Bool) -> PropertiesResource {
        var properties = portrait.properties
        properties.showsSlots = endpoints.slots
        properties.takesProperties = endpoints.properties
        properties.showsMetrics = endpoints.metrics
        properties.isSleeping = isSleeping
        return properties
    }

    /// `POST /props`: there is no property yet that could be changed, as with llama-server.
    private func change() throws(APIError) -> Response {
        guard endpoints.properties else {
            throw APIError(.notSupported, "POST /props is off; start the model with --props")
        }
        return Response(["success": true])
    }

    /// - Parameter wantsIdle: whether it is an error if no slot is idle.
    private func slots(wantsIdle: Bool) throws(APIError) -> Response {
        guard endpoints.slots else {
            throw APIError(.notSupported, "GET /slots is off; start the model without --no-slots")
        }
        let portrait = try state.portrait().portrait
        let slots = state.engine?.slots ?? (0..<portrait.slotCount).map { SlotStatus(id: $0) }
        guard !wantsIdle || slots.contains(where: { !$0.isProcessing }) else {
            throw APIError(.unavailable, "no slot available")
        }
        return Response(
            .array(
                slots.map {
                    SlotResource($0, contextSize: portrait.contextSize, speculates: portrait.speculates).json
                }
            )
        )
    }
}
