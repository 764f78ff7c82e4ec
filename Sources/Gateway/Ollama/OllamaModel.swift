// SPDX-License-Identifier: MIT

import Catalogue
import GGUF
import Wire

/// All that Ollama's `/api/show` tells of a model: its file's header is read for this, nothing is loaded.
struct OllamaModel {
    let json: JSONValue

    /// Elements of an array that a verbose answer shows.
    private static let elements = 1 << 20
    /// What a file of a model that continues between two texts has in its vocabulary.
    private static let infillKeys = ["tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id"]

    init(_ entry: ModelEntry, isVerbose: Bool) {
        let facts = OllamaFacts(entry)
        let style: MetadataStyle = isVerbose ? .whole : .withoutArrays
        var limits = GGUFLimits()
        if isVerbose { limits.arrayElements = Self.elements }
        // A file that can't be read is still a model that is listed, with its reason in `GET /models`.
        let header = entry.path.isEmpty ? nil : try? GGUFHeader(path: entry.path, limits: limits)
        let template = facts.template ?? header?.text(GGUFHeader.templateKey)
        let canInfill = Self.infillKeys.contains { header?.metadata[$0] != nil }
        let parameters = Self.parameters(entry)
        let system = entry.options.unescapedTexts(OptionName(\.systemPrompt)).first
        var members: [JSONValue.Member] = []
        if let license = header?.text("general.license") { members.append(.init("license", .string(license))) }
        members += [
            .init("modelfile", .string(Self.modelfile(facts.name, template, system, parameters))),
            .init("parameters", .string(parameters.map { "\($0.0) \($0.1)" }.joined(separator: "\n"))),
            .init("template", .string(template ?? "")),
        ]
        if let system { members.append(.init("system", .string(system))) }
        members += [
            .init("details", facts.details),
            .init("model_info", header.map { .object(Self.metadata($0, entry.info, style)) } ?? [:]),
        ]
        if let path = entry.projectorPath, let projector = try? GGUFHeader(path: path, limits: limits) {
            members.append(.init("projector_info", .object(projector.members(style))))
        }
        members += [
            .init("capabilities", facts.capabilities(template, canInfill: canInfill)),
            .init("modified_at", .string(Timestamp.text(secondsSince1970: ModelIdentity(entry).modified))),
        ]
        json = .object(members)
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
