// SPDX-License-Identifier: MIT

import Wire

/// A message as chat completions have it, put together by the decoders of other dialects.
struct ChatMessage: Sendable {
    var role: String
    /// A string or an array of parts; nil for none.
    var content: JSONValue?
    var reasoning = ""
    var toolCalls: [JSONValue] = []
    /// The call that a tool's result answers.
    var toolCallID: String?

    init(_ role: String, _ content: JSONValue? = nil) {
        self.role = role
        self.content = content
    }

    /// Adds parts behind the content that is there.
    mutating func append(parts: [JSONValue]) {
        content = .array((content?.array ?? []) + parts)
    }

    /// A call of a function.
    static func call(id: String, name: String, arguments: String) -> JSONValue {
        [
            "id": .string(id), "type": "function",
            "function": ["name": .string(name), "arguments": .string(arguments)],
        ]
    }

    /// A part of text.
    static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    /// A part that is an image, by its address.
    static func image(_ url: String) -> JSONValue { ["type": "image_url", "image_url": ["url": .string(url)]] }

    /// The message in chat completions' JSON.
    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("role", .string(role)), .init("content", content ?? "")]
        if !reasoning.isEmpty { members.append(.init("reasoning_content", .string(reasoning))) }
        if !toolCalls.isEmpty { members.append(.init("tool_calls", .array(toolCalls))) }
        if let toolCallID { members.append(.init("tool_call_id", .string(toolCallID))) }
        return .object(members)
    }
}
