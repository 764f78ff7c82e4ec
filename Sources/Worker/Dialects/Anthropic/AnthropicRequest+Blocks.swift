// SPDX-License-Identifier: MIT

import API
import Wire

/// A message's blocks: what a user says and the results of tools, which are messages of their own in chat completions.
extension AnthropicRequest {
    static func append(
        _ message: RequestFields,
        _ place: String,
        to messages: inout [ChatMessage],
        _ warnings: inout RequestWarnings
    ) throws(APIError) {
        guard let role = message["role"]?.string, ["user", "assistant", "system"].contains(role) else {
            throw APIError(.invalidRequest, "'\(place).role' must be user or assistant")
        }
        switch message["content"] {
        case .string(let text): messages.append(ChatMessage(role, .string(text)))
        case .array(let blocks): try append(blocks, role, place, to: &messages, &warnings)
        // An assistant that said nothing.
        case nil where role == "assistant": return
        case nil: throw APIError(.invalidRequest, "'\(place).content' is missing")
        case let other?: throw message.wrongKind("\(place).content", "a string or an array of blocks", other)
        }
    }

    private static func append(
        _ blocks: [JSONValue],
        _ role: String,
        _ place: String,
        to messages: inout [ChatMessage],
        _ warnings: inout RequestWarnings
    ) throws(APIError) {
        var said = ChatMessage(role)
        var results: [ChatMessage] = []
        for (index, block) in blocks.enumerated() {
            let place = "\(place).content[\(index)]"
            switch block["type"]?.string {
            case "text", "image": said.append(parts: [try part(block, place)])
            case "document", "search_result": said.append(parts: try AnthropicDocument.parts(block, place, &warnings))
            case "thinking": said.reasoning += block["thinking"]?.string ?? ""
            case "redacted_thinking": break
            case "tool_use":
                said.toolCalls.append(
                    ChatMessage.call(
                        id: block["id"]?.string ?? "",
                        name: block["name"]?.string ?? "",
                        arguments: input(block).text
                    )
                )
            case "tool_result": results.append(try result(block, place, &warnings))
            case let kind? where isForeign(kind):
                warnings.add("blocks of the type '\(kind)' are left out: this server runs no such tool")
            case let other:
                throw APIError(
                    .invalidRequest,
                    "'\(place)' must be text, image, document, search_result, thinking, tool_use or tool_result, not "
                        + "'\(other ?? "")'"
                )
            }
        }
        // Results stand beside their calls, in the message before this one.
        messages += results
        if said.content != nil || !said.toolCalls.isEmpty || !said.reasoning.isEmpty { messages.append(said) }
    }

    /// Whether blocks of that type tell of a tool that the provider ran: conversations that were begun there have them.
    private static func isForeign(_ kind: String) -> Bool {
        ["server_tool_use", "mcp_tool_use", "tool_reference"].contains(kind) || kind.hasSuffix("_tool_result")
    }

    /// What a tool was called with; a call that was cut off may have nothing.
    private static func input(_ block: JSONValue) -> JSONValue {
        guard let input = block["input"], input != .null else { return [:] }
        return input
    }

    private static func result(
        _ block: JSONValue,
        _ place: String,
        _ warnings: inout RequestWarnings
    ) throws(APIError) -> ChatMessage {
        var message = ChatMessage("tool", "")
        message.toolCallID = block["tool_use_id"]?.string ?? ""
        var parts: [JSONValue] = []
        switch block["content"] {
        case nil, .null: break
        case .string(let text): parts.append(ChatMessage.text(text))
        case .array(let list):
            for (index, element) in list.enumerated() {
                let place = "\(place).content[\(index)]"
                switch element["type"]?.string {
                case "document", "search_result":
                    parts += try AnthropicDocument.parts(element, place, &warnings)
                case "tool_reference":
                    warnings.add("blocks of the type 'tool_reference' are left out: this server runs no such tool")
                default: parts.append(try part(element, place))
                }
            }
        case let other?:
            throw APIError(
                .invalidRequest,
                "'\(place).content' must be a string or an array of blocks, not \(other.kind)"
            )
        }
        // A chat completion has no place for this but the text, which mostly says so already.
        if block["is_error"]?.bool == true, parts.first?["text"]?.string?.lowercased().hasPrefix("error") != true {
            parts.insert(ChatMessage.text("Error: "), at: 0)
        }
        let texts = parts.compactMap { $0["text"]?.string }
        // Most templates only know a text here.
        message.content = texts.count == parts.count ? .string(texts.joined()) : .array(parts)
        return message
    }

    static func part(_ block: JSONValue, _ place: String) throws(APIError) -> JSONValue {
        if block["type"]?.string == "text" {
            guard let text = block["text"]?.string else {
                throw APIError(.invalidRequest, "'\(place)' needs a 'text' that is a string")
            }
            return ChatMessage.text(text)
        }
        let source = block["source"] ?? .null
        switch (block["type"]?.string, source["type"]?.string) {
        case ("image", "base64"):
            guard let data = source["data"]?.string else {
                throw APIError(.invalidRequest, "the image '\(place)' needs 'source.data'")
            }
            return ChatMessage.image("data:\(source["media_type"]?.string ?? "image/jpeg");base64,\(data)")
        case ("image", "url"):
            guard let url = source["url"]?.string else {
                throw APIError(.invalidRequest, "the image '\(place)' needs 'source.url'")
            }
            return ChatMessage.image(url)
        default:
            throw APIError(
                .invalidRequest,
                "'\(place)' is no text and no image of the kind base64 or url"
            )
        }
    }
}
