// SPDX-License-Identifier: MIT

package import API
package import Wire

/// A request of Ollama's API, read as the chat completion that it stands for.
/// Source: Ollama's `docs/api.md` and `api/types.go`.
package struct OllamaRequest: Sendable {
    /// What is asked of the model.
    package enum Kind: Sendable, Equatable {
        /// Only that it be loaded, which it is once this is answered.
        case load
        case chat
        /// The prompt as it stands, without a template.
        case raw(prompt: String)
        /// What stands between two texts.
        case infill(prefix: String, suffix: String)
    }

    package let kind: Kind
    /// The chat completion's fields; of what has no template, all but the prompt.
    package let fields: RequestFields
    package let warnings: RequestWarnings
    /// Whether the oldest messages may be left out where the conversation is longer than the context.
    package let truncates: Bool
    /// The tokens of what was said before, as an earlier answer of `/api/generate` gave them.
    package let context: [Int32]
    /// Whether the request wants thoughts.
    package let wantsThoughts: Bool
    /// Whether it has pictures or sounds.
    package let hasMedia: Bool
    /// Whether the answer comes in lines.
    package let streams: Bool

    private static let efforts = ["low": "low", "medium": "medium", "high": "high", "max": "high"]

    /// A request for an assistant's next message.
    /// - Parameters:
    ///   - contextSize: tokens that the model has room for.
    ///   - shifts: whether a full context forgets its beginning.
    /// - Throws: 400 naming the field.
    package init(chat fields: RequestFields, contextSize: Int, shifts: Bool) throws(APIError) {
        let messages = try OllamaMessages(fields).messages
        var members: [JSONValue.Member] = []
        if let tools = fields[\OllamaChatMembers.tools], tools.array?.isEmpty != true {
            members.append(.init("tools", tools))
        }
        try self.init(
            fields,
            own: OllamaChatMembers.own,
            kind: messages.isEmpty ? .load : .chat,
            messages,
            members,
            contextSize: contextSize,
            shifts: shifts
        )
    }

    /// A request to go on with a prompt.
    package init(generate fields: RequestFields, contextSize: Int, shifts: Bool) throws(APIError) {
        guard try fields[\OllamaGenerateMembers.template]?.isEmpty ?? true else {
            throw APIError(
                .invalidRequest,
                "'template' is not supported: a model's template is its own; name another by chat-template-file in its preset"
            )
        }
        let prompt = try fields[\OllamaGenerateMembers.prompt] ?? ""
        let system = try fields[\OllamaGenerateMembers.system] ?? ""
        let suffix = try fields[\OllamaGenerateMembers.suffix] ?? ""
        let isRaw = try fields[\OllamaGenerateMembers.isRaw] ?? false
        guard !isRaw || (system.isEmpty && fields[\OllamaGenerateMembers.context] == nil) else {
            throw APIError(.invalidRequest, "'raw' takes the prompt as it stands: leave out 'system' and 'context'")
        }
        let images =
            fields[\OllamaGenerateMembers.images]?.array?.isEmpty == true
            ? JSONValue?.none : fields[\OllamaGenerateMembers.images]
        let kind: Kind =
            if prompt.isEmpty, suffix.isEmpty, images == nil {
                .load
            } else if !suffix.isEmpty {
                .infill(prefix: prompt, suffix: suffix)
            } else {
                isRaw ? .raw(prompt: prompt) : .chat
            }
        guard kind == .chat || images == nil else {
            throw APIError(.invalidRequest, "'images' need the model's template: leave out 'raw' and 'suffix'")
        }
        var messages: [ChatMessage] = []
        if !system.isEmpty { messages.append(ChatMessage("system", .string(system))) }
        messages.append(try OllamaMessages.said("user", prompt, images: images, in: "images"))
        try self.init(
            fields,
            own: OllamaGenerateMembers.own,
            kind: kind,
            messages,
            [],
            contextSize: contextSize,
            shifts: shifts
        )
    }

    private init(
        _ fields: RequestFields,
        own: Set<String>,
        kind: Kind,
        _ messages: [ChatMessage],
        _ members: [JSONValue.Member],
        contextSize: Int,
        shifts: Bool
    ) throws(APIError) {
        var warnings = RequestWarnings()
        for member in fields.json.members ?? [] where member.value != .null {
            guard !own.contains(member.name) else { continue }
            warnings.add("'\(member.name.prefix(80))' has no effect: this server doesn't know it")
        }
        var members = members
        streams = try fields[\OllamaMembers.streams] ?? true
        members.append(.init("stream", .bool(streams)))
        if kind == .chat { members.append(.init("messages", .array(messages.map(\.json)))) }
        members += try OllamaOptions.members(fields, contextSize: contextSize, &warnings)
        members += try Self.format(fields)
        let thinking = try Self.thinking(fields)
        members += thinking
        wantsThoughts = thinking.contains { $0.name == "enable_thinking" && $0.value == true }
        if try fields[\OllamaMembers.hasProbabilities] == true {
            members.append(.init("logprobs", true))
            members.append(.init("top_logprobs", .integer(Int64(try fields[\OllamaMembers.topProbabilities] ?? 0))))
        }
        if try fields[\OllamaMembers.shifts] == true, !shifts {
            warnings.add("'shift' has no effect: set context-shift in the model's preset")
        }
        truncates = try fields[\OllamaMembers.truncates] ?? true
        context = try Self.context(fields)
        hasMedia = messages.contains { $0.content?.array != nil }
        self.kind = kind
        self.warnings = warnings
        self.fields = RequestFields(.object(members))
    }

    private static func context(_ fields: RequestFields) throws(APIError) -> [Int32] {
        guard let value = fields[\OllamaGenerateMembers.context] else { return [] }
        guard let list = value.array else { throw fields.wrongKind("context", "an array of tokens", value) }
        var tokens: [Int32] = []
        for (index, token) in list.enumerated() {
            guard let number = token.integer, let token = Int32(exactly: number), token >= 0 else {
                throw APIError(.invalidRequest, "'context[\(index)]' must be a token of an earlier answer")
            }
            tokens.append(token)
        }
        return tokens
    }

    private static func format(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        switch fields[\OllamaMembers.format] {
        case nil, .string("")?: return []
        case .string("json")?: return [.init("response_format", ["type": "json_object"])]
        case .object(let schema)?:
            let named: JSONValue = ["name": "answer", "strict": true, "schema": .object(schema)]
            return [.init("response_format", ["type": "json_schema", "json_schema": named])]
        case let other?:
            throw APIError(.invalidRequest, "'format' must be \"json\" or a JSON schema, not \(other.text.prefix(80))")
        }
    }

    private static func thinking(_ fields: RequestFields) throws(APIError) -> [JSONValue.Member] {
        switch fields[\OllamaMembers.thinks] {
        case nil: return []
        case .bool(let thinks)?: return [.init("enable_thinking", .bool(thinks))]
        case .string(let word)?:
            if let effort = efforts[word] {
                return [.init("enable_thinking", true), .init("reasoning_effort", .string(effort))]
            }
            fallthrough
        default:
            throw APIError(.invalidRequest, "'think' must be true, false, \"low\", \"medium\", \"high\" or \"max\"")
        }
    }
}
