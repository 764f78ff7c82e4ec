// SPDX-License-Identifier: MIT

import TestKit

/// What people do with conversations, in random order: they go on, change something further up, leave thoughts out, cut, come back, begin
/// with what another conversation begins with, and ask for several answers.
struct EditScript {
    /// A conversation's tokens, and where the user's messages begin.
    struct Conversation {
        var tokens: [Int32]
        var messages: [Int]

        mutating func cut(to length: Int) {
            tokens.removeLast(tokens.count - length)
            messages.removeAll { $0 >= length }
        }

        mutating func say(_ text: [Int32]) {
            messages.append(tokens.count)
            tokens += text
        }
    }

    private var random: SeededGenerator
    private let limit: Int
    private(set) var conversations: [Conversation] = []

    /// - Parameter limit: tokens of a prompt at most.
    init(seed: UInt64, limit: Int) {
        random = SeededGenerator(seed: seed)
        self.limit = limit
    }

    private mutating func text(_ lengths: ClosedRange<Int>) -> [Int32] {
        (0..<Int.random(in: lengths, using: &random)).map { _ in Int32.random(in: 10..<600, using: &random) }
    }

    /// The prompts that come next, at the same time, and which conversation each belongs to.
    mutating func next() -> [(conversation: Int, prompt: Conversation)] {
        let step = conversations.isEmpty ? 0 : Int.random(in: 0..<10, using: &random)
        guard step > 0 else { return [begin(with: [])] }
        let index = Int.random(in: conversations.indices, using: &random)
        var prompt = conversations[index]
        switch step {
        case 1: prompt.say(text(100...300))
        case 2...3: prompt.say(text(1...60))
        case 4...5:
            prompt.cut(to: Int.random(in: 1...prompt.tokens.count, using: &random))
            prompt.say(text(5...60))
        case 6: prompt.cut(to: Int.random(in: 1...prompt.tokens.count, using: &random))
        case 7: break
        case 8:
            let start = Array(prompt.tokens.prefix(Int.random(in: 1...prompt.tokens.count, using: &random)))
            return [begin(with: start), begin(with: start)]
        default:
            prompt.say(text(1...40))
            prompt.cut(to: min(prompt.tokens.count, limit))
            return [(index, prompt), (index, prompt), (index, prompt)]
        }
        prompt.cut(to: min(prompt.tokens.count, limit))
        return [(index, prompt)]
    }

    private mutating func begin(with start: [Int32]) -> (conversation: Int, prompt: Conversation) {
        var prompt = Conversation(tokens: start, messages: [])
        prompt.say(text(20...300))
        prompt.cut(to: min(prompt.tokens.count, limit))
        conversations.append(prompt)
        return (conversations.count - 1, prompt)
    }

    /// Adds an answer to a conversation; some of them are left out, as a template does with thoughts.
    mutating func answered(_ conversation: Int, _ prompt: Conversation, _ answer: [Int32]) {
        conversations[conversation] = prompt
        if Int.random(in: 0..<3, using: &random) > 0 { conversations[conversation].tokens += answer }
    }
}
