// SPDX-License-Identifier: MIT

import Wire

/// A part of a response's output, while it is made or complete.
struct ResponseItem: Sendable {
    enum Kind: Sendable, Equatable {
        case reasoning
        case message
        /// `call` counts the response's calls.
        case function(call: Int, callID: String, name: String)
    }

    let kind: Kind
    let id: String
    /// What was said: UTF-8 text, or a call's arguments.
    var text: [UInt8]

    init(_ kind: Kind, text: [UInt8] = []) {
        self.kind = kind
        self.text = text
        switch kind {
        case .reasoning: id = "rs_" + AnswerIdentity.randomID()
        case .message: id = "msg_" + AnswerIdentity.randomID()
        case .function(_, let callID, _): id = "fc_" + callID
        }
    }

    /// The items of a message.
    static func list(_ message: AssistantMessage) -> [ResponseItem] {
        var items: [ResponseItem] = []
        if !message.reasoning.isEmpty { items.append(ResponseItem(.reasoning, text: Array(message.reasoning.utf8))) }
        if !message.content.isEmpty { items.append(ResponseItem(.message, text: Array(message.content.utf8))) }
        for (index, call) in message.calls.enumerated() {
            let kind = Kind.function(call: index, callID: call.id, name: call.name)
            items.append(ResponseItem(kind, text: Array(call.arguments.utf8)))
        }
        return items
    }

    /// The part that holds the text; nil for calls.
    var part: JSONValue? {
        let text = JSONValue.string(String(decoding: text, as: UTF8.self))
        return switch kind {
        case .reasoning: ["type": "reasoning_text", "text": text]
        case .message: ["type": "output_text", "annotations": [], "logprobs": [], "text": text]
        case .function: nil
        }
    }

    /// The item as of now.
    func json(isDone: Bool) -> JSONValue {
        let status: JSONValue = isDone ? "completed" : "in_progress"
        let content: JSONValue = isDone ? .array(part.map { [$0] } ?? []) : []
        return switch kind {
        case .reasoning:
            [
                "id": .string(id), "summary": [], "type": "reasoning", "content": content, "encrypted_content": "",
                "status": status,
            ]
        case .message:
            ["id": .string(id), "type": "message", "role": "assistant", "status": status, "content": content]
        case .function(_, let callID, let name):
            [
                "id": .string(id), "type": "function_call", "status": status, "call_id": .string("call_" + callID),
                "name": .string(name), "arguments": .string(isDone ? String(decoding: text, as: UTF8.self) : ""),
            ]
        }
    }
}
