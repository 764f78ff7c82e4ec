// SPDX-License-Identifier: MIT

import API
import Catalogue
import GGUF
import Wire

/// All that Ollama's `/api/show` tells of a model: its file's header is read for this, nothing is loaded.
enum OllamaModel {
    /// Elements of an array that a verbose answer shows.
    private static let elements = 1 << 20
    /// What a file of a model that continues between two texts has in its vocabulary.
    private static let infillKeys = ["tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id"]

    static func shown(_ entry: ModelEntry, isVerbose: Bool) -> OllamaShownModel {
        let facts = OllamaFacts(entry)
        let style: MetadataStyle = isVerbose ? .whole : .withoutArrays
        var limits = GGUFLimits()
        if isVerbose { limits.arrayElements = Self.elements }
        // A file that can't be read is still a model that is listed, with its reason in `GET /models`.
        let header = entry.path.isEmpty ? nil : try? GGUFHeader(path: entry.path, limits: limits)
        let template = facts.template ?? header?.text(GGUFHeader.templateKey)
        let canInfill = Self.infillKeys.contains { header?.metadata[$0] != nil }
        let parameters = Self.parameters(entry)
        var model = OllamaShownModel()
        model.license = header?.text("general.license")
        model.system = entry.options.unescapedTexts(OptionName(\.systemPrompt)).first
        model.modelfile = Self.modelfile(facts.name, template, model.system, parameters)
        model.parameters = parameters.map { "\($0.0) \($0.1)" }.joined(separator: "\n")
        model.template = template ?? ""
        model.details = facts.details
        if let header { model.info = .object(Self.metadata(header, entry.info, style)) }
        if let path = entry.projectorPath, let projector = try? GGUFHeader(path: path, limits: limits) {
            model.projector = .object(projector.members(style))
        }
        model.capabilities = facts.capabilities(template, canInfill: canInfill)
        model.modified = Timestamp.text(secondsSince1970: ModelIdentity(entry).modified)
        return model
    }

    /// What the model's preset says, under Ollama's names, as a Modelfile has it.
    private static func parameters(_ entry: ModelEntry) -> [(String, String)] {
        OllamaParameter.all.flatMap { parameter -> [(String, String)] in
            guard let value = entry.options[parameter.option] else { return [] }
            guard parameter.kind == .texts else { return [(parameter.name, value.string ?? value.text)] }
            return entry.options.unescapedTexts(parameter.option).map { (parameter.name, JSONValue.string($0).text) }
        }
    }

    private static func modelfile(
        _ name: String,
        _ template: String?,
        _ system: String?,
        _ parameters: [(String, String)]
    ) -> String {
        // The template is Jinja, which a Modelfile can't have: it is shown as a comment of the file.
        let lines =
            ["# A model of Enginehouse, whose preset files say what a Modelfile does.", "FROM \(name)"]
            + parameters.map { "PARAMETER \($0.0) \($0.1)" }
            + (system.map { ["SYSTEM \"\"\"\($0)\"\"\""] } ?? [])
            + (template.map { ["# TEMPLATE (Jinja)"] + $0.split(separator: "\n").map { "# \($0)" } } ?? [])
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the header says, with the number of parameters in front.
    private static func metadata(
        _ header: GGUFHeader,
        _ info: GGUFModelInfo?,
        _ style: MetadataStyle
    ) -> [JSONValue.Member] {
        let members = header.members(style)
        guard let count = info?.parameterCount else { return members }
        let name = "general.parameter_count"
        return [.init(name, .integer(Int64(clamping: count)))] + members.filter { $0.name != name }
    }
}
