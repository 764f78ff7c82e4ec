// SPDX-License-Identifier: MIT

package import API
package import Wire

/// The fields by which other servers' clients ask for structured answers, in the words of this one.
///
/// vLLM has `structured_outputs` and the older `guided_…`, SGLang `regex` and `ebnf`, Text Generation Inference a
/// `response_format` of its own types. Each becomes `response_format` or `grammar`.
package enum StructuredFields {
    /// What an answer must be.
    private enum Constraint {
        case schema(JSONValue)
        case grammar(String)
    }

    /// The fields that mean a constraint, and the kind in vLLM's words.
    private static let kinds = [
        "guided_json": "json", "guided_regex": "regex", "guided_choice": "choice", "guided_grammar": "grammar",
        "guided_json_object": "json_object", "regex": "regex", "ebnf": "grammar",
    ]

    /// A request with OpenAI's and llama-server's fields only.
    /// - Throws: 400 for what can't be had, and for two constraints at once.
    package static func standard(_ fields: RequestFields) throws(APIError) -> RequestFields {
        var found: [(name: String, constraint: Constraint)] = []
        for (name, kind) in kinds.sorted(by: { $0.key < $1.key }) {
            guard let value = fields[name] else { continue }
            if let constraint = try constraint(kind, value, name) { found.append((name, constraint)) }
        }
        for (kind, value) in try structuredOutputs(fields) {
            let name = "structured_outputs.\(kind)"
            if let constraint = try constraint(kind, value, name) { found.append((name, constraint)) }
        }
        if let constraint = try otherFormat(fields) { found.append(("response_format", constraint)) }
        guard let (name, constraint) = found.first else { return fields }
        let standard = ["response_format", "json_schema", "grammar"].filter { fields[$0] != nil && $0 != name }
        if let other = found.dropFirst().first?.name ?? standard.first(where: { !isText($0, fields) }) {
            throw APIError(.invalidRequest, "'\(name)' and '\(other)' cannot be used together; send one of them")
        }
        let own = Set(kinds.keys).union(["structured_outputs", "response_format"])
        var members = (fields.json.members ?? []).filter { !own.contains($0.name) }
        switch constraint {
        case .schema(let schema):
            members.append(.init("response_format", ["type": "json_schema", "json_schema": ["schema": schema]]))
        case .grammar(let text): members.append(.init("grammar", .string(text)))
        }
        return RequestFields(.object(members))
    }

    /// Whether a field asks for plain text, which is no constraint.
    private static func isText(_ name: String, _ fields: RequestFields) -> Bool {
        name == "response_format" && fields[name]?["type"] == "text"
    }

    private static func structuredOutputs(_ fields: RequestFields) throws(APIError) -> [(String, JSONValue)] {
        guard let outputs = try fields[\GenerationMembers.structuredOutputs] else { return [] }
        return (outputs.json.members ?? []).filter { $0.value != .null }.map { ($0.name, $0.value) }
    }

    /// The types of Text Generation Inference, whose schema or expression is the `value`.
    private static func otherFormat(_ fields: RequestFields) throws(APIError) -> Constraint? {
        guard let format = try fields[\GenerationMembers.responseFormat], let value = format["value"] else {
            return nil
        }
        switch try format.string("type") {
        case "json": return try constraint("json", value, "response_format.value")
        case "json_schema" where format["json_schema"] == nil:
            return try constraint("json", value["schema"] ?? value, "response_format.value")
        case "regex": return try constraint("regex", value, "response_format.value")
        default: return nil
        }
    }

    private static func constraint(
        _ kind: String,
        _ value: JSONValue,
        _ name: String
    ) throws(APIError) -> Constraint? {
        switch (kind, value) {
        case ("json", .string(let text)):
            guard let schema = try? JSONValue(parsing: text) else {
                throw APIError(.invalidRequest, "'\(name)' must be a JSON schema; this text is no JSON")
            }
            return .schema(schema)
        case ("json", _): return .schema(value)
        case ("json_object", .bool(let isOn)): return isOn ? .schema(["type": "object"]) : nil
        case ("grammar", .string(let text)): return .grammar(text)
        case ("regex", .string(let text)):
            do {
                return .grammar(try RegexGrammar.text(of: text))
            } catch {
                throw APIError(.invalidRequest, "'\(name)' \(error.message)")
            }
        case ("choice", .array(let texts)) where !texts.isEmpty && texts.allSatisfy({ $0.string != nil }):
            return .grammar(choice(texts.compactMap(\.string)))
        case ("choice", _):
            throw APIError(.invalidRequest, "'\(name)' must be an array of strings that isn't empty")
        case ("json_object", _), ("grammar", _), ("regex", _):
            throw APIError(
                .invalidRequest,
                "'\(name)' must be \(kind == "json_object" ? "true or false" : "a string"), not \(value.kind)"
            )
        case (_, .bool(false)): return nil
        default:
            throw APIError(.invalidRequest, "'\(name)' is not supported; send json, regex, choice or grammar")
        }
    }

    private static func choice(_ texts: [String]) -> String {
        let literals = texts.map { text in "\"\(text.unicodeScalars.map(CharacterSetText.text).joined())\"" }
        return "root ::= \(literals.joined(separator: " | "))\n"
    }
}
