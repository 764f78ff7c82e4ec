// SPDX-License-Identifier: MIT

import Wire

/// A message's blocks: what a user says and the results of tools, which are messages of their own in chat completions.
extension AnthropicRequest {
    static func append(
        _ message: RequestFields,
        _ place: String,
        to messages: inout [ChatMessage]
    ) throws(APIError) {
        guard let role = message["role"]?.string else {
            throw APIError(.invalidRequest, "'\(place).role' must be user or assistant")
        }
        switch message["content"] {
        case .string(let text): messages.append(ChatMessage(role, .string(text)))
        case .array(let blocks): try append(blocks, role, place, to: &messages)
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
        to messages: inout [ChatMessage]
    ) throws(APIError) {
        var said = ChatMessage(role)
        var results: [ChatMessage] = []
        for block in blocks {
            switch block["type"]?.string {
            case "text", "image": said.append(parts: [try part(block, place)])
            case "thinking": said.reasoning += block["thinking"]?.string ?? ""
            case "redacted_thinking": break
            case "tool_use":
                said.toolCalls.append(
                    ChatMessage.call(
                        id: block["id"]?.string ?? "",
                        name: block["name"]?.string ?? "",
                        arguments: (block["input"] ?? [:]).text
                    )
                )
            case "tool_result": results.append(try result(block, place))
            case let other:
                throw APIError(
                    .invalidRequest,
                    "a block of '\(place).content' must be text, image, thinking, tool_use or tool_result, not "
                        + "'\(other ?? "")'"
                )
            }
        }
        if said.content != nil || !said.toolCalls.isEmpty || !said.reasoning.isEmpty { messages.append(said) }
        messages += results
    }

    private static func result(_ block: JSONValue, _ place: String) throws(APIError) -> ChatMessage {
        var message = ChatMessage("tool", block["content"].flatMap { $0.string.map(JSONValue.string) } ?? "")
        message.toolCallID = block["tool_use_id"]?.string ?? ""
        guard let list = block["content"]?.array else { return message }
        var parts: [JSONValue] = []
        for element in list { parts.append(try part(element, place)) }
        let texts = parts.compactMap { $0["text"]?.string }
        // Most templates only know a text here.
        message.content = texts.count == parts.count ? .string(texts.joined()) : .array(parts)
        return message
    }

    private static func part(_ block: JSONValue, _ place: String) throws(APIError) -> JSONValue {
        if block["type"]?.string == "text" {
            guard let text = block["text"]?.string else {
                throw APIError(.invalidRequest, "a text in '\(place).content' needs a 'text' that is a string")
            }
            return ChatMessage.text(text)
        }
        let source = block["source"] ?? .null
        switch (block["type"]?.string, source["type"]?.string) {
        case ("image", "base64"):
            guard let data = source["data"]?.string else {
                throw APIError(.invalidRequest, "an image in '\(place).content' needs 'source.data'")
            }
            return ChatMessage.image("data:\(source["media_type"]?.string ?? "image/jpeg");base64,\(data)")
        case ("image", "url"):
            guard let url = source["url"]?.string else {
                throw APIError(.invalidRequest, "an image in '\(place).content' needs 'source.url'")
            }
            return ChatMessage.image(url)
        default:
            throw APIError(
                .invalidRequest,
                "'\(place).content' has a block that is no text and no image of the kind base64 or url"
            )
        }
    }
}
