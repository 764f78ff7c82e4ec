// SPDX-License-Identifier: MIT

import Engine
import Wire

/// Reads an assistant's message out of what the model writes: thoughts, content and calls.
struct MessageReader: Sendable {
    let conversation: Conversation
    /// Everything that was generated.
    private(set) var text: [UInt8] = []

    init(_ conversation: Conversation) {
        self.conversation = conversation
    }

    /// Takes text without looking at it.
    mutating func collect(_ bytes: [UInt8]) {
        text.append(contentsOf: bytes)
    }

    /// Takes text.
    /// - Returns: what is new, as OpenAI's deltas.
    /// - Throws: `decodeFailed` for text that the format doesn't allow.
    mutating func append(_ bytes: [UInt8]) throws(EngineError) -> [JSONValue] {
        guard !bytes.isEmpty else { return [] }
        collect(bytes)
        guard !conversation.isPlain else { return [Self.content(bytes)] }
        return try parse(final: false)
    }

    /// Takes the end.
    /// - Returns: what is new.
    mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [JSONValue] {
        collect(summary.rest)
        guard !conversation.isPlain else { return summary.rest.isEmpty ? [] : [Self.content(summary.rest)] }
        return try parse(final: summary.reason != .limit && summary.reason != .contextFull)
    }

    /// The message, after the end, in OpenAI's JSON.
    var json: JSONValue {
        if conversation.isPlain {
            return ["role": "assistant", "content": .string(String(decoding: text, as: UTF8.self))]
        }
        return (try? JSONValue(parsing: conversation.message)) ?? .null
    }

    /// The message, after the end.
    var message: AssistantMessage {
        conversation.isPlain ? AssistantMessage(content: String(decoding: text, as: UTF8.self)) : AssistantMessage(json)
    }

    private static func content(_ bytes: [UInt8]) -> JSONValue {
        ["content": .string(String(decoding: bytes, as: UTF8.self))]
    }

    private func parse(final: Bool) throws(EngineError) -> [JSONValue] {
        let parsed = try conversation.parse(text, final: final)
        do {
            return try JSONValue(parsing: parsed).array ?? []
        } catch {
            throw EngineError(.decodeFailed, "the engine's parser gave \(error)")
        }
    }
}
