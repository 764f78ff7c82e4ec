// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// What there is to say of a model while it sleeps as well. A class, as `ServedModel` is.
final class ModelPortrait: Sendable {
    /// Texts of one request for embeddings, as OpenAI has it.
    static let mostTexts = 2048

    let name: String
    let meta: ModelMeta
    /// What doesn't change of them.
    let properties: PropertiesResource
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
    let embeddingsInfo: EmbeddingsInfo?

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
        properties = Self.properties(model)
    }

    private static func properties(_ model: ServedModel) -> PropertiesResource {
        let engine = model.engine
        let defaults = model.defaults
        func text(_ token: Int32?) -> String { token.map { engine.model.detokenize([$0]) } ?? "" }
        var properties = PropertiesResource()
        properties.defaults.settings = GenerationSettings(
            defaults.sampling,
            maxTokens: defaults.maxTokens < 0 ? nil : defaults.maxTokens,
            stops: defaults.stops,
            streams: false,
            probabilities: nil,
            speculation: engine.speculation,
            format: AnswerFormat(reasoning: defaults.reasoningFormat)
        )
        properties.defaults.contextSize = engine.contextSize
        properties.slots = engine.slotCount
        properties.name = model.name
        properties.fileType = model.fileType
        properties.path = model.path
        properties.modalities = model.modalities
        properties.mediaMarker = model.abilities.marker
        properties.chatTemplate = engine.templates.source
        // The engine wrote it; what isn't JSON is no capability.
        if let abilities = try? JSONValue(parsing: engine.templates.capabilities) {
            properties.templateAbilities = abilities
        }
        properties.begin = text(engine.model.bos)
        properties.end = text(engine.model.eos)
        properties.build = "\(AnswerIdentity.fingerprint) (llama.cpp \(EngineRuntime.version))"
        properties.fit = model.fit
        return properties
    }

    private static func info(_ facts: EmbeddingFacts, _ model: ServedModel) -> EmbeddingsInfo {
        var info = EmbeddingsInfo()
        info.model = model.name
        info.type = model.fileType
        info.kind =
            facts.pooling == .rank
            ? ["reranker": ["id2label": ["0": "LABEL_0"], "label2id": ["LABEL_0": 0]]]
            : ["embedding": ["pooling": .string(facts.pooling.name)]]
        info.inputLimit = facts.limit
        info.batchTokens = model.engine.batchSize
        info.batchTexts = mostTexts
        info.version = Version.current
        return info
    }
}
