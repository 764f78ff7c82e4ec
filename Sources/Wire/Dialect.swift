// SPDX-License-Identifier: MIT

/// Whose words an error is written in.
package enum Dialect: Sendable {
    case openAI
    /// OpenAI's responses, whose streams have events with names.
    case responses
    case anthropic

    /// The dialect of a path without its query.
    package init(path: some StringProtocol) {
        switch path {
        case "/v1/responses", "/responses": self = .responses
        case "/v1/messages": self = .anthropic
        default: self = path.hasPrefix("/v1/messages/") ? .anthropic : .openAI
        }
    }
}
