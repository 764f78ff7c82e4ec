// SPDX-License-Identifier: MIT

package import Wire

/// The shape of a JSON value, in the words of JSON Schema 2020-12.
package struct APISchema: Sendable {
    package let json: JSONValue

    private init(_ members: [JSONValue.Member]) {
        json = .object(members)
    }

    private init(type: String, _ members: [JSONValue.Member] = []) {
        self.init([.init("type", .string(type))] + members)
    }

    /// Anything.
    package static let any = APISchema([])
    package static let text = APISchema(type: "string")
    package static let flag = APISchema(type: "boolean")
    package static let number = APISchema(type: "number")
    package static let null = APISchema(type: "null")
    package static let integer = APISchema(type: "integer")
    /// An object with any members.
    package static let document = APISchema(type: "object")
    package static let count = integer(from: 0)

    package static func integer(from least: Int64) -> APISchema {
        APISchema(type: "integer", [.init("minimum", .integer(least))])
    }

    /// A text with a character at least.
    package static let name = APISchema(type: "string", [.init("minLength", 1)])

    package static func words(_ words: String...) -> APISchema { self.words(words) }

    package static func words(_ words: [String]) -> APISchema {
        APISchema(type: "string", [.init("enum", .array(words.map(JSONValue.string)))])
    }

    package static func list(_ element: APISchema) -> APISchema {
        APISchema(type: "array", [.init("items", element.json)])
    }

    package static func either(_ schemas: APISchema...) -> APISchema {
        APISchema([.init("anyOf", .array(schemas.map(\.json)))])
    }

    package static func nullable(_ schema: APISchema) -> APISchema { either(schema, .null) }

    /// One of the document's components.
    package static func component(_ name: String) -> APISchema {
        APISchema([.init("$ref", .string("#/components/schemas/\(name)"))])
    }

    /// An object. More members than are named may be there.
    /// - Parameter required: the names of those that must be.
    package static func object(_ members: [(String, APISchema)], required: [String] = []) -> APISchema {
        var parts = [
            JSONValue.Member("properties", .object(members.map { .init($0.0, $0.1.json) }))
        ]
        if !required.isEmpty { parts.append(.init("required", .array(required.map(JSONValue.string)))) }
        return APISchema(type: "object", parts)
    }

    /// The same with a sentence.
    package func described(_ sentence: String) -> APISchema {
        APISchema((json.members ?? []) + [.init("description", .string(sentence))])
    }
}
