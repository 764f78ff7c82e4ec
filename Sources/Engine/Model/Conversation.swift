// SPDX-License-Identifier: MIT

import CLlama

/// One rendered conversation: the prompt, what ends the answer, and the parser for what the model says.
///
/// `@unchecked Sendable`: it belongs to one request, which renders, samples and parses one after the other.
package final class Conversation: @unchecked Sendable {
    let handle: OpaquePointer
    private let templates: ChatTemplates
    /// The text for the model.
    package let prompt: String
    /// Strings that end the answer, as a JSON array.
    package let stops: String
    /// How what the model says is read, in llama-server's words, as a JSON object.
    package let details: String
    /// Whether what the model says is the content as it stands.
    package let isPlain: Bool

    /// Renders a conversation.
    /// - Parameter request: a JSON object with `messages`, `tools` and so on, as `eh_chat_create` wants it.
    /// - Throws: `invalidRequest` with the template's reason.
    package init(_ templates: ChatTemplates, request: String) throws(EngineError) {
        let created = Lent.text(request) { eh_chat_create(templates.handle, $0, $1) }
        guard let made = created else {
            throw EngineError(.invalidRequest, String(cString: eh_last_error()))
        }
        handle = made
        self.templates = templates
        var length = 0
        let bytes = eh_chat_prompt(made, &length)
        prompt = String(borrowed: bytes, length)
        stops = String(owned: eh_chat_stops(made)) ?? "[]"
        details = String(owned: eh_chat_details(made)) ?? "{}"
        isPlain = eh_chat_is_plain(made)
    }

    deinit {
        eh_chat_free(handle)
    }

    /// The GBNF grammar that the tools or the schema ask for; empty for none.
    package var grammar: String {
        var length = 0
        let bytes = eh_chat_grammar(handle, &length)
        return String(borrowed: bytes, length)
    }

    /// Puts another grammar in the place of that one.
    /// - Throws: `decodeFailed` where there is no memory for it.
    package func replaceGrammar(_ text: String) throws(EngineError) {
        guard Lent.text(text, to: { eh_chat_set_grammar(handle, $0, $1) }) else {
            throw .last(.decodeFailed, "the grammar cannot be replaced")
        }
    }

    /// Where the user's messages and the answer begin in the prompt, as far as the template shows it.
    /// - Parameter tokens: of the prompt; those of media are negative.
    /// - Throws: `invalidRequest` once the call's limits are passed.
    package func messages(in tokens: [Int32], of model: Model) throws(EngineError) -> MessagePlaces {
        let answer = eh_chat_answer(handle, model.handle, tokens, Int32(tokens.count))
        guard answer >= 0 else {
            throw .last(.invalidRequest, "the answer's beginning cannot be found in the conversation's prompt")
        }
        return MessagePlaces(
            users: try users(in: tokens, of: model),
            answer: answer > 0 ? tokens.count - Int(answer) : nil
        )
    }

    private func users(in tokens: [Int32], of model: Model) throws(EngineError) -> [Int] {
        var capacity: Int32 = 64
        while true {
            var count: Int32 = 0
            let places = [Int32](unsafeUninitializedCapacity: Int(capacity)) { buffer, written in
                count = eh_chat_messages(
                    templates.handle,
                    handle,
                    model.handle,
                    tokens,
                    Int32(tokens.count),
                    buffer.baseAddress,
                    capacity
                )
                written = count > capacity ? 0 : Int(max(count, 0))
            }
            guard count >= 0 else {
                throw .last(.invalidRequest, "the conversation's messages cannot be found in its prompt")
            }
            if count <= capacity { return places.map(Int.init) }
            capacity = count
        }
    }

    /// Parses everything that was generated so far.
    /// - Parameter ended: whether no more text comes, for whatever reason.
    /// - Returns: what is new, as a JSON array of OpenAI deltas. At the end, what the format doesn't allow is content.
    /// - Throws: `decodeFailed` if the parser itself fails.
    package func parse(_ text: [UInt8], ended: Bool) throws(EngineError) -> String {
        let deltas = text.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                String(owned: eh_chat_parse(handle, characters.baseAddress, characters.count, ended))
            }
        }
        guard let deltas else { throw .last(.decodeFailed, "the model's answer cannot be parsed") }
        return deltas
    }

    /// The whole message as of the last `parse`, in OpenAI's JSON.
    package var message: String {
        String(owned: eh_chat_message(handle)) ?? "{}"
    }
}
