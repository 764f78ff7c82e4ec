// SPDX-License-Identifier: MIT

import API
package import Wire

/// The API as OpenAPI 3.1 describes one (https://spec.openapis.org/oas/v3.1.0): `GET /openapi.json`, and `docs/openapi.yaml`.
package enum OpenAPIDocument {
    /// Everything that can be asked.
    static let operations = APIOperation.models + APIOperation.router + APIOperation.ollama

    /// The methods of each path, for the test that compares them with the routes.
    package static var methods: [String: Set<String>] {
        operations.reduce(into: [:]) { result, operation in
            for path in operation.paths { result[path, default: []].insert(operation.method) }
        }
    }

    /// The whole document.
    package static let json: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Enginehouse", "version": .string(Version.current),
            "summary": "Serves many language models behind one address.",
            "license": ["name": "MIT", "identifier": "MIT"],
        ],
        "servers": [["url": "/"]],
        "security": [.object([]), ["bearer": []], ["key": []]],
        "paths": paths,
        "components": [
            "securitySchemes": [
                "bearer": ["type": "http", "scheme": "bearer"],
                "key": ["type": "apiKey", "in": "header", "name": "x-api-key"],
            ],
            "responses": .object(APIOperation.errorAnswers(of: operations)),
            "schemas": .object(APIOperation.components.map { .init($0.0, $0.1.json) }),
        ],
    ]

    private static var paths: JSONValue {
        var order: [String] = []
        var members: [String: [JSONValue.Member]] = [:]
        for operation in operations {
            for path in operation.paths {
                if members[path] == nil { order.append(path) }
                let member = JSONValue.Member(operation.method.lowercased(), operation.json(at: path))
                members[path, default: []].append(member)
            }
        }
        return .object(order.map { .init($0, .object(members[$0] ?? [])) })
    }

    /// The page `docs/openapi.yaml`. Texts are written as JSON writes them, which YAML reads as well.
    package static var yaml: String {
        var text = "# From the table of operations by `enginehouse --openapi`; a test says when it is stale.\n"
        write(json, depth: 0, to: &text)
        return text
    }

    private static func write(_ value: JSONValue, depth: Int, to text: inout String) {
        let indent = String(repeating: "  ", count: depth)
        switch value {
        case .object(let members) where !members.isEmpty:
            for member in members {
                text += indent + key(member.name) + ":"
                writeBehind(member.value, depth: depth, to: &text)
            }
        case .array(let values) where !values.isEmpty:
            for value in values {
                text += indent + "-"
                writeBehind(value, depth: depth, to: &text)
            }
        default:
            text += indent + value.text + "\n"
        }
    }

    /// Writes what stands behind a key or a dash: on the same line where it is short, else deeper below.
    private static func writeBehind(_ value: JSONValue, depth: Int, to text: inout String) {
        let line = value.text
        if line.utf8.count <= 100 || (value.members == nil && value.array == nil) {
            text += " " + line + "\n"
        } else {
            text += "\n"
            write(value, depth: depth + 1, to: &text)
        }
    }

    /// A key, quoted where YAML could take it for something else, as it does `no` and `true`.
    private static func key(_ name: String) -> String {
        let isPlain = name.utf8.count > 5 && name.allSatisfy { $0.isASCII && ($0.isLetter || $0 == "_" || $0 == "-") }
        return isPlain ? name : JSONValue.string(name).text
    }
}
