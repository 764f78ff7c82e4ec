// SPDX-License-Identifier: MIT

package import Wire

/// Puts a conversation's messages into the order that strict chat templates ask for.
///
/// Many templates refuse a second system message, or a tool's result that doesn't follow its call. Clients and the
/// decoders of other dialects write both. So for every dialect:
///
/// - System and developer messages at the beginning become one. Their texts stand in it one below the other, with an
///   empty line between them. One alone stays as it is, and so does one later in the conversation.
/// - Results of tools stand right behind the assistant's message with their calls, in the order in which they came. What a
///   user said in between comes after them. A result belongs to the nearest call of its id before it; one without an id to
///   the nearest call without a result.
///
/// It changes nothing else. A conversation that is in order stays as it is.
package enum ConversationOrder {
    /// The messages in order.
    /// - Parameter messages: those of a chat completion.
    package static func ordered(_ messages: [JSONValue]) -> [JSONValue] {
        withResultsBesideCalls(withOneOpening(messages))
    }

    /// The messages with all of system and developer in front, as one; the others keep their order. For templates that
    /// refuse instructions further down.
    package static func withInstructionsInFront(_ messages: [JSONValue]) -> [JSONValue] {
        withOneOpening(messages.filter(isInstruction) + messages.filter { !isInstruction($0) })
    }

    // MARK: The opening

    private static func withOneOpening(_ messages: [JSONValue]) -> [JSONValue] {
        let opening = messages.prefix { isInstruction($0) }
        guard opening.count > 1, let first = opening.first else { return messages }
        let isOneRole = opening.allSatisfy { $0["role"] == first["role"] }
        let merged: JSONValue = [
            "role": isOneRole ? first["role"] ?? "system" : "system",
            "content": content(of: opening.compactMap { $0["content"] }),
        ]
        return [merged] + messages.dropFirst(opening.count)
    }

    /// Whether a message tells the model what to be, rather than being said to it.
    static func isInstruction(_ message: JSONValue) -> Bool {
        message["role"] == "system" || message["role"] == "developer"
    }

    /// One text if all are texts, else all parts.
    private static func content(of contents: [JSONValue]) -> JSONValue {
        let texts = contents.compactMap(\.string).filter { !$0.isEmpty }
        if contents.allSatisfy({ $0.string != nil || $0 == .null }) { return .string(texts.joined(separator: "\n\n")) }
        var parts: [JSONValue] = []
        for content in contents {
            if let list = content.array { parts += list }
            if let text = content.string, !text.isEmpty { parts.append(["type": "text", "text": .string(text)]) }
        }
        return .array(parts)
    }

    // MARK: Results

    /// An assistant's message and the results of its calls.
    private struct Turn {
        let message: JSONValue
        /// Calls that have no result yet; nil stands for one without an id.
        var open: [String?]
        var results: [JSONValue] = []
    }

    private static func withResultsBesideCalls(_ messages: [JSONValue]) -> [JSONValue] {
        var turns: [Turn] = []
        for message in messages {
            guard message["role"] == "tool", let place = place(of: message, in: &turns) else {
                let calls = message["role"] == "assistant" ? message["tool_calls"]?.array ?? [] : []
                turns.append(Turn(message: message, open: calls.map { id(of: $0["id"]) }))
                continue
            }
            turns[place].results.append(message)
        }
        return turns.flatMap { [$0.message] + $0.results }
    }

    /// The turn that a result belongs to, whose call has one then; nil for a result without a call.
    private static func place(of result: JSONValue, in turns: inout [Turn]) -> Int? {
        let id = id(of: result["tool_call_id"])
        for place in turns.indices.reversed() {
            guard let call = turns[place].open.firstIndex(where: { id == nil || $0 == nil || $0 == id }) else {
                continue
            }
            turns[place].open.remove(at: call)
            return place
        }
        return nil
    }

    private static func id(of value: JSONValue?) -> String? {
        guard let text = value?.string, !text.isEmpty else { return nil }
        return text
    }
}
