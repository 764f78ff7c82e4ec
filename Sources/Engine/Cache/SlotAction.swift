// SPDX-License-Identifier: MIT

/// What can be done with the cache of an idle slot.
package enum SlotAction: Sendable, Equatable {
    /// Writes it to a file.
    case save(path: String)
    /// Puts what a file holds in its place.
    case restore(path: String)
    /// Empties it.
    case erase

    /// What came of it.
    package struct Outcome: Sendable, Equatable {
        /// Tokens that were saved, restored or erased.
        package let tokens: Int
        /// Bytes of the file.
        package let bytes: Int
        package let duration: Duration
    }
}
