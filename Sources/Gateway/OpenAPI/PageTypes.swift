// SPDX-License-Identifier: MIT

import API
import Wire

/// The components of the document as TypeScript declarations, by which the page's comments name them: `Sources/Page/types/api.d.ts`.
package enum PageTypes {
    package static var text: String {
        let components = APIOperation.components.map { name, schema in
            "export type \(name) = \(type(schema.json, depth: 0));\n"
        }
        return """
            // SPDX-License-Identifier: MIT
            // From the API's resources by `enginehouse --page-types`; a test says when it is stale.


            """ + components.joined(separator: "\n")
    }

    private static func type(_ schema: JSONValue, depth: Int) -> String {
        if let name = schema["$ref"]?.string?.split(separator: "/").last { return String(name) }
        if let either = schema["anyOf"]?.array { return either.map { type($0, depth: depth) }.joined(separator: " | ") }
        if let words = schema["enum"]?.array { return words.map(\.text).joined(separator: " | ") }
        if let types = schema["type"]?.array {
            return types.map { type(schema.setting("type", to: $0), depth: depth) }.joined(separator: " | ")
        }
        switch schema["type"]?.string {
        case "string": return "string"
        case "boolean": return "boolean"
        case "integer", "number": return "number"
        case "null": return "null"
        case "array":
            let element = type(schema["items"] ?? .object([]), depth: depth)
            return element.contains(" ") ? "(\(element))[]" : "\(element)[]"
        case "object":
            if let element = schema["additionalProperties"] { return "Record<string, \(type(element, depth: depth))>" }
            guard let members = schema["properties"]?.members else { return "Record<string, unknown>" }
            let required = Set(schema["required"]?.array?.compactMap(\.string) ?? [])
            let indent = String(repeating: "  ", count: depth + 1)
            let lines = members.map { member in
                let mark = required.contains(member.name) ? "" : "?"
                let isPlain = member.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                let name = isPlain ? member.name : JSONValue.string(member.name).text
                return "\(indent)\(name)\(mark): \(type(member.value, depth: depth + 1));\n"
            }
            return "{\n" + lines.joined() + indent.dropLast(2) + "}"
        default: return "unknown"
        }
    }
}
