// SPDX-License-Identifier: MIT

import Engine
import Testing
import Wire

@Suite("Places of messages in a prompt")
struct MessagePlacesTests {
    private static let messages: JSONValue = [
        ["role": "system", "content": "You tell stories."],
        ["role": "user", "content": "Hello! user: what is 2 + 3?"],
        ["role": "assistant", "content": "2 + 3 is 5."],
        ["role": "user", "content": [["type": "text", "text": "#1 is what?"], ["type": "text", "text": "Say it."]]],
    ]

    /// The texts that begin at the places which are found.
    private func found(
        _ members: [JSONValue.Member] = [],
        messages: JSONValue = Self.messages,
        template: String? = nil
    ) async throws -> [String] {
        let engine = try await EngineFixture.start { $0.chatTemplate = template }
        let request = JSONValue.object([.init("messages", messages)] + members)
        let conversation = try Conversation(engine.templates, request: request.text)
        let tokens = try engine.model.tokenize(conversation.prompt, addSpecial: true, parseSpecial: true)
        let places = try conversation.messages(in: tokens, of: engine.model).users
        #expect(places == places.sorted())
        return places.map { engine.model.detokenize(Array(tokens[$0...])) }
    }

    @Test("all of the user's messages are found where the template's marks stand")
    func marks() async throws {
        let texts = try await found()
        #expect(texts.count == 2)
        #expect(texts.first?.hasPrefix("<|im_start|>user\nHello!") == true, "\(texts)")
        #expect(texts.last?.hasPrefix("<|im_start|>user\n#1 is what?") == true, "\(texts)")
    }

    @Test("a template without marks shows where the last message's text begins")
    func otherText() async throws {
        let texts = try await found([.init("use_jinja", false)])
        #expect(texts.count == 1)
        #expect(texts[0].hasPrefix("#1 is what?") || texts[0].hasPrefix("\n#1 is what?"), "\(texts)")
    }

    @Test("the answer begins with its header and what the template puts behind that")
    func answer() async throws {
        let thoughts =
            "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n\n</think>\n\n{% endif %}"
        let engine = try await EngineFixture.start { $0.chatTemplate = thoughts }
        let request = JSONValue.object([.init("messages", [["role": "user", "content": "Hello!"]])])
        let conversation = try Conversation(engine.templates, request: request.text)
        let tokens = try engine.model.tokenize(conversation.prompt, addSpecial: true, parseSpecial: true)
        let answer = try #require(try conversation.messages(in: tokens, of: engine.model).answer)
        #expect(
            engine.model.detokenize(Array(tokens[answer...])) == "<|im_start|>assistant\n<think>\n\n</think>\n\n"
        )
    }

    @Test("a conversation without a message of the user has no places")
    func none() async throws {
        #expect(try await found(messages: [["role": "assistant", "content": "I am here."]]) == [])
        #expect(
            try await found([.init("use_jinja", false)], messages: [["role": "assistant", "content": "I am here."]])
                == []
        )
    }
}
