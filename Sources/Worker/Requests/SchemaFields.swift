// SPDX-License-Identifier: MIT

package import API
import Engine
package import Wire

/// The JSON schema that a request wants its answer to follow, and where it stands.
package struct SchemaFields: Equatable {
    package let schema: JSONValue
    /// Where it stands in the request.
    package let path: String
    /// Whether a keyword that can't be enforced is an error.
    package let isStrict: Bool

    package init(_ schema: JSONValue, at path: String, isStrict: Bool = false) {
        self.schema = schema
        self.path = path
        self.isStrict = isStrict
    }

    /// `response_format` in all its spellings, or `json_schema`; nil where any text will do.
    /// - Throws: 400 for a format without a schema.
    package static func schema(_ fields: RequestFields) throws(APIError) -> SchemaFields? {
        let own = fields[\GenerationMembers.schema].map { SchemaFields($0, at: "json_schema") }
        guard let format = try fields[\GenerationMembers.responseFormat] else { return own }
        let inner = try schema(in: format)
        switch try format.string("type") {
        case "json_object": return inner ?? own ?? SchemaFields(["type": "object"], at: "response_format")
        case "json_schema":
            guard let inner else {
                throw APIError(
                    .invalidRequest,
                    "'response_format.json_schema.schema' is missing: the JSON schema that the answer is to follow"
                )
            }
            return inner
        case nil, "text": return own
        case let other?:
            throw APIError(
                .invalidRequest,
                "'response_format.type' must be text, json_object or json_schema, not '\(other)'"
            )
        }
    }

    /// The schema of a format: OpenAI's place for it, llama.cpp's older one, or what stands in the first without an envelope.
    private static func schema(in format: RequestFields) throws(APIError) -> SchemaFields? {
        let envelope = try format.object("json_schema")
        let (inner, outer) = (try envelope?.bool("strict"), try format.bool("strict"))
        let isStrict = inner ?? outer ?? false
        if let schema = envelope?["schema"] {
            return SchemaFields(schema, at: "response_format.json_schema.schema", isStrict: isStrict)
        }
        if let schema = format["schema"] {
            return SchemaFields(schema, at: "response_format.schema", isStrict: isStrict)
        }
        guard let envelope,
            ["type", "properties", "$ref", "anyOf", "oneOf", "allOf", "enum"].contains(where: { envelope[$0] != nil })
        else { return nil }
        return SchemaFields(envelope.json, at: "response_format.json_schema", isStrict: isStrict)
    }

    /// The schema in the engine's words.
    /// - Throws: 400 naming what can't be followed.
    func checked() throws(APIError) -> CheckedSchema {
        switch schema {
        case .object, .bool: break
        default: throw APIError(.invalidRequest, "a JSON schema must be an object, not \(schema.kind)")
        }
        let checked = try SchemaCheck.check(schema, at: path, for: .answer(isStrict: isStrict))
        for place in checked.ignored { EngineRuntime.warn("the JSON schema's '\(place)' is not enforced") }
        return checked
    }

    /// The GBNF grammar of the schema.
    /// - Throws: 400 naming what can't be followed.
    func grammar() throws(APIError) -> String {
        let request = JSONValue.object(try checked().request).text
        do {
            return try SchemaGrammar.text(of: request)
        } catch {
            throw APIError(error)
        }
    }
}
