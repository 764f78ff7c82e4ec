// SPDX-License-Identifier: MIT

import API
import Wire

/// The tools of Anthropic's messages. Those whose schema only the provider's models know are functions with a schema
/// written out, where the caller runs them; those that the provider runs are left out, and the caller is told.
struct AnthropicTools {
    /// Chat completions' tools.
    private(set) var functions: [JSONValue] = []
    private(set) var warnings: RequestWarnings
    private var names: Set<String> = []

    /// - Parameter warnings: those so far.
    /// - Throws: 400 with the place of a tool that can't be read.
    init(_ fields: RequestFields, warnings: RequestWarnings) throws(APIError) {
        self.warnings = warnings
        guard let tools = fields[\AnthropicMembers.tools] else { return }
        guard let list = tools.array else { throw fields.wrongKind("tools", "an array", tools) }
        for (index, tool) in list.enumerated() { try take(tool, "tools[\(index)]") }
    }

    private mutating func take(_ tool: JSONValue, _ place: String) throws(APIError) {
        guard case .object = tool else {
            throw APIError(.invalidRequest, "each of 'tools' must be an object: '\(place)' is \(tool.kind)")
        }
        let kind = tool["type"]?.string ?? "custom"
        let known = kind == "custom" ? nil : Self.known(kind)
        guard kind == "custom" || known != nil else {
            warnings.add("the tool '\(kind)' is left out: this server runs no tools of its own")
            return
        }
        guard let name = tool["name"]?.string, !name.isEmpty else {
            throw APIError(.invalidRequest, "each of 'tools' needs a 'name': '\(place)' has none")
        }
        names.insert(name)
        var schema = tool["input_schema"] ?? .null
        if schema == .null { schema = known?.schema ?? [:] }
        var function: [JSONValue.Member] = [
            .init("name", .string(name)),
            .init("description", .string(tool["description"]?.string ?? known?.description ?? "")),
            .init("parameters", schema),
        ]
        if let strict = tool["strict"], strict != .null { function.append(.init("strict", strict)) }
        functions.append(["type": "function", "function": .object(function)])
    }

    // MARK: The choice

    /// The tools and the choice among them, as a chat completion has them.
    /// - Throws: 400 for a choice of what isn't there.
    func members(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        var members = functions.isEmpty ? [] : [JSONValue.Member("tools", .array(functions))]
        guard let choice = try fields[\AnthropicMembers.toolChoice] else { return members }
        switch try choice.string("type") {
        case "auto": members.append(.init("tool_choice", "auto"))
        case "none": members.append(.init("tool_choice", "none"))
        case "any":
            guard !functions.isEmpty else {
                throw APIError(
                    .invalidRequest,
                    "'tool_choice.type' is any, but no tool that can be called is among 'tools'"
                )
            }
            members.append(.init("tool_choice", "required"))
        case "tool":
            guard let name = try choice.string("name") else {
                throw APIError(.invalidRequest, "'tool_choice.name' is missing")
            }
            guard names.contains(name) else {
                throw APIError(.invalidRequest, "'tool_choice.name' is '\(name)', which can't be called here")
            }
            members.append(.init("tool_choice", ["type": "function", "function": ["name": .string(name)]]))
        default:
            throw APIError(.invalidRequest, "'tool_choice.type' must be auto, any, tool or none")
        }
        if try choice.bool("disable_parallel_tool_use") == true {
            members.append(.init("parallel_tool_calls", false))
        }
        return members
    }

    // MARK: Tools that the caller runs

    /// What a tool of the provider's takes that the caller runs; nil for others.
    /// - Parameter kind: its type, a name with a date behind it.
    private static func known(_ kind: String) -> (description: String, schema: JSONValue)? {
        let name = kind.split(separator: "_").dropLast().joined(separator: "_")
        return switch name {
        case "bash": (description: "Runs a command in a shell that keeps its state between calls.", schema: shell)
        case "text_editor":
            (description: "Shows, creates and changes text files.", schema: editor)
        default: nil
        }
    }

    private static let shell: JSONValue = [
        "type": "object",
        "properties": [
            "command": ["type": "string", "description": "The command to run; needed unless restart is true"],
            "restart": ["type": "boolean", "description": "Whether to start the shell anew instead"],
        ],
    ]

    private static let editor: JSONValue = [
        "type": "object",
        "properties": [
            "command": ["type": "string", "enum": ["view", "create", "str_replace", "insert"]],
            "path": ["type": "string", "description": "The file's or folder's path"],
            "view_range": [
                "type": "array", "items": ["type": "integer"],
                "description": "For view: the first and the last line, from 1 on; -1 for the file's end",
            ],
            "file_text": ["type": "string", "description": "For create: the whole text"],
            "old_str": [
                "type": "string", "description": "For str_replace: the text that is replaced, which stands there once",
            ],
            "new_str": ["type": "string", "description": "For str_replace: the text that replaces it"],
            "insert_line": [
                "type": "integer", "description": "For insert: the line behind which to insert; 0 for the top",
            ],
            "insert_text": ["type": "string", "description": "For insert: the text to insert"],
        ],
        "required": ["command", "path"],
    ]
}
