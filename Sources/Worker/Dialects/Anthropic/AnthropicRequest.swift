// SPDX-License-Identifier: MIT

package import API
package import Wire

/// A request of Anthropic's Messages API, read as the chat completion that it stands for. llama-server's own members are let through.
package enum AnthropicRequest {
    /// What asks for things that only the provider has.
    private static let foreign = ["mcp_servers", "container", "context_management"]
    /// Tokens to generate where a request doesn't say; Anthropic's own clients always do.
    private static let defaultMaxTokens: Int64 = 4096

    /// The request as a chat completion's.
    /// - Throws: 400 naming the field.
    package static func read(_ fields: RequestFields) throws(APIError) -> ConvertedRequest {
        var warnings = RequestWarnings()
        for name in foreign where fields[name] != nil && fields[name]?.array?.isEmpty != true {
            warnings.add("'\(name)' has no effect")
        }
        var messages: [ChatMessage] = []
        if let system = try system(fields) { messages.append(ChatMessage("system", .string(system))) }
        guard let value = fields[\AnthropicMembers.messages] else {
            throw APIError(.invalidRequest, "'messages' is required: an array of messages")
        }
        guard let list = value.array else { throw fields.wrongKind("messages", "an array", value) }
        for (index, message) in list.enumerated() {
            guard case .object = message else {
                throw APIError(.invalidRequest, "'messages[\(index)]' must be an object, not \(message.kind)")
            }
            try append(RequestFields(message), "messages[\(index)]", to: &messages, &warnings)
        }
        // llama-server answers a conversation without messages in this dialect, and its clients count on that.
        if list.isEmpty { messages.append(ChatMessage("user", .string(""))) }
        let tools = try AnthropicTools(fields, warnings: warnings)
        warnings = tools.warnings
        var members = (fields.json.members ?? []).filter { !AnthropicMembers.converted.contains($0.name) }
        members.append(.init("messages", .array(ConversationOrder.ordered(messages.map(\.json)))))
        members.append(.init("max_tokens", fields[\AnthropicMembers.maxTokens] ?? .integer(defaultMaxTokens)))
        if let stops = fields[\AnthropicMembers.stops] { members.append(.init("stop", stops)) }
        members += try tools.members(fields)
        members += try thinking(fields, &warnings)
        members += try output(fields, &warnings)
        return ConvertedRequest(chat: RequestFields(.object(members)), warnings: warnings)
    }

    /// `system`, a string or an array of blocks of text.
    private static func system(_ fields: RequestFields) throws(APIError) -> String? {
        switch fields[\AnthropicMembers.system] {
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

    private static func thinking(
        _ fields: RequestFields,
        _ warnings: inout RequestWarnings
    ) throws(APIError) -> [JSONValue.Member] {
        guard let thinking = try fields[\AnthropicMembers.thinking] else { return [] }
        if try thinking.string("display") == "omitted" {
            warnings.add("'thinking.display' has no effect: thoughts are given whole")
        }
        switch try thinking.string("type") {
        case "enabled":
            let budget = try thinking.integer("budget_tokens", in: 0...Int(Int32.max)) ?? 10_000
            return [.init("enable_thinking", true), .init("thinking_budget_tokens", .integer(Int64(budget)))]
        case "disabled": return [.init("enable_thinking", false)]
        case "adaptive": return []
        case "between_tools":
            warnings.add("'thinking.type' between_tools has no effect: the model thinks where it likes")
            return []
        default:
            throw APIError(.invalidRequest, "'thinking.type' must be enabled, disabled, adaptive or between_tools")
        }
    }

    /// `output_config`, and the field that its `format` was before.
    private static func output(
        _ fields: RequestFields,
        _ warnings: inout RequestWarnings
    ) throws(APIError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        let config = try fields[\AnthropicMembers.outputConfig]
        for member in config?.json.members ?? [] where !["effort", "format"].contains(member.name) {
            if member.value != .null { warnings.add("'output_config.\(member.name)' has no effect") }
        }
        if let effort = try config?.string("effort") {
            // Templates know three.
            let word = ["xhigh", "max"].contains(effort) ? "high" : effort
            members.append(.init("reasoning_effort", .string(word)))
        }
        let newer = try config?.object("format")
        let older = try fields[\AnthropicMembers.outputFormat]
        guard let format = newer ?? older else { return members }
        let place = newer == nil ? "output_format" : "output_config.format"
        guard try format.string("type") == "json_schema" else {
            throw APIError(.invalidRequest, "'\(place).type' must be json_schema")
        }
        guard let schema = format["schema"] else {
            throw APIError(.invalidRequest, "'\(place).schema' is missing; it must be a JSON schema")
        }
        let named: JSONValue = ["name": "answer", "strict": true, "schema": schema]
        return members + [.init("response_format", ["type": "json_schema", "json_schema": named])]
    }
}
