// SPDX-License-Identifier: MIT

import API
import Wire

/// The items of `input`. What an assistant did, item by item, becomes one message.
extension ResponsesRequest {
    static func append(
        _ item: RequestFields,
        _ place: String,
        to messages: inout [ChatMessage],
        _ warnings: inout RequestWarnings
    ) throws(APIError) {
        switch try item.string("type") {
        case nil, "message": try appendMessage(item, place, to: &messages)
        case "function_call":
            try appendCall(item, place, arguments: try required("arguments", item, place), to: &messages)
        case "custom_tool_call":
            let arguments: JSONValue = ["input": .string(try required("input", item, place))]
            try appendCall(item, place, arguments: arguments.text, to: &messages)
        case "function_call_output", "custom_tool_call_output":
            var message = ChatMessage("tool", try output(item, place))
            message.toolCallID = try required("call_id", item, place)
            messages.append(message)
        case "reasoning":
            let text = try reasoning(item, place)
            if !text.isEmpty { change(&messages) { $0.reasoning += text } }
        case let kind? where isHosted(kind):
            warnings.add("items of the type '\(kind)' are left out: this server runs no such tool")
        case let other?:
            throw APIError(
                .invalidRequest,
                "'\(place).type' must be message, function_call, function_call_output, custom_tool_call, "
                    + "custom_tool_call_output or reasoning, not '\(other)'"
            )
        }
    }

    /// Whether items of that type tell of a tool that ran elsewhere: conversations that were begun there have them.
    private static func isHosted(_ kind: String) -> Bool {
        kind.hasSuffix("_call") || kind.hasSuffix("_call_output") || kind.hasPrefix("mcp_")
            || kind == "tool_search_output"
    }

    private static func appendCall(
        _ item: RequestFields,
        _ place: String,
        arguments: String,
        to messages: inout [ChatMessage]
    ) throws(APIError) {
        let call = ChatMessage.call(
            id: try required("call_id", item, place),
            name: CallNames.flat(try required("name", item, place), in: try item.string("namespace")),
            arguments: arguments
        )
        change(&messages) { $0.toolCalls.append(call) }
    }

    /// Changes the assistant's message at the end, or begins one.
    private static func change(_ messages: inout [ChatMessage], _ body: (inout ChatMessage) -> Void) {
        if messages.last?.role != "assistant" { messages.append(ChatMessage("assistant")) }
        body(&messages[messages.count - 1])
    }

    private static func appendMessage(
        _ item: RequestFields,
        _ place: String,
        to messages: inout [ChatMessage]
    ) throws(APIError) {
        let role = try required("role", item, place)
        guard ["user", "system", "developer", "assistant"].contains(role) else {
            throw APIError(
                .invalidRequest,
                "'\(place).role' must be user, system, developer or assistant, not '\(role)'"
            )
        }
        var parts: [JSONValue] = []
        switch item["content"] {
        case .string(let text): parts.append(ChatMessage.text(text))
        case .array(let list):
            for part in list { parts.append(try convert(part, place)) }
        // An assistant that said nothing.
        case nil where role == "assistant": return
        case nil: throw APIError(.invalidRequest, "'\(place).content' is missing")
        case let other?: throw item.wrongKind("\(place).content", "a string or an array of parts", other)
        }
        guard role == "assistant" else {
            messages.append(ChatMessage(role, .array(parts)))
            return
        }
        change(&messages) { $0.append(parts: parts) }
    }

    private static func convert(_ part: JSONValue, _ place: String) throws(APIError) -> JSONValue {
        switch part["type"]?.string {
        case "input_text", "output_text", "text":
            guard let text = part["text"]?.string else {
                throw APIError(.invalidRequest, "a text in '\(place).content' needs a 'text' that is a string")
            }
            return ChatMessage.text(text)
        case "refusal":
            return ChatMessage.text(part["refusal"]?.string ?? "")
        case "input_image":
            guard let url = part["image_url"]?.string else {
                throw APIError(.invalidRequest, "'image_url' is required for an image in '\(place).content'")
            }
            return ChatMessage.image(url)
        case "input_audio":
            return part
        case let other:
            throw APIError(
                .invalidRequest,
                "a part of '\(place).content' must be an input_text, output_text or input_image, not "
                    + "'\(other ?? "")'"
            )
        }
    }

    private static func output(_ item: RequestFields, _ place: String) throws(APIError) -> JSONValue {
        switch item["output"] {
        case nil: return ""
        case .string(let text): return .string(text)
        case .array(let list):
            var parts: [JSONValue] = []
            for part in list { parts.append(try convert(part, place)) }
            let texts = parts.compactMap { $0["text"]?.string }
            // Most templates only know a text here.
            return texts.count == parts.count ? .string(texts.joined()) : .array(parts)
        default: throw APIError(.invalidRequest, "'\(place).output' must be a string or an array of parts")
        }
    }

    /// What the model thought: its text, or else the summary.
    private static func reasoning(_ item: RequestFields, _ place: String) throws(APIError) -> String {
        for name in ["content", "summary"] {
            guard let value = item[name] else { continue }
            guard let parts = value.array else { throw item.wrongKind("\(place).\(name)", "an array", value) }
            if !parts.isEmpty { return parts.compactMap { $0["text"]?.string }.joined() }
        }
        return ""
    }

    private static func required(_ name: String, _ item: RequestFields, _ place: String) throws(APIError) -> String {
        guard let text = item[name]?.string else {
            throw APIError(.invalidRequest, "'\(place).\(name)' must be a string")
        }
        return text
    }
}
