// SPDX-License-Identifier: MIT

import Engine
import HTTPTypes
import Hummingbird
import Wire

/// What the worker says about itself and its model.
struct InfoRoutes: Sendable {
    let state: ModelState
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to router: Router<WorkerContext>) {
        for path in ["/health", "/v1/health"] {
            router.get(RouterPath(path)) { _, _ in
                _ = try state.get()
                return Response(["status": "ok"])
            }
        }
        for path in ["/models", "/v1/models"] {
            router.get(RouterPath(path)) { _, _ in Response(models(try state.get())) }
        }
        router.get("/props") { _, _ in Response(try props(try state.get())) }
        router.get("/slots") { _, _ in Response(try slots(try state.get())) }
    }

    private func models(_ model: ServedModel) -> JSONValue {
        [
            "object": "list",
            "data": [
                [
                    "id": .string(model.name),
                    "aliases": [.string(model.name)],
                    "tags": [],
                    "object": "model",
                    "created": .integer(now()),
                    "owned_by": "llamacpp",
                    "meta": model.meta,
                ]
            ],
        ]
    }

    private func props(_ model: ServedModel) throws -> JSONValue {
        let engine = model.engine
        let settings = SettingsReport.json(
            model.defaults.sampling,
            maxTokens: model.defaults.maxTokens < 0 ? nil : model.defaults.maxTokens,
            stops: [],
            streams: false,
            probabilities: nil
        )
        return [
            "default_generation_settings": ["params": settings, "n_ctx": .integer(Int64(engine.contextSize))],
            "total_slots": .integer(Int64(engine.slotCount)),
            "model_alias": .string(model.name),
            "model_ftype": .string(model.fileType),
            "model_path": .string(model.path),
            "modalities": ["vision": false, "video": false, "audio": false],
            "endpoint_slots": .bool(model.showsSlots),
            "endpoint_props": false,
            "endpoint_metrics": false,
            "chat_template": .string(engine.templates.source),
            "chat_template_caps": try JSONValue(parsing: engine.templates.capabilities),
            "bos_token": .string(engine.model.bos.map { engine.model.detokenize([$0]) } ?? ""),
            "eos_token": .string(engine.model.eos.map { engine.model.detokenize([$0]) } ?? ""),
            "build_info": .string("\(AnswerIdentity.fingerprint) (llama.cpp \(EngineRuntime.version))"),
            "is_sleeping": false,
        ]
    }

    private func slots(_ model: ServedModel) throws(APIError) -> JSONValue {
        guard model.showsSlots else {
            throw APIError(.notSupported, "GET /slots is off; start the model without --no-slots")
        }
        return .array(
            model.engine.slots.map { slot in
                [
                    "id": .integer(Int64(slot.id)),
                    "n_ctx": .integer(Int64(model.engine.contextSize)),
                    "speculative": false,
                    "is_processing": .bool(slot.isProcessing),
                    "n_prompt_tokens": .integer(Int64(slot.promptTokens)),
                    "n_decoded": .integer(Int64(slot.generatedTokens)),
                    "n_cached": .integer(Int64(slot.cachedTokens)),
                ]
            }
        )
    }
}
