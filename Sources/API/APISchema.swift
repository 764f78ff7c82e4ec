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

    package static func integer(in range: ClosedRange<Int>) -> APISchema {
        // What a range of all whole numbers says is said by the type.
        guard range != Int.min...Int.max else { return .integer }
        return APISchema(
            type: "integer",
            [.init("minimum", .integer(Int64(range.lowerBound))), .init("maximum", .integer(Int64(range.upperBound)))]
        )
    }

    package static func number(in range: ClosedRange<Double>) -> APISchema {
        var limits = [JSONValue.Member("maximum", .number(range.upperBound))]
        // Less than that no number is.
        if range.lowerBound > -Double(Float.greatestFiniteMagnitude) {
            limits.insert(.init("minimum", .number(range.lowerBound)), at: 0)
        }
        return APISchema(type: "number", limits)
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

    /// An object whose members have any names.
    package static func map(_ element: APISchema) -> APISchema {
        APISchema(type: "object", [.init("additionalProperties", element.json)])
    }

    package static func either(_ schemas: APISchema...) -> APISchema {
        APISchema([.init("anyOf", .array(schemas.map(\.json)))])
    }

    package static func nullable(_ schema: APISchema) -> APISchema { either(schema, .null) }

    /// The same or null, in the shortest words that say so.
    package var orNull: APISchema {
        let members = json.members ?? []
        guard !members.allSatisfy({ $0.name == "description" }) else { return self }
        if let place = members.firstIndex(where: { $0.name == "type" }), let type = members[place].value.string,
            json["enum"] == nil
        {
            var members = members
            members[place] = .init("type", [.string(type), "null"])
            return APISchema(members)
        }
        if let place = members.firstIndex(where: { $0.name == "anyOf" }), let either = members[place].value.array {
            var members = members
            if !either.contains(Self.null.json) { members[place] = .init("anyOf", .array(either + [Self.null.json])) }
            return APISchema(members)
        }
        let sentence = members.filter { $0.name == "description" }
        return APISchema(
            [.init("anyOf", [.object(members.filter { $0.name != "description" }), Self.null.json])] + sentence
        )
    }

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
