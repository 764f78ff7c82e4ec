// SPDX-License-Identifier: MIT

package import Wire

/// A conversation's owner and id. It belongs to the API key with which it was begun: a client with another key can
/// neither read nor stop it, nor learn that it is there.
package struct ConversationKey: Hashable, Sendable {
    /// Which of the server's keys; nil on a server without keys.
    package let owner: Int?
    /// What the client calls it: any text, often with `::` and a model's name at the end.
    package let id: String

    /// The longest id, in bytes of UTF-8.
    package static let maxIDBytes = 1024

    /// - Throws: `APIError` 400 if the id is too long.
    package init(owner: Int?, id: String) throws(APIError) {
        guard id.utf8.count <= Self.maxIDBytes else {
            let sentence = "the conversation id is longer than \(Self.maxIDBytes) bytes"
            throw APIError(.invalidRequest, sentence)
        }
        self.owner = owner
        self.id = id
    }
}
