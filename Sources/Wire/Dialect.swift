// SPDX-License-Identifier: MIT

/// Whose words an error is written in.
package enum Dialect: Sendable {
    case openAI
    case anthropic

    /// The dialect of a path without its query.
    package init(path: some StringProtocol) {
        self = path == "/v1/messages" || path.hasPrefix("/v1/messages/") ? .anthropic : .openAI
    }
}
