// SPDX-License-Identifier: MIT

import API
import Wire

/// Reads the messages of a chat completion, with all that clients leave out or write as null.
enum ChatMessages {
    /// The messages, each with a role, a content that is a text or parts, and nothing that is null.
    /// - Throws: 400 naming the place.
    static func read(_ fields: RequestFields) throws(APIError) -> [JSONValue] {
        guard let messages = fields["messages"] else {
            throw APIError(.invalidRequest, "'messages' is missing; it must be an array of messages")
        }
        guard let list = messages.array else { throw fields.wrongKind("messages", "an array", messages) }
        guard !list.isEmpty else {
            throw APIError(.invalidRequest, "'messages' is empty; there must be at least one message to answer")
        }
        var result: [JSONValue] = []
        for (index, message) in list.enumerated() { result.append(try read(message, "messages[\(index)]")) }
        return result
    }

    private static func read(_ message: JSONValue, _ place: String) throws(APIError) -> JSONValue {
        guard case .object = message else {
            throw APIError(.invalidRequest, "'\(place)' must be an object, not \(message.kind)")
        }
        let fields = RequestFields(message)
        guard let role = fields["role"]?.string else {
            throw APIError(.invalidRequest, "'\(place).role' must be a string such as \"user\"")
        }
        // What a function of the old kind gave is what a tool gives.
        var members: [JSONValue.Member] = [
            .init("role", .string(role == "function" ? "tool" : role)), .init("content", try content(fields, place)),
        ]
        for name in ["reasoning_content", "name", "tool_call_id"] {
            guard let value = fields[name] else { continue }
            guard value.string != nil else { throw fields.wrongKind("\(place).\(name)", "a string", value) }
            members.append(.init(name, value))
        }
        let calls = try calls(fields, place)
        if !calls.isEmpty { members.append(.init("tool_calls", .array(calls))) }
        return .object(members)
    }

    /// A message without content is an empty text, in every role: a tool may give nothing.
    private static func content(_ message: RequestFields, _ place: String) throws(APIError) -> JSONValue {
        switch message["content"] {
        case nil: return ""
        case .string(let text): return .string(text)
        case .array(let parts):
            for (index, part) in parts.enumerated() where !isKnown(part) {
                throw APIError(
                    .invalidRequest,
                    "'\(place).content[\(index)]' must be {\"type\": \"text\", \"text\": …}, or an image or a sound"
                )
            }
            return .array(parts)
        case let other?: throw message.wrongKind("\(place).content", "a string or an array of parts", other)
        }
    }

    /// Media are looked at once it is known which of them the model takes.
    private static func isKnown(_ part: JSONValue) -> Bool {
        switch part["type"]?.string {
        case "text": part["text"]?.string != nil
        case "image_url", "input_audio", "input_video", "video_url", "media_marker": true
        default: false
        }
    }

    // MARK: Calls

    private static func calls(_ message: RequestFields, _ place: String) throws(APIError) -> [JSONValue] {
        if let call = try message.object("function_call", at: place) {
            guard message["tool_calls"] == nil else {
                throw APIError(.invalidRequest, "'\(place)' has 'tool_calls' and 'function_call'; send one of them")
            }
            return [try function(call, "\(place).function_call", id: nil)]
        }
        guard let value = message["tool_calls"] else { return [] }
        guard let list = value.array else { throw message.wrongKind("\(place).tool_calls", "an array", value) }
        var calls: [JSONValue] = []
        for (index, call) in list.enumerated() {
            let place = "\(place).tool_calls[\(index)]"
            guard case .object = call else {
                throw APIError(.invalidRequest, "'\(place)' must be an object, not \(call.kind)")
            }
            let fields = RequestFields(call)
            if let type = fields["type"], type != "function" {
                throw APIError(.invalidRequest, "'\(place).type' must be \"function\", not \(type.text)")
            }
            guard let called = try fields.object("function", at: place) else {
                throw APIError(.invalidRequest, "'\(place).function' is missing")
            }
            if let id = fields["id"], id.string == nil { throw fields.wrongKind("\(place).id", "a string", id) }
            calls.append(try function(called, "\(place).function", id: fields["id"]))
        }
        return calls
    }

    /// A call. Missing arguments are an empty object. Arguments that are no JSON go to the template as they stand: the
    /// model was cut off, and the client can't mend them.
    private static func function(
        _ function: RequestFields,
        _ place: String,
        id: JSONValue?
    ) throws(APIError) -> JSONValue {
        guard let name = function["name"]?.string else {
            throw APIError(.invalidRequest, "'\(place).name' must be a string")
        }
        let arguments: String
        switch function["arguments"] {
        case nil, .string(""): arguments = "{}"
        case .string(let text): arguments = text
        case let value?: arguments = value.text
        }
        let call: JSONValue = ["name": .string(name), "arguments": .string(arguments)]
        return .object([.init("type", "function")] + (id.map { [.init("id", $0)] } ?? []) + [.init("function", call)])
    }
}

extension RequestFields {
    /// An object's fields, for a message that says where the object stands.
    func object(_ name: String, at place: String) throws(APIError) -> RequestFields? {
        guard let value = self[name] else { return nil }
        guard case .object = value else { throw wrongKind("\(place).\(name)", "an object", value) }
        return RequestFields(value)
    }
}
