// SPDX-License-Identifier: MIT

import Engine
import Wire

/// Reads a chat completion's conversation.
enum ChatFields {
    /// Renders the conversation of a request.
    /// - Throws: 400 for messages that are none, and with the template's own reason.
    static func conversation(
        _ fields: RequestFields,
        model: ServedModel
    ) throws(APIError) -> Conversation {
        guard let messages = fields["messages"] else {
            throw APIError(.invalidRequest, "'messages' is missing; it must be an array of messages")
        }
        guard let list = messages.array else { throw fields.wrongKind("messages", "an array", messages) }
        for (index, message) in list.enumerated() { try check(message, at: index) }
        if !model.defaults.readsJinja, fields["tools"]?.array?.isEmpty == false {
            throw APIError(.invalidRequest, "'tools' need Jinja templates; start the model without --no-jinja")
        }
        var request: [JSONValue.Member] = [
            .init("messages", messages), .init("use_jinja", .bool(model.defaults.readsJinja)),
        ]
        request += try continuation(fields, list)
        request += try tools(fields)
        request += try constraint(fields)
        request += try variables(fields, model.defaults)
        if let value = try fields.bool("parallel_tool_calls") {
            request.append(.init("parallel_tool_calls", .bool(value)))
        }
        if let value = try fields.bool("enable_thinking") ?? model.defaults.thinks {
            request.append(.init("enable_thinking", .bool(value)))
        }
        let format = try fields.string("reasoning_format") ?? model.defaults.reasoningFormat
        guard ["auto", "none", "deepseek", "deepseek-legacy"].contains(format) else {
            throw APIError(
                .invalidRequest,
                "'reasoning_format' must be auto, none, deepseek or deepseek-legacy, not '\(format)'"
            )
        }
        request.append(.init("reasoning_format", .string(format)))
        do {
            return try Conversation(model.engine.templates, request: JSONValue.object(request).text)
        } catch {
            throw APIError(error)
        }
    }

    private static func check(_ message: JSONValue, at index: Int) throws(APIError) {
        guard case .object = message else {
            throw APIError(.invalidRequest, "'messages[\(index)]' must be an object, not \(message.kind)")
        }
        guard let role = message["role"]?.string else {
            throw APIError(.invalidRequest, "'messages[\(index)].role' must be a string such as \"user\"")
        }
        switch message["content"] {
        case .string: return
        case nil, .null:
            if role == "assistant" { return }
            throw APIError(.invalidRequest, "'messages[\(index)].content' is missing")
        case .array(let parts):
            for part in parts { try check(part: part, at: index) }
        case let other?:
            throw APIError(
                .invalidRequest,
                "'messages[\(index)].content' must be a string or an array of parts, not \(other.kind)"
            )
        }
    }

    private static func check(part: JSONValue, at index: Int) throws(APIError) {
        switch part["type"]?.string {
        case "text" where part["text"]?.string != nil, "media_marker": return
        case "image_url", "input_audio", "input_video":
            throw APIError(
                .invalidRequest,
                "this model takes text only, but 'messages[\(index)].content' has another kind of input"
            )
        default:
            throw APIError(
                .invalidRequest,
                "a part of 'messages[\(index)].content' must be {\"type\": \"text\", \"text\": …}"
            )
        }
    }

    /// An assistant's message at the end is continued.
    private static func continuation(
        _ fields: RequestFields,
        _ messages: [JSONValue]
    ) throws(APIError) -> [JSONValue.Member] {
        let explicit = fields["continue_final_message"]
        let prompt = try fields.bool("add_generation_prompt")
        let last = messages.last?["role"]?.string == "assistant"
        guard explicit == nil, last, messages.last?["tool_calls"] == nil else {
            var result: [JSONValue.Member] = []
            if let explicit { result.append(.init("continue_final_message", explicit)) }
            if let prompt { result.append(.init("add_generation_prompt", .bool(prompt))) }
            return result
        }
        return [.init("continue_final_message", true), .init("add_generation_prompt", false)]
    }

    private static func tools(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        guard let tools = fields["tools"] else { return [] }
        guard let list = tools.array else { throw fields.wrongKind("tools", "an array", tools) }
        guard !list.isEmpty else { return [] }
        let choice = try fields["tool_choice"].map { value throws(APIError) -> String in
            // OpenAI also names one function; the engine's nearest is that some tool must be called.
            if case .object = value { return "required" }
            guard let name = value.string else { throw fields.wrongKind("tool_choice", "a string", value) }
            return name
        }
        return [.init("tools", tools), .init("tool_choice", .string(choice ?? "auto"))]
    }

    /// `response_format`, `json_schema` or `grammar`.
    private static func constraint(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        var schema = fields["json_schema"]
        if let format = try fields.object("response_format") {
            switch try format.string("type") {
            case "json_object": schema = format["schema"] ?? schema ?? ["type": "object"]
            case "json_schema": schema = try format.object("json_schema")?["schema"] ?? ["type": "object"]
            case nil, "text": break
            case let other?:
                throw APIError(
                    .invalidRequest,
                    "'response_format.type' must be text, json_object or json_schema, not '\(other)'"
                )
            }
        }
        let grammar = try fields.string("grammar")
        if schema != nil, grammar != nil {
            throw APIError(.invalidRequest, "'grammar' and a JSON schema cannot be used together; send one of them")
        }
        if let schema { return [.init("json_schema", schema == .object([]) ? ["type": "object"] : schema)] }
        return grammar.map { [.init("grammar", .string($0))] } ?? []
    }

    /// The grammar that the answer follows beside what the template makes of tools and schemas: the request's own, or
    /// the model's where the request asks for nothing else.
    static func grammar(_ fields: RequestFields, _ defaults: ServedModel.Defaults) throws(APIError) -> String? {
        if let grammar = try fields.string("grammar"), !grammar.isEmpty { return grammar }
        let hasTools = !(fields["tools"]?.array ?? []).isEmpty
        let hasConstraint = try constraint(fields).contains { $0.name == "json_schema" }
        return hasTools || hasConstraint ? nil : defaults.grammar
    }

    /// The template's variables: the model's, under those of the request.
    private static func variables(
        _ fields: RequestFields,
        _ defaults: ServedModel.Defaults
    ) throws(APIError) -> [JSONValue.Member] {
        let own = try fields.object("chat_template_kwargs")?.json.members ?? []
        let standard = defaults.templateVariables?.members ?? []
        guard !own.isEmpty || !standard.isEmpty else { return [] }
        let members = standard.filter { member in !own.contains { $0.name == member.name } } + own
        return [.init("chat_template_kwargs", .object(members))]
    }
}
