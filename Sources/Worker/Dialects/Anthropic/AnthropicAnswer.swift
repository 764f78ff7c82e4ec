// SPDX-License-Identifier: MIT

import API
package import Engine
package import Wire

/// Anthropic's message.
package struct AnthropicAnswer: Answer {
    /// The block that is open in the stream.
    private enum Block: Equatable {
        case none
        case thinking
        case text
        /// `call` counts the message's calls.
        case toolUse(call: Int)
    }

    private let id = "msg_" + AnswerIdentity.randomID()
    private let model: String
    private let promptTokens: Int
    /// Strings that the request named: others that end a text are the template's.
    private let stops: [String]
    private var reader: MessageReader
    private var open = Block.none
    /// Blocks that have begun.
    private var blocks = 0
    /// The template of the open block's chunks of text.
    private var template: ChunkTemplate?
    private var hasStarted = false

    package static var dialect: Dialect { .anthropic }

    package init(model: String, promptTokens: Int, stops: [String], conversation: Conversation) {
        self.model = model
        self.promptTokens = promptTokens
        self.stops = stops
        reader = MessageReader(conversation)
    }

    package mutating func append(_ token: GeneratedToken) throws(EngineError) -> [UInt8] {
        var output = opening(cached: token.timings?.cachedTokens ?? 0)
        if reader.isPlain {
            reader.collect(token.text)
            output += show(.content(token.text))
            return output
        }
        for delta in try reader.append(token.text).flatMap(MessageDelta.list) { output += show(delta) }
        return output
    }

    package mutating func collect(_ token: GeneratedToken) {
        reader.collect(token.text)
    }

    package mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [UInt8] {
        var output = opening(cached: summary.cachedTokens)
        for delta in try reader.finish(summary).flatMap(MessageDelta.list) { output += show(delta) }
        output += close()
        let end: JSONValue = [
            "type": "message_delta",
            "delta": [
                "stop_reason": .string(stopReason(summary)),
                "stop_sequence": stopSequence(summary).map(JSONValue.string) ?? .null,
            ],
            "usage": ["output_tokens": .integer(Int64(summary.generatedTokens))],
        ]
        output += Self.event(end)
        output += Self.event(["type": "message_stop"])
        return output
    }

    package static func whole(_ choices: [Finished]) -> JSONValue {
        guard let (answer, summary) = choices.first else { return .null }
        var message = answer.message(cached: summary.cachedTokens)
        message.content = answer.content
        message.stopReason = answer.stopReason(summary)
        message.stopSequence = answer.stopSequence(summary)
        message.usage.generated = summary.generatedTokens
        return message.json
    }

    // MARK: The stream's blocks

    private mutating func opening(cached: Int) -> [UInt8] {
        guard !hasStarted else { return [] }
        hasStarted = true
        return Self.event(["type": "message_start", "message": message(cached: cached).json])
    }

    private mutating func show(_ delta: MessageDelta) -> [UInt8] {
        switch delta {
        case .reasoning(let text):
            return show(Array(text.utf8), in: .thinking, begin: ["type": "thinking", "thinking": "", "signature": ""]) {
                ["type": "thinking_delta", "thinking": $0]
            }
        case .content(let text):
            return show(text, in: .text, begin: ["type": "text", "text": ""]) { ["type": "text_delta", "text": $0] }
        case .call(let index, let id, let name):
            let block: JSONValue = ["type": "tool_use", "id": .string(id), "name": .string(name), "input": [:]]
            return begin(.toolUse(call: index), block) { ["type": "input_json_delta", "partial_json": $0] }
        case .arguments(let index, let text):
            guard open == .toolUse(call: index), let template else { return [] }
            return template.bytes(Array(text.utf8))
        }
    }

    private mutating func show(
        _ text: [UInt8],
        in block: Block,
        begin content: JSONValue,
        delta: (JSONValue) -> JSONValue
    ) -> [UInt8] {
        guard !text.isEmpty else { return [] }
        var output = open == block ? [] : begin(block, content, delta: delta)
        if let template { output += template.bytes(text) }
        return output
    }

    private mutating func begin(
        _ block: Block,
        _ content: JSONValue,
        delta: (JSONValue) -> JSONValue
    ) -> [UInt8] {
        let output = close()
        let index = JSONValue.integer(Int64(blocks))
        open = block
        blocks += 1
        template = ChunkTemplate(event: "content_block_delta") {
            ["type": "content_block_delta", "index": index, "delta": delta($0)]
        }
        return output + Self.event(["type": "content_block_start", "index": index, "content_block": content])
    }

    private mutating func close() -> [UInt8] {
        guard open != .none else { return [] }
        let index = JSONValue.integer(Int64(blocks - 1))
        var output: [UInt8] = []
        if open == .thinking {
            // Clients want a signature; a local model's thoughts have none.
            let delta: JSONValue = ["type": "signature_delta", "signature": ""]
            output += Self.event(["type": "content_block_delta", "index": index, "delta": delta])
        }
        open = .none
        return output + Self.event(["type": "content_block_stop", "index": index])
    }

    private static func event(_ json: JSONValue) -> [UInt8] { .event(json, name: json["type"]?.string) }

    // MARK: The whole message

    private var content: [JSONValue] {
        let message = reader.message
        var content: [JSONValue] = []
        if !message.reasoning.isEmpty {
            content.append(["type": "thinking", "thinking": .string(message.reasoning), "signature": ""])
        }
        if !message.content.isEmpty { content.append(["type": "text", "text": .string(message.content)]) }
        for call in message.calls {
            // A model may write what is no JSON.
            let input = (try? JSONValue(parsing: call.arguments)) ?? [:]
            content.append(["type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": input])
        }
        return content
    }

    /// The message before anything is said.
    private func message(cached: Int) -> AnthropicMessage {
        var message = AnthropicMessage()
        message.id = id
        message.model = model
        message.usage.cached = cached
        message.usage.prompt = promptTokens - cached
        return message
    }

    private func stopReason(_ summary: GenerationSummary) -> String {
        switch summary.reason {
        case .limit, .contextFull: "max_tokens"
        case .endOfGeneration, .stopWord:
            if stopSequence(summary) != nil {
                "stop_sequence"
            } else {
                reader.message.calls.isEmpty ? "end_turn" : "tool_use"
            }
        }
    }

    private func stopSequence(_ summary: GenerationSummary) -> String? {
        summary.stopWord.flatMap { stops.contains($0) ? $0 : nil }
    }
}
