// SPDX-License-Identifier: MIT

import Wire

/// The ways to ask for an assistant's next message.
enum ChatDialect: Sendable {
    /// OpenAI's chat completions.
    case chat
    /// OpenAI's responses.
    case responses
    /// Anthropic's messages.
    case anthropic

    /// A request of this dialect as a chat completion's, which `ChatRequest.canonical` can read.
    /// - Throws: 400 naming the field.
    func chat(_ fields: RequestFields) throws(APIError) -> RequestFields {
        switch self {
        case .chat: fields
        case .responses: try ResponsesRequest.chat(fields)
        case .anthropic: try AnthropicRequest.chat(fields)
        }
    }
}
