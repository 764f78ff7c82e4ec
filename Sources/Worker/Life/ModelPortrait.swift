// SPDX-License-Identifier: MIT

import Engine
import Wire

/// What there is to say of a model while it sleeps as well. A class, as `ServedModel` is.
final class ModelPortrait: Sendable {
    /// Texts of one request for embeddings, as OpenAI has it.
    static let mostTexts = 2048

    let name: String
    /// llama-server's `meta`.
    let meta: JSONValue
    /// llama-server's `/props`, without what changes.
    let properties: [JSONValue.Member]
    /// The LoRA adapters.
    let adapters: [AdapterReport]
    /// How strongly they work in requests that don't say otherwise.
    let adapterScales: AdapterScales
    let contextSize: Int
    let slotCount: Int
    /// Whether tokens are proposed.
    let speculates: Bool
    /// Bytes of all weights.
    let bytes: UInt64
    /// What Text Embeddings Inference calls the info; nil for a model that gives no embeddings.
    let embeddingsInfo: JSONValue?

    init(_ model: ServedModel) {
        let engine = model.engine
        name = model.name
        meta = model.meta
        adapters = engine.adapters.map { AdapterReport($0, engine.model) }
        adapterScales = engine.adapterScales
        contextSize = engine.contextSize
        slotCount = engine.slotCount
        speculates = !engine.speculation.isEmpty
        bytes = engine.model.facts.bytes
        embeddingsInfo = engine.embeddings.map { Self.info($0, model) }
        let defaults = model.defaults
        let settings = SettingsReport.json(
            defaults.sampling,
            maxTokens: defaults.maxTokens < 0 ? nil : defaults.maxTokens,
            stops: defaults.stops,
            streams: false,
            probabilities: nil,
            speculation: engine.speculation,
            format: AnswerFormat(reasoning: defaults.reasoningFormat)
        )
        func text(_ token: Int32?) -> JSONValue { .string(token.map { engine.model.detokenize([$0]) } ?? "") }
        // The engine wrote it; what isn't JSON is no capability.
        let capabilities = (try? JSONValue(parsing: engine.templates.capabilities)) ?? [:]
        let fit = model.fit.map { [JSONValue.Member("fit", $0)] } ?? []
        properties =
            [
                .init("default_generation_settings", ["params": settings, "n_ctx": .integer(Int64(contextSize))]),
                .init("total_slots", .integer(Int64(slotCount))),
                .init("model_alias", .string(name)),
                .init("model_ftype", .string(model.fileType)),
                .init("model_path", .string(model.path)),
                .init("modalities", model.modalities),
                .init("media_marker", .string(model.abilities.marker)),
                .init("chat_template", .string(engine.templates.source)),
                .init("chat_template_caps", capabilities),
                .init("bos_token", text(engine.model.bos)),
                .init("eos_token", text(engine.model.eos)),
                .init("build_info", .string("\(AnswerIdentity.fingerprint) (llama.cpp \(EngineRuntime.version))")),
            ] + fit
    }

    private static func info(_ facts: EmbeddingFacts, _ model: ServedModel) -> JSONValue {
        let kind: JSONValue =
            facts.pooling == .rank
            ? ["reranker": ["id2label": ["0": "LABEL_0"], "label2id": ["LABEL_0": 0]]]
            : ["embedding": ["pooling": .string(facts.pooling.name)]]
        return [
            "model_id": .string(model.name), "model_sha": nil, "model_dtype": .string(model.fileType),
            "model_type": kind,
            "max_input_length": .integer(Int64(facts.limit)),
            "max_batch_tokens": .integer(Int64(model.engine.batchSize)),
            "max_client_batch_size": .integer(Int64(Self.mostTexts)), "auto_truncate": false,
            "version": .string(Version.current),
        ]
    }
}
