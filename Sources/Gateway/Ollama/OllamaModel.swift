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
    private static let templateKey = "tokenizer.chat_template"

    init(_ entry: ModelEntry, isVerbose: Bool) {
        let facts = OllamaFacts(entry)
        var limits = GGUFLimits()
        if isVerbose { limits.arrayElements = Self.elements }
        // A file that can't be read is still a model that is listed, with its reason in `GET /models`.
        let header = entry.path.isEmpty ? nil : try? GGUFHeader(path: entry.path, limits: limits)
        let template = facts.template ?? header?.text(Self.templateKey)
        let canInfill = Self.infillKeys.contains { header?.metadata[$0] != nil }
        let parameters = Self.parameters(entry)
        var members: [JSONValue.Member] = []
        if let license = header?.text("general.license") { members.append(.init("license", .string(license))) }
        members += [
            .init("modelfile", .string(Self.modelfile(facts.name, template, parameters))),
            .init("parameters", .string(parameters.map { "\($0.0) \($0.1)" }.joined(separator: "\n"))),
            .init("template", .string(template ?? "")),
            .init("details", facts.details),
            .init("model_info", header.map { Self.metadata($0, entry, isVerbose: isVerbose) } ?? [:]),
        ]
        if let path = entry.projectorPath, let projector = try? GGUFHeader(path: path, limits: limits) {
            members.append(.init("projector_info", Self.metadata(projector, nil, isVerbose: isVerbose)))
        }
        members += [
            .init("capabilities", facts.capabilities(template, canInfill: canInfill)),
            .init("modified_at", .string(Timestamp.text(secondsSince1970: ModelIdentity(entry).modified))),
        ]
        json = .object(members)
    }

    /// What the model's preset says of sampling, under Ollama's names.
    private static func parameters(_ entry: ModelEntry) -> [(String, String)] {
        let names: [(OptionName, String)] = [
            (OptionName(\.contextSize), "num_ctx"), (OptionName(\.temperature), "temperature"),
            (OptionName(\.topK), "top_k"), (OptionName(\.topP), "top_p"),
            (OptionName(\.minP), "min_p"),
            (OptionName(\.repeatPenalty), "repeat_penalty"), (OptionName(\.repeatLast), "repeat_last_n"),
            (OptionName(\.seed), "seed"),
            (OptionName(\.predict), "num_predict"),
        ]
        return names.compactMap { option, name in entry.options[option].map { (name, $0.string ?? $0.text) } }
    }

    private static func modelfile(_ name: String, _ template: String?, _ parameters: [(String, String)]) -> String {
        // The template is Jinja, which a Modelfile can't have: it is shown as a comment of the file.
        let lines =
            ["# A model of Enginehouse, whose preset files say what a Modelfile does.", "FROM \(name)"]
            + parameters.map { "PARAMETER \($0.0) \($0.1)" }
            + (template.map { ["# TEMPLATE (Jinja)"] + $0.split(separator: "\n").map { "# \($0)" } } ?? [])
        return lines.joined(separator: "\n") + "\n"
    }

    /// The header's keys. Arrays and the template are left out, unless it is to be verbose.
    private static func metadata(_ header: GGUFHeader, _ entry: ModelEntry?, isVerbose: Bool) -> JSONValue {
        var members: [JSONValue.Member] = header.metadata.filter { $0.key != templateKey }.sorted { $0.key < $1.key }
            .map { .init($0.key, json($0.value, isVerbose: isVerbose)) }
        if let count = entry?.info?.parameterCount {
            members.removeAll { $0.name == "general.parameter_count" }
            members.insert(.init("general.parameter_count", .integer(Int64(clamping: count))), at: 0)
        }
        return .object(members)
    }

    private static func json(_ value: GGUFValue, isVerbose: Bool) -> JSONValue {
        switch value {
        case .unsigned(let value): Int64(exactly: value).map(JSONValue.integer) ?? .number(Double(value))
        case .signed(let value): .integer(value)
        case .float(let value): value.isFinite ? .number(value) : .null
        case .bool(let value): .bool(value)
        case .string(let text): .string(text)
        case .skippedString: .null
        case .array(_, let count, let first):
            isVerbose && UInt64(first.count) == count ? .array(first.map { json($0, isVerbose: true) }) : .null
        }
    }
}
