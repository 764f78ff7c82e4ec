// SPDX-License-Identifier: MIT

import API
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
    func read(_ fields: RequestFields) throws(APIError) -> ConvertedRequest {
        switch self {
        case .chat: ConvertedRequest(chat: fields)
        case .responses: try ResponsesRequest.read(fields)
        case .anthropic: try AnthropicRequest.read(fields)
        }
    }
}
