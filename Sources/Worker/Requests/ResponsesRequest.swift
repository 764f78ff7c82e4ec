// SPDX-License-Identifier: MIT

package import Wire

/// A request of OpenAI's Responses API, read as the chat completion that it stands for.
package enum ResponsesRequest {
    /// What is said otherwise in a chat completion.
    private static let converted: Set<String> = [
        "input", "instructions", "tools", "tool_choice", "max_output_tokens", "reasoning", "text", "messages",
        "previous_response_id", "conversation",
    ]

    /// The request as a chat completion's.
    /// - Throws: 400 naming the field.
    package static func chat(_ fields: RequestFields) throws(APIError) -> RequestFields {
        guard let input = fields["input"] else {
            throw APIError(.invalidRequest, "'input' is required: a string or an array of items")
        }
        if let earlier = try fields.string("previous_response_id"), !earlier.isEmpty {
            throw APIError(
                .invalidRequest,
                "'previous_response_id' is not supported: nothing is kept of earlier responses; send the whole "
                    + "conversation as 'input'"
            )
        }
        if fields["conversation"] != nil {
            throw APIError(
                .invalidRequest,
                "'conversation' is not supported: nothing is kept; send the whole conversation as 'input'"
            )
        }
        var members = (fields.json.members ?? []).filter { !converted.contains($0.name) }
        members.append(.init("messages", .array(try messages(input, fields).map(\.json))))
        members += try tools(fields)
        if let limit = fields["max_output_tokens"] { members.append(.init("max_tokens", limit)) }
        if let effort = try fields.object("reasoning")?["effort"] { members.append(.init("reasoning_effort", effort)) }
        if let format = try fields.object("text")?.object("format") {
            members.append(.init("response_format", responseFormat(format)))
        }
        return RequestFields(.object(members))
    }

    private static func messages(_ input: JSONValue, _ fields: RequestFields) throws(APIError) -> [ChatMessage] {
        var messages: [ChatMessage] = []
        if let instructions = try fields.string("instructions") {
            messages.append(ChatMessage("system", .string(instructions)))
        }
        switch input {
        case .string:
            messages.append(ChatMessage("user", input))
        case .array(let items):
            for (index, item) in items.enumerated() {
                guard case .object = item else {
                    throw APIError(.invalidRequest, "'input[\(index)]' must be an object, not \(item.kind)")
                }
                try append(RequestFields(item), "input[\(index)]", to: &messages)
            }
        default:
            throw fields.wrongKind("input", "a string or an array of items", input)
        }
        return messages
    }

    private static func tools(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if let tools = fields["tools"] {
            guard let list = tools.array else { throw fields.wrongKind("tools", "an array", tools) }
            // The other kinds are the provider's own; chat completions have no such thing.
            let functions = list.filter { $0["type"]?.string == "function" }.map { tool -> JSONValue in
                let rest = (tool.members ?? []).filter { $0.name != "type" }
                return ["type": "function", "function": .object(rest)]
            }
            if !functions.isEmpty { members.append(.init("tools", .array(functions))) }
        }
        guard let choice = fields["tool_choice"] else { return members }
        if let name = choice["name"], choice["type"]?.string == "function" {
            members.append(.init("tool_choice", ["type": "function", "function": ["name": name]]))
        } else if case .string = choice {
            members.append(.init("tool_choice", choice))
        }
        return members
    }

    /// `text.format`, whose schema stands beside the type and not below it.
    private static func responseFormat(_ format: RequestFields) -> JSONValue {
        guard format["type"]?.string == "json_schema", let schema = format["schema"] else { return format.json }
        return ["type": "json_schema", "json_schema": ["name": format["name"] ?? "answer", "schema": schema]]
    }
}
