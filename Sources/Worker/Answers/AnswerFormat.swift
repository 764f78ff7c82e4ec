// SPDX-License-Identifier: MIT

import Engine
import Wire

/// How what a model writes is read, in llama-server's words.
struct AnswerFormat: Sendable {
    /// `chat_format`.
    var name = "Content-only"
    /// `reasoning_format`.
    var reasoning: String
    var keepsReasoning = false
    /// What the template put behind the conversation.
    var generationPrompt = ""
    /// Special tokens that mean something to the reader.
    var preservedTokens: [Int32] = []
    /// What was asked for and can't be had, in sentences.
    var warnings: [String] = []
    /// Whether calls hold texts to what the schemas of their functions say.
    var bindsTexts = true

    /// Text as it stands.
    /// - Parameter reasoning: the model's `--reasoning-format`.
    init(reasoning: String) {
        self.reasoning = Self.meaning(reasoning)
    }

    /// - Parameter model: its vocabulary says which texts are tokens.
    init(_ conversation: Conversation, _ model: Model) {
        // The engine wrote it; what isn't JSON says nothing.
        let details = (try? JSONValue(parsing: conversation.details)) ?? [:]
        self.init(reasoning: details["reasoning_format"]?.string ?? "none")
        name = details["chat_format"]?.string ?? name
        keepsReasoning = details["reasoning_in_content"]?.bool ?? false
        generationPrompt = details["generation_prompt"]?.string ?? ""
        warnings = details["warnings"]?.array?.compactMap(\.string) ?? []
        bindsTexts = details["binds_texts"]?.bool ?? true
        for text in details["preserved_tokens"]?.array ?? [] {
            let tokens = try? model.tokenize(text.string ?? "", addSpecial: false, parseSpecial: true)
            if let token = tokens?.first, tokens?.count == 1 { preservedTokens.append(token) }
        }
    }

    /// `auto` is llama-server's `deepseek`.
    private static func meaning(_ format: String) -> String { format == "auto" ? "deepseek" : format }
}
