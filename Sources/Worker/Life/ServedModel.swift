// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// The loaded model as the routes see it. A class, since each request asks for it, and a copy of all these defaults costs a
/// microsecond.
final class ServedModel: Sendable {
    /// What requests that don't say otherwise get.
    struct Defaults: Sendable {
        var sampling: SamplingParameters
        /// Tokens to generate; -1 until the model ends.
        var maxTokens: Int
        var reasoningFormat: String
        /// Instructions for conversations that have none of their own.
        var system: String?
        /// A GBNF grammar that answers follow.
        var grammar: String?
        /// Texts that end answers, for requests that name none.
        var stops: [String] = []
        /// Whether special tokens show their text.
        var showsSpecial = false
        /// Whether an answer's content is what the model wrote, thoughts and calls included.
        var skipsParsing = false
        /// Whether an assistant's last message is continued.
        var prefillsAssistant = true
        /// Whether the end of the text is never chosen.
        var ignoresEnd = false
        /// Whether a full context forgets a part to go on.
        var shiftsContext = false
        /// Tokens of the prompt that stay when a full context forgets; nil for all.
        var keep: Int? = 0
        /// Whether a prompt starts where it parts from an earlier one.
        var usesCache = true
        /// Whether the template lets the model think; nil for what the template does by itself.
        var thinks: Bool?
        /// Whether templates are read as Jinja.
        var readsJinja = true
        /// Whether answers of other dialects hold llama-server's own as well.
        var isVerbose = false
        /// Whether infill begins with what stands behind the gap.
        var infillsSuffixFirst = false
        /// The length of embeddings, as `EmbeddingNorm` numbers it.
        var embeddingNorm = 2
        /// Variables for the template, an object.
        var templateVariables: JSONValue?
    }

    let engine: Engine
    /// The model's name in answers.
    let name: String
    let path: String
    let defaults: Defaults
    /// Where media come from.
    let media: MediaLoader

    /// Whether the template can be told to think or not to.
    let canThink: Bool

    init(engine: Engine, name: String, path: String, defaults: Defaults, media: MediaLoader) {
        self.engine = engine
        self.name = name
        self.path = path
        self.defaults = defaults
        self.media = media
        // The engine wrote it; what isn't JSON is no capability.
        canThink = (try? JSONValue(parsing: engine.templates.capabilities))?["supports_thinking"] == true
    }

    /// What the router is told.
    var facts: JSONValue {
        var members: [JSONValue.Member] = [.init("meta", meta.json), .init("modalities", modalities.json)]
        if let fit { members.append(.init("fit", fit.json)) }
        return .object(members)
    }

    /// What was changed so that the model fits; nil without `--fit`.
    var fit: PropertiesResource.Fit? {
        engine.model.fit.map { found in
            var fit = PropertiesResource.Fit()
            fit.fits = found.fits
            fit.context = Int(found.context)
            fit.wholeContext = Int(found.wholeContext)
            fit.gpuLayers = found.gpuLayers.map { Int($0) }
            fit.overflowingLayers = Int(found.overflowingLayers)
            fit.message = found.sentence
            return fit
        }
    }

    /// The model in figures.
    var meta: ModelMeta {
        let facts = engine.model.facts
        var meta = ModelMeta()
        meta.vocabularyKind = Int(facts.vocabularyType)
        meta.vocabularySize = Int(facts.vocabularySize)
        meta.contextSize = engine.contextSize
        meta.trainedContext = Int(facts.trainedContext)
        meta.embeddingLength = Int(facts.embeddingLength)
        meta.parameters = Int(clamping: facts.parameters)
        meta.size = Int(clamping: facts.bytes)
        meta.fileType = fileType
        return meta
    }

    /// The quantisation, the last word of the engine's description.
    var fileType: String {
        let words = engine.model.facts.description.split(separator: " ")
        return words.count > 2 ? words.dropFirst(2).joined(separator: " ") : engine.model.facts.description
    }
}
