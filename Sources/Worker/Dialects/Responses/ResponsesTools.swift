// SPDX-License-Identifier: MIT

import API
import Wire

/// The tools of a response: functions, functions in a namespace and tools with free input are functions for the model.
/// Tools that OpenAI itself would run are left out, and the answer has a warning.
struct ResponsesTools {
    /// Chat completions' tools.
    private(set) var functions: [JSONValue] = []
    private(set) var calls = CallNames()
    private(set) var warnings: RequestWarnings
    private var names: Set<String> = []
    /// Kinds that were left out.
    private var dropped: Set<String> = []

    /// - Parameter warnings: those so far.
    /// - Throws: 400 with the place of a tool that can't be read.
    init(_ fields: RequestFields, warnings: RequestWarnings) throws(APIError) {
        self.warnings = warnings
        guard let tools = fields[\ResponsesMembers.tools] else { return }
        guard let list = tools.array else { throw fields.wrongKind("tools", "an array", tools) }
        for (index, tool) in list.enumerated() { try take(tool, "tools[\(index)]", namespace: nil) }
    }

    private mutating func take(_ tool: JSONValue, _ place: String, namespace: String?) throws(APIError) {
        guard let kind = tool["type"]?.string else {
            throw APIError(.invalidRequest, "'\(place).type' must be a string such as \"function\"")
        }
        switch kind {
        case "function": try add(function(tool), try name(tool, place, namespace), place, namespace: namespace)
        case "custom":
            try add(
                freeform(tool, place),
                try name(tool, place, namespace),
                place,
                namespace: namespace,
                isFreeform: true
            )
        case "namespace" where namespace == nil:
            guard let name = tool["name"]?.string, !name.isEmpty else {
                throw APIError(.invalidRequest, "'\(place).name' must be a string")
            }
            guard let list = tool["tools"]?.array else {
                throw APIError(.invalidRequest, "'\(place).tools' must be an array of tools")
            }
            for (index, inner) in list.enumerated() { try take(inner, "\(place).tools[\(index)]", namespace: name) }
        default:
            dropped.insert(kind)
            warnings.add("the tool '\(kind)' is left out: this server runs no tools of its own")
        }
    }

    private mutating func add(
        _ members: [JSONValue.Member],
        _ name: String,
        _ place: String,
        namespace: String?,
        isFreeform: Bool = false
    ) throws(APIError) {
        let flat = CallNames.flat(name, in: namespace)
        guard names.insert(flat).inserted else {
            throw APIError(.invalidRequest, "'\(place).name': two of 'tools' are called '\(flat)'")
        }
        if namespace != nil || isFreeform {
            calls.add(.init(name: name, namespace: namespace, isFreeform: isFreeform), as: flat)
        }
        functions.append(["type": "function", "function": .object([.init("name", .string(flat))] + members)])
    }

    private func name(_ tool: JSONValue, _ place: String, _ namespace: String?) throws(APIError) -> String {
        guard let name = tool["name"]?.string, !name.isEmpty else {
            throw APIError(.invalidRequest, "'\(place).name' must be a string")
        }
        return name
    }

    /// What stands beside the name; null is as good as nothing.
    private func function(_ tool: JSONValue) -> [JSONValue.Member] {
        (tool.members ?? []).filter { !["type", "name"].contains($0.name) && $0.value != .null }
    }

    /// A tool whose input is text of any form, as a function with one string.
    private mutating func freeform(_ tool: JSONValue, _ place: String) throws(APIError) -> [JSONValue.Member] {
        var description = tool["description"]?.string ?? ""
        switch tool["format"]?["type"]?.string {
        case nil, "text": break
        case "grammar":
            let syntax = tool["format"]?["syntax"]?.string ?? "lark"
            guard let definition = tool["format"]?["definition"]?.string else {
                throw APIError(.invalidRequest, "'\(place).format.definition' must be a string")
            }
            description += "\n\nThe input must follow this \(syntax) grammar:\n\(definition)"
            warnings.add(
                "the grammar of the custom tool '\(tool["name"]?.string ?? "")' is told to the model, not enforced"
            )
        case let other?:
            throw APIError(.invalidRequest, "'\(place).format.type' must be text or grammar, not '\(other)'")
        }
        return [
            .init("description", .string(description)),
            .init(
                "parameters",
                [
                    "type": "object",
                    "properties": ["input": ["type": "string", "description": "The whole input, as plain text"]],
                    "required": ["input"], "additionalProperties": false,
                ]
            ),
        ]
    }

    // MARK: The choice

    /// The tools and the choice among them, as a chat completion has them.
    /// - Throws: 400 for a choice of what isn't there.
    func members(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        let tools = functions.isEmpty ? [] : [JSONValue.Member("tools", .array(functions))]
        guard let choice = fields[\ResponsesMembers.toolChoice] else { return tools }
        if let word = choice.string {
            guard word != "required" || !functions.isEmpty else {
                throw APIError(.invalidRequest, "'tool_choice' is required, but no function is among 'tools'")
            }
            return tools + [.init("tool_choice", choice)]
        }
        guard case .object = choice else { throw fields.wrongKind("tool_choice", "a string or an object", choice) }
        if choice["type"]?.string == "allowed_tools" { return try allowed(choice) }
        let name = try chosen(choice, "tool_choice")
        return tools + [.init("tool_choice", ["type": "function", "function": ["name": .string(name)]])]
    }

    /// Those tools that may be called; the others aren't shown to the model.
    private func allowed(_ choice: JSONValue) throws(APIError) -> [JSONValue.Member] {
        guard let list = choice["tools"]?.array, !list.isEmpty else {
            throw APIError(.invalidRequest, "'tool_choice.tools' must be an array of tools")
        }
        let mode = choice["mode"]?.string ?? "auto"
        guard ["auto", "required"].contains(mode) else {
            throw APIError(.invalidRequest, "'tool_choice.mode' must be auto or required, not '\(mode)'")
        }
        var wanted: Set<String> = []
        for (index, tool) in list.enumerated() {
            // A kind that was left out may be allowed: that promises nothing.
            if mode == "auto", let kind = tool["type"]?.string, dropped.contains(kind) { continue }
            wanted.insert(try chosen(tool, "tool_choice.tools[\(index)]"))
        }
        let left = functions.filter { wanted.contains($0["function"]?["name"]?.string ?? "") }
        guard !left.isEmpty else { return [] }
        return [.init("tools", .array(left)), .init("tool_choice", .string(mode))]
    }

    /// The model's name of a tool that is named.
    private func chosen(_ choice: JSONValue, _ place: String) throws(APIError) -> String {
        switch choice["type"]?.string {
        case "function", "custom":
            guard let name = choice["name"]?.string else {
                throw APIError(.invalidRequest, "'\(place).name' must be a string")
            }
            let flat = CallNames.flat(name, in: choice["namespace"]?.string)
            if names.contains(flat) { return flat }
            // A function of a namespace may be named alone where that is clear.
            let inNamespaces = names.filter { calls.tool($0).namespace != nil && calls.tool($0).name == name }
            guard inNamespaces.count == 1, let only = inNamespaces.first else {
                throw APIError(.invalidRequest, "'\(place).name' is '\(flat)', which is not among 'tools'")
            }
            return only
        case let kind?:
            throw APIError(
                .invalidRequest,
                "'\(place).type' cannot be '\(kind)': this server runs no tools of its own; choose a function"
            )
        case nil:
            throw APIError(.invalidRequest, "'\(place).type' must be a string such as \"function\"")
        }
    }
}
