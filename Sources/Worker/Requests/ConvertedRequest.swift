// SPDX-License-Identifier: MIT

package import API

/// A request of another dialect, as the chat completion that it stands for.
package struct ConvertedRequest: Sendable {
    /// The chat completion.
    package var chat: RequestFields
    /// What of the request has no effect, a sentence for each.
    package var warnings: RequestWarnings
    /// What the caller calls the functions of the chat completion.
    package var calls = CallNames()

    package init(chat: RequestFields, warnings: RequestWarnings = RequestWarnings()) {
        self.chat = chat
        self.warnings = warnings
    }
}
