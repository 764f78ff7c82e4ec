// SPDX-License-Identifier: MIT

package import API
package import Wire

/// A request of OpenAI's Responses API, read as the chat completion that it stands for.
package enum ResponsesRequest {
    /// What the answer's text may come with.
    private static let probabilities = "message.output_text.logprobs"
    /// What else may be asked for beside the answer. It belongs to tools that run elsewhere, or is there in any case.
    private static let includable: Set<String> = [
        "file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
        "message.input_image.image_url", "computer_call_output.output.image_url", "code_interpreter_call.outputs",
        "reasoning.encrypted_content",
    ]

    /// The request as a chat completion's.
    /// - Throws: 400 naming the field.
    package static func read(_ fields: RequestFields) throws(APIError) -> ConvertedRequest {
        guard let input = fields[\ResponsesMembers.input] else {
            throw APIError(.invalidRequest, "'input' is required: a string or an array of items")
        }
        try refuse(fields)
        var warnings = RequestWarnings()
        try warn(fields, &warnings)
        let tools = try ResponsesTools(fields, warnings: warnings)
        warnings = tools.warnings
        var members = (fields.json.members ?? []).filter { !ResponsesMembers.converted.contains($0.name) }
        let messages = try messages(input, fields, &warnings).map(\.json)
        members.append(.init("messages", .array(ConversationOrder.ordered(messages))))
        members += try tools.members(fields)
        if let limit = fields[\ResponsesMembers.maxTokens] { members.append(.init("max_tokens", limit)) }
        if let effort = try fields[\ResponsesMembers.reasoning]?["effort"] {
            members.append(.init("reasoning_effort", effort))
        }
        if let format = try fields[\ResponsesMembers.text]?.object("format") {
            members.append(.init("response_format", try responseFormat(format)))
        }
        members += try logprobs(fields, &warnings)
        var result = ConvertedRequest(chat: RequestFields(.object(members)), warnings: warnings)
        result.calls = tools.calls
        return result
    }

    // MARK: What isn't there

    private static func refuse(_ fields: RequestFields) throws(APIError) {
        if let earlier = try fields[\ResponsesMembers.earlier], !earlier.isEmpty {
            throw APIError(
                .invalidRequest,
                "'previous_response_id' is not supported: nothing is kept of earlier responses; send the whole "
                    + "conversation as 'input'"
            )
        }
        if fields[\ResponsesMembers.conversation] != nil {
            throw APIError(
                .invalidRequest,
                "'conversation' is not supported: nothing is kept; send the whole conversation as 'input'"
            )
        }
        if try fields[\ResponsesMembers.background] == true {
            throw APIError(
                .invalidRequest,
                "'background' is not supported: nothing is kept, so it could not be fetched later; leave it out"
            )
        }
        if fields[\ResponsesMembers.prompt] != nil {
            throw APIError(
                .invalidRequest,
                "'prompt' is not supported: no prompts are kept here; send its text as 'instructions' and 'input'"
            )
        }
    }

    private static func warn(_ fields: RequestFields, _ warnings: inout RequestWarnings) throws(APIError) {
        if try fields[\ResponsesMembers.stores] == true { warnings.add("'store' has no effect: no responses are kept") }
        if try fields[\ResponsesMembers.truncation] == "auto" {
            warnings.add("'truncation' has no effect: a conversation that is too long is refused")
        }
        if let list = fields[\ResponsesMembers.contextManagement], list.array?.isEmpty != true {
            warnings.add("'context_management' has no effect")
        }
        if fields[\ResponsesMembers.moderation] != nil { warnings.add("'moderation' has no effect") }
        if let text = try fields[\ResponsesMembers.text], let verbosity = try text.string("verbosity"),
            verbosity != "medium"
        {
            warnings.add("'text.verbosity' has no effect")
        }
        if let reasoning = try fields[\ResponsesMembers.reasoning] {
            for name in ["summary", "generate_summary"] {
                guard let summary = try reasoning.string(name), summary != "auto" else { continue }
                warnings.add("'reasoning.\(name)' has no effect: thoughts are given whole")
            }
        }
    }

    // MARK: What is said otherwise

    private static func messages(
        _ input: JSONValue,
        _ fields: RequestFields,
        _ warnings: inout RequestWarnings
    ) throws(APIError) -> [ChatMessage] {
        var messages: [ChatMessage] = []
        if let instructions = try fields[\ResponsesMembers.instructions] {
            messages.append(ChatMessage("system", .string(instructions)))
        }
        switch input {
        case .string:
            messages.append(ChatMessage("user", input))
        case .array(let items):
            for (index, item) in items.enumerated() {
                guard case .object = item else {
                    throw APIError(.invalidRequest, "'input[\(index)]' must be an object, not \(item.kind)")
                }
                try append(RequestFields(item), "input[\(index)]", to: &messages, &warnings)
            }
        default:
            throw fields.wrongKind("input", "a string or an array of items", input)
        }
        return messages
    }

    /// `text.format`, whose schema stands beside the type and not below it.
    private static func responseFormat(_ format: RequestFields) throws(APIError) -> JSONValue {
        guard try format.string("type") == "json_schema" else { return format.json }
        guard let schema = format["schema"] else {
            throw APIError(.invalidRequest, "'text.format.schema' is missing; it must be a JSON schema")
        }
        var members: [JSONValue.Member] = [.init("name", format["name"] ?? "answer"), .init("schema", schema)]
        if let strict = format["strict"] { members.append(.init("strict", strict)) }
        return ["type": "json_schema", "json_schema": .object(members)]
    }

    /// `top_logprobs` says how many, `include` whether.
    private static func logprobs(
        _ fields: RequestFields,
        _ warnings: inout RequestWarnings
    ) throws(APIError) -> [JSONValue.Member] {
        let top = try fields[\ResponsesMembers.topProbabilities]
        var wanted = try fields[\ResponsesMembers.hasProbabilities] ?? false
        if let include = fields[\ResponsesMembers.include] {
            guard let list = include.array else { throw fields.wrongKind("include", "an array of strings", include) }
            for (index, entry) in list.enumerated() {
                guard let name = entry.string else { throw fields.wrongKind("include[\(index)]", "a string", entry) }
                if name == probabilities { wanted = true }
                guard name != probabilities, !includable.contains(name) else { continue }
                warnings.add("'include[\(index)]' has no effect: '\(name)' is not known here")
            }
        }
        guard wanted else { return [] }
        return [.init("logprobs", true), .init("top_logprobs", .integer(Int64(top ?? 0)))]
    }
}
