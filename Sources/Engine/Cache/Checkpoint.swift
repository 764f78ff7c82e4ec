// SPDX-License-Identifier: MIT

/// A copy of the part of a sequence's memory that can't be cut, taken while the sequence had a certain length. Together with the
/// cells before that length, which can be cut, it lets computing go on there.
package struct Checkpoint: Sendable, Equatable {
    /// Its number: copies in several places count once.
    package let id: UInt64
    /// Tokens that the sequence had.
    package let length: Int
    /// The first position that a sliding window still held.
    package let first: Int
    package let state: [UInt8]

    package init(id: UInt64, length: Int, first: Int, state: [UInt8]) {
        self.id = id
        self.length = length
        self.first = first
        self.state = state
    }

    package static func == (one: Checkpoint, other: Checkpoint) -> Bool { one.id == other.id }
}
