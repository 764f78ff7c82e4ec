// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// Reads a chat completion's conversation.
enum ChatFields {
    /// Renders the conversation of a request.
    /// - Parameter fields: what `ChatRequest.canonical` gave.
    /// - Throws: 400 naming the field, or with the template's own reason.
    static func conversation(
        _ fields: RequestFields,
        model: ServedModel
    ) throws(APIError) -> Conversation {
        try conversation(try request(fields, model: model), model: model)
    }

    /// Renders a conversation. Agents give instructions in its middle as well; where the template refuses that, they are
    /// given in front.
    /// - Parameter request: what `request` gave.
    static func conversation(_ request: String, model: ServedModel) throws(APIError) -> Conversation {
        do {
            return try Conversation(model.engine.templates, request: request)
        } catch {
            guard error.code == .invalidRequest, let other = withInstructionsInFront(request) else {
                throw APIError(error)
            }
            do {
                return try Conversation(model.engine.templates, request: other)
            } catch {
                throw APIError(error)
            }
        }
    }

    /// The same request with all instructions in front; nil where they are there already.
    private static func withInstructionsInFront(_ request: String) -> String? {
        // It was written here.
        guard let json = try? JSONValue(parsing: request), let messages = json["messages"]?.array else { return nil }
        let moved = ConversationOrder.withInstructionsInFront(messages)
        guard moved != messages else { return nil }
        let others = (json.members ?? []).filter { $0.name != "messages" }
        return JSONValue.object([.init("messages", .array(moved))] + others).text
    }

    /// What the engine's templates are to render, as JSON.
    /// - Parameter fields: what `ChatRequest.canonical` gave.
    /// - Throws: 400 naming the field.
    static func request(_ fields: RequestFields, model: ServedModel) throws(APIError) -> String {
        let list = fields[\ChatMembers.messages]?.array ?? []
        let usesTools = fields[\ChatMembers.tools]?.array?.isEmpty == false
        if !model.defaults.readsJinja, usesTools {
            throw APIError(.invalidRequest, "'tools' need Jinja templates; start the model without --no-jinja")
        }
        if usesTools, fields[\ChatMembers.toolChoice] != "none",
            try fields[\GenerationMembers.grammar]?.isEmpty == false
        {
            throw APIError(.invalidRequest, "'grammar' cannot be used with 'tools', which bring their own")
        }
        var request: [JSONValue.Member] = [
            .init("messages", .array(list)), .init("use_jinja", .bool(model.defaults.readsJinja)),
        ]
        request += try continuation(fields, list, model.defaults)
        if model.defaults.skipsParsing { request.append(.init("force_pure_content", true)) }
        if let echoes = try fields[\ChatMembers.echoes] { request.append(.init("echo", .bool(echoes))) }
        if usesTools {
            try SchemaCheck.check(tools: fields[\ChatMembers.tools])
            request += ["tools", "tool_choice"].compactMap { name in fields[name].map { .init(name, $0) } }
        }
        request += try constraint(fields)
        request += try variables(fields, model.defaults)
        if let value = try fields[\ChatMembers.callsInParallel] {
            request.append(.init("parallel_tool_calls", .bool(value)))
        }
        if let value = try thinks(fields) ?? model.defaults.thinks {
            request.append(.init("enable_thinking", .bool(value)))
        }
        let format = try fields[\ChatMembers.reasoningFormat] ?? model.defaults.reasoningFormat
        guard ["auto", "none", "deepseek", "deepseek-legacy"].contains(format) else {
            throw APIError(
                .invalidRequest,
                "'reasoning_format' must be auto, none, deepseek or deepseek-legacy, not '\(format)'"
            )
        }
        request.append(.init("reasoning_format", .string(format)))
        return JSONValue.object(request).text
    }

    /// An assistant's message at the end is continued.
    private static func continuation(
        _ fields: RequestFields,
        _ messages: [JSONValue],
        _ defaults: ServedModel.Defaults
    ) throws(APIError) -> [JSONValue.Member] {
        let explicit = fields[\ChatMembers.continuesAnswer]
        let prompt = try fields[\ChatMembers.beginsAnswer]
        if let explicit, explicit != false {
            guard prompt != true else {
                throw APIError(
                    .invalidRequest,
                    "'add_generation_prompt' and 'continue_final_message' cannot both be true"
                )
            }
            return [.init("continue_final_message", explicit), .init("add_generation_prompt", false)]
        }
        let roles = messages.suffix(2).map { $0["role"]?.string }
        guard explicit == nil, defaults.prefillsAssistant, roles.last == "assistant",
            messages.last?["tool_calls"] == nil
        else {
            return prompt.map { [.init("add_generation_prompt", .bool($0))] } ?? []
        }
        guard roles != ["assistant", "assistant"] else {
            throw APIError(.invalidRequest, "there cannot be two assistant messages at the end of 'messages'")
        }
        return [.init("continue_final_message", true), .init("add_generation_prompt", false)]
    }

    /// Whether the model is to think: `enable_thinking`, there or among the template's variables, or an effort of none.
    private static func thinks(_ fields: RequestFields) throws(APIError) -> Bool? {
        if try fields[\ChatMembers.reasoningEffort] == "none" { return false }
        if let value = try fields[\ChatMembers.templateVariables]?.bool("enable_thinking") { return value }
        return try fields[\ChatMembers.thinks]
    }

    /// `response_format`, `json_schema` or `grammar`.
    private static func constraint(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        let wanted = try SchemaFields.schema(fields)
        let grammar = try fields[\GenerationMembers.grammar]
        guard let wanted else { return grammar.map { [.init("grammar", .string($0))] } ?? [] }
        guard grammar == nil else {
            throw APIError(.invalidRequest, "'grammar' and a JSON schema cannot be used together; send one of them")
        }
        return try wanted.checked().request
    }

    /// The grammar that the answer follows beside what the template makes of tools and schemas: the request's own, or
    /// the model's where the request asks for nothing else.
    static func grammar(_ fields: RequestFields, _ defaults: ServedModel.Defaults) throws(APIError) -> String? {
        if let grammar = try fields[\GenerationMembers.grammar], !grammar.isEmpty { return grammar }
        let hasTools = !(fields[\ChatMembers.tools]?.array ?? []).isEmpty
        let hasConstraint = try SchemaFields.schema(fields) != nil
        return hasTools || hasConstraint ? nil : defaults.grammar
    }

    /// The template's variables: the model's, under those of the request.
    private static func variables(
        _ fields: RequestFields,
        _ defaults: ServedModel.Defaults
    ) throws(APIError) -> [JSONValue.Member] {
        var own = try fields[\ChatMembers.templateVariables]?.json.members ?? []
        var standard = defaults.templateVariables?.members ?? []
        if let effort = try fields[\ChatMembers.reasoningEffort] {
            own.removeAll { $0.name == "reasoning_effort" }
            standard.removeAll { $0.name == "reasoning_effort" }
            if effort != "none" { own.append(.init("reasoning_effort", .string(effort))) }
        }
        guard !own.isEmpty || !standard.isEmpty else { return [] }
        let members = standard.filter { member in !own.contains { $0.name == member.name } } + own
        return [.init("chat_template_kwargs", .object(members))]
    }
}
