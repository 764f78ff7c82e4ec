// SPDX-License-Identifier: MIT

import Engine
import Wire

/// Reads an assistant's message out of what the model writes: thoughts, content and calls.
struct MessageReader: Sendable {
    private let conversation: Conversation
    /// Whether what the model writes is the content as it stands.
    private(set) var isPlain: Bool
    /// Everything that was generated.
    private(set) var text: [UInt8] = []

    init(_ conversation: Conversation) {
        self.conversation = conversation
        isPlain = conversation.isPlain
    }

    /// Takes text without looking at it.
    mutating func collect(_ bytes: [UInt8]) {
        text.append(contentsOf: bytes)
    }

    /// Takes text.
    /// - Returns: what is new, as OpenAI's deltas.
    /// - Throws: `decodeFailed` if the parser fails.
    mutating func append(_ bytes: [UInt8]) throws(EngineError) -> [JSONValue] {
        guard !bytes.isEmpty else { return [] }
        collect(bytes)
        guard !isPlain else { return [Self.content(bytes)] }
        return try parse(ended: false) ?? [Self.content(bytes)]
    }

    /// Takes the end.
    /// - Returns: what is new.
    mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [JSONValue] {
        collect(summary.rest)
        let rest = summary.rest.isEmpty ? [] : [Self.content(summary.rest)]
        guard !isPlain else { return rest }
        return try parse(ended: true) ?? rest
    }

    /// The message, after the end, in OpenAI's JSON.
    var json: JSONValue {
        guard !isPlain, let message = try? JSONValue(parsing: conversation.message) else {
            return ["role": "assistant", "content": .string(String(decoding: text, as: UTF8.self))]
        }
        return message
    }

    /// The message, after the end.
    var message: AssistantMessage {
        isPlain ? AssistantMessage(content: String(decoding: text, as: UTF8.self)) : AssistantMessage(json)
    }

    private static func content(_ bytes: [UInt8]) -> JSONValue {
        ["content": .string(String(decoding: bytes, as: UTF8.self))]
    }

    /// - Returns: what is new; nil if the engine's parser wrote what can't be read: from there on, the text is taken as it
    ///   stands.
    private mutating func parse(ended: Bool) throws(EngineError) -> [JSONValue]? {
        let parsed = try conversation.parse(text, ended: ended)
        guard let deltas = try? JSONValue(parsing: parsed).array else {
            isPlain = true
            return nil
        }
        return deltas
    }
}
