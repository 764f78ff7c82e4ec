// SPDX-License-Identifier: MIT

import Wire

/// A part of a response's output, while it is made or complete.
struct ResponseItem: Sendable {
    enum Kind: Sendable, Equatable {
        case reasoning
        case message
        /// `call` counts the response's calls.
        case function(call: Int, callID: String, tool: CallNames.Tool)
    }

    /// How far it is.
    enum Status: String, Sendable {
        case inProgress = "in_progress"
        case completed
        /// The answer was cut off in the middle of it.
        case incomplete
    }

    let kind: Kind
    let id: String
    /// What was said: UTF-8 text, or a call's arguments.
    var text: [UInt8]
    /// Probabilities of the text's tokens, if they are wanted.
    var probabilities: [JSONValue] = []

    init(_ kind: Kind, text: [UInt8] = []) {
        self.kind = kind
        self.text = text
        switch kind {
        case .reasoning: id = "rs_" + AnswerIdentity.randomID()
        case .message: id = "msg_" + AnswerIdentity.randomID()
        case .function(_, let callID, let tool): id = (tool.isFreeform ? "ctc_" : "fc_") + callID
        }
    }

    /// The items of a message.
    /// - Parameter calls: what the caller calls its functions.
    static func list(_ message: AssistantMessage, calls: CallNames) -> [ResponseItem] {
        var items: [ResponseItem] = []
        if !message.reasoning.isEmpty { items.append(ResponseItem(.reasoning, text: Array(message.reasoning.utf8))) }
        if !message.content.isEmpty { items.append(ResponseItem(.message, text: Array(message.content.utf8))) }
        for (index, call) in message.calls.enumerated() {
            let kind = Kind.function(call: index, callID: call.id, tool: calls.tool(call.name))
            items.append(ResponseItem(kind, text: Array(call.arguments.utf8)))
        }
        return items
    }

    /// Whether it is a call whose input is text of any form.
    var isFreeform: Bool {
        if case .function(_, _, let tool) = kind { tool.isFreeform } else { false }
    }

    /// What such a call is called with: the one string of its arguments, as far as it goes where they were cut off. What
    /// is no such JSON is the input itself.
    var input: String {
        let text = String(decoding: text, as: UTF8.self)
        if let whole = try? JSONValue(parsing: text) { return whole["input"]?.string ?? text }
        guard text.hasPrefix("{") else { return text }
        guard let key = text.firstRange(of: "\"input\""),
            let quote = text[key.upperBound...].firstIndex(of: "\"")
        else { return "" }
        var rest = text[quote...]
        // An escape may be cut in two.
        for _ in 0..<12 where rest.count > 1 {
            if let string = try? JSONValue(parsing: String(rest) + "\"").string { return string }
            rest.removeLast()
        }
        return ""
    }

    /// The part that holds the text; nil for calls.
    var part: JSONValue? {
        let text = JSONValue.string(String(decoding: text, as: UTF8.self))
        return switch kind {
        case .reasoning: ["type": "reasoning_text", "text": text]
        case .message: ["type": "output_text", "annotations": [], "logprobs": .array(probabilities), "text": text]
        case .function: nil
        }
    }

    /// The item as of now.
    func json(_ status: Status) -> JSONValue {
        let isDone = status != .inProgress
        let content: JSONValue = isDone ? .array(part.map { [$0] } ?? []) : []
        let status = JSONValue.string(status.rawValue)
        switch kind {
        case .reasoning:
            return [
                "id": .string(id), "summary": [], "type": "reasoning", "content": content, "encrypted_content": "",
                "status": status,
            ]
        case .message:
            return ["id": .string(id), "type": "message", "role": "assistant", "status": status, "content": content]
        case .function(_, let callID, let tool):
            var members: [JSONValue.Member] = [
                .init("id", .string(id)), .init("type", tool.isFreeform ? "custom_tool_call" : "function_call"),
                .init("status", status), .init("call_id", .string("call_" + callID)), .init("name", .string(tool.name)),
            ]
            if let namespace = tool.namespace { members.append(.init("namespace", .string(namespace))) }
            if tool.isFreeform {
                members.append(.init("input", .string(isDone ? input : "")))
            } else {
                members.append(.init("arguments", .string(isDone ? String(decoding: text, as: UTF8.self) : "")))
            }
            return .object(members)
        }
    }
}
