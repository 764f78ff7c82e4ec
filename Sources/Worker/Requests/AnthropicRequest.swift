// SPDX-License-Identifier: MIT

package import Wire

/// A request of Anthropic's Messages API, read as the chat completion that it stands for.
package enum AnthropicRequest {
    /// Fields that mean the same in a chat completion. llama-server's own are let through as well.
    private static let converted: Set<String> = [
        "system", "messages", "tools", "tool_choice", "stop_sequences", "max_tokens", "thinking", "metadata",
    ]
    /// Tokens to generate where a request doesn't say; Anthropic's own clients always do.
    private static let defaultMaxTokens: Int64 = 4096

    /// The request as a chat completion's.
    /// - Throws: 400 naming the field.
    package static func chat(_ fields: RequestFields) throws(APIError) -> RequestFields {
        var messages: [ChatMessage] = []
        if let system = try system(fields) { messages.append(ChatMessage("system", .string(system))) }
        guard let value = fields["messages"] else {
            throw APIError(.invalidRequest, "'messages' is required: an array of messages")
        }
        guard let list = value.array else { throw fields.wrongKind("messages", "an array", value) }
        for (index, message) in list.enumerated() {
            guard case .object = message else {
                throw APIError(.invalidRequest, "'messages[\(index)]' must be an object, not \(message.kind)")
            }
            try append(RequestFields(message), "messages[\(index)]", to: &messages)
        }
        var members = (fields.json.members ?? []).filter { !converted.contains($0.name) }
        members.append(.init("messages", .array(messages.map(\.json))))
        members.append(.init("max_tokens", fields["max_tokens"] ?? .integer(defaultMaxTokens)))
        if let stops = fields["stop_sequences"] { members.append(.init("stop", stops)) }
        members += try tools(fields)
        members += try thinking(fields)
        return RequestFields(.object(members))
    }

    /// `system`, a string or an array of blocks of text.
    private static func system(_ fields: RequestFields) throws(APIError) -> String? {
        switch fields["system"] {
        case nil: return nil
        case .string(let text): return withoutStamp(text)
        case .array(let blocks):
            var text = ""
            for block in blocks {
                guard block["type"]?.string == "text", let part = block["text"]?.string else {
                    throw APIError(.invalidRequest, "a block of 'system' must be {\"type\": \"text\", \"text\": …}")
                }
                text += withoutStamp(part)
            }
            return text
        case let other?: throw fields.wrongKind("system", "a string or an array of blocks", other)
        }
    }

    /// Claude Code begins its system prompt with a line that has a check sum of the request, `cch=a1b2c;`. It means nothing
    /// to a model, and since it is another one each time, no prompt would be found in the cache.
    private static func withoutStamp(_ text: String) -> String {
        let mark = "cch="
        guard text.hasPrefix("x-anthropic-billing-header:"), let found = text.firstRange(of: mark) else { return text }
        let stamp = text[found.upperBound...].prefix(5)
        guard stamp.count == 5, text[stamp.endIndex...].hasPrefix(";") else { return text }
        return text[..<found.upperBound] + "fffff" + text[stamp.endIndex...]
    }

    private static func tools(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if let tools = fields["tools"] {
            guard let list = tools.array else { throw fields.wrongKind("tools", "an array", tools) }
            var functions: [JSONValue] = []
            for tool in list {
                guard let name = tool["name"]?.string else {
                    throw APIError(.invalidRequest, "each of 'tools' needs a 'name'")
                }
                functions.append([
                    "type": "function",
                    "function": [
                        "name": .string(name), "description": .string(tool["description"]?.string ?? ""),
                        "parameters": tool["input_schema"] ?? [:],
                    ],
                ])
            }
            members.append(.init("tools", .array(functions)))
        }
        guard let choice = try fields.object("tool_choice") else { return members }
        switch try choice.string("type") {
        case "auto": members.append(.init("tool_choice", "auto"))
        case "any": members.append(.init("tool_choice", "required"))
        case "none": members.append(.init("tool_choice", "none"))
        case "tool":
            guard let name = try choice.string("name") else {
                throw APIError(.invalidRequest, "'tool_choice.name' is missing")
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

    private static func thinking(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        guard let thinking = try fields.object("thinking") else { return [] }
        switch try thinking.string("type") {
        case "enabled":
            let budget = try thinking.integer("budget_tokens", in: 0...Int(Int32.max)) ?? 10_000
            return [.init("thinking_budget_tokens", .integer(Int64(budget)))]
        case "disabled": return [.init("enable_thinking", false)]
        case "adaptive": return []
        default: throw APIError(.invalidRequest, "'thinking.type' must be enabled, disabled or adaptive")
        }
    }
}
