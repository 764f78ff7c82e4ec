// SPDX-License-Identifier: MIT

/// What makes two chunks the same: the same place in the same file. Caches and prompts hold it while they know the chunk.
package final class MediaIdentity: Sendable {
    /// Stands in a prompt's tokens for each token of the chunk: negative, so that it is no token, and used once.
    package let id: Int32
    /// The file's hash and the chunk's place in it.
    package let key: String

    package init(id: Int32, key: String) {
        self.id = id
        self.key = key
    }
}
