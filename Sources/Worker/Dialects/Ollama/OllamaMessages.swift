// SPDX-License-Identifier: MIT

import API
import Wire

/// The messages of Ollama's chat: content is one string, media stand beside it, arguments of calls are objects, and a tool's
/// result may name the tool in place of the call.
struct OllamaMessages {
    private(set) var messages: [ChatMessage] = []
    /// The calls that have no result yet: their ids and the tools' names.
    private var open: [(id: String, name: String)] = []

    /// - Throws: 400 naming the place.
    init(_ fields: RequestFields) throws(APIError) {
        guard let value = fields[\OllamaChatMembers.messages] else { return }
        guard let list = value.array else { throw fields.wrongKind("messages", "an array", value) }
        for (index, message) in list.enumerated() {
            let place = "messages[\(index)]"
            guard case .object = message else {
                throw APIError(.invalidRequest, "'\(place)' must be an object, not \(message.kind)")
            }
            try append(RequestFields(message), place)
        }
    }

    /// What a user says, with media.
    /// - Parameter place: where the media stand.
    static func said(
        _ role: String,
        _ text: String,
        images: JSONValue?,
        in place: String
    ) throws(APIError) -> ChatMessage {
        guard let images else { return ChatMessage(role, .string(text)) }
        guard let list = images.array else {
            throw APIError(.invalidRequest, "'\(place)' must be an array of strings in base64, not \(images.kind)")
        }
        guard !list.isEmpty else { return ChatMessage(role, .string(text)) }
        var message = ChatMessage(role)
        for (index, image) in list.enumerated() {
            guard let data = image.string else {
                throw APIError(.invalidRequest, "'\(place)[\(index)]' must be a string in base64, not \(image.kind)")
            }
            // The decoder looks at the bytes, whatever is said of them.
            message.append(parts: [ChatMessage.image(data.hasPrefix("data:") ? data : "data:image/png;base64,\(data)")])
        }
        if !text.isEmpty { message.append(parts: [ChatMessage.text(text)]) }
        return message
    }

    private mutating func append(_ message: RequestFields, _ place: String) throws(APIError) {
        let roles = ["system", "user", "assistant", "tool"]
        guard let role = message["role"]?.string, roles.contains(role) else {
            throw APIError(.invalidRequest, "'\(place).role' must be system, user, assistant or tool")
        }
        let content = message["content"] ?? ""
        guard let text = content.string else {
            throw message.wrongKind("\(place).content", "a string", content)
        }
        var said = try Self.said(role, text, images: message["images"], in: "\(place).images")
        if role == "assistant" {
            said.reasoning = message["thinking"]?.string ?? ""
            said.toolCalls = try calls(message, place)
        } else if role == "tool" {
            said.toolCallID = try result(message, place)
        }
        messages.append(said)
    }

    private mutating func calls(_ message: RequestFields, _ place: String) throws(APIError) -> [JSONValue] {
        guard let value = message["tool_calls"] else { return [] }
        guard let list = value.array else { throw message.wrongKind("\(place).tool_calls", "an array", value) }
        var calls: [JSONValue] = []
        for (index, call) in list.enumerated() {
            let function = call["function"]
            guard let name = function?["name"]?.string else {
                throw APIError(.invalidRequest, "'\(place).tool_calls[\(index)].function.name' must be a string")
            }
            let id = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? "call_\(messages.count)_\(index)"
            // Some clients send OpenAI's string.
            let arguments = function?["arguments"] ?? [:]
            calls.append(ChatMessage.call(id: id, name: name, arguments: arguments.string ?? arguments.text))
            open.append((id, name))
        }
        return calls
    }

    /// The call that a result belongs to: the one that it names, else the oldest of that tool, else the oldest.
    private mutating func result(_ message: RequestFields, _ place: String) throws(APIError) -> String {
        let id = try message.string("tool_call_id")
        let tool = try message.string("tool_name")
        let name = try message.string("name") ?? tool
        let found =
            open.firstIndex { $0.id == id } ?? open.firstIndex { $0.name == name } ?? (open.isEmpty ? nil : 0)
        guard let found else { return id ?? name ?? "" }
        return open.remove(at: found).id
    }
}
