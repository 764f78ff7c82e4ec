// SPDX-License-Identifier: MIT

package import Wire

/// What was said so far.
package struct Conversation: Sendable, Equatable {
    package struct Message: Sendable, Equatable {
        package let role: String
        package let content: String
    }

    package var system: String?
    package private(set) var messages: [Message] = []

    package init(system: String? = nil) { self.system = system }

    package mutating func ask(_ text: String) { messages.append(Message(role: "user", content: text)) }

    package mutating func answer(_ text: String) { messages.append(Message(role: "assistant", content: text)) }

    package mutating func clear() { messages = [] }

    /// Takes back what stands behind the last question, or with `withQuestion` that too.
    /// - Returns: false if nothing was asked.
    package mutating func rewind(withQuestion: Bool = false) -> Bool {
        guard let place = messages.lastIndex(where: { $0.role == "user" }) else { return false }
        messages.removeSubrange((withQuestion ? place : place + 1)...)
        return true
    }

    /// The member `messages` of a chat completion's request.
    package var json: JSONValue {
        let first = system.map { [Message(role: "system", content: $0)] } ?? []
        return .array((first + messages).map { ["role": .string($0.role), "content": .string($0.content)] })
    }
}
