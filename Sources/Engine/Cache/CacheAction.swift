// SPDX-License-Identifier: MIT

/// What is to be done with the sequences of a ``KVCache``. Lengths and ranges are positions, which differ from tokens behind media.
package enum CacheAction: Sendable, Equatable {
    /// Drops what a sequence has from a position on; at 0 it holds nothing any more. The memory's kind allows it.
    case cut(Int32, to: Int)
    /// Makes a sequence begin with the first positions of another, and hold nothing else. The memory's kind allows a cut there.
    case copy(from: Int32, to: Int32, length: Int)
    /// The same up to where a checkpoint of the other one was taken.
    case share(from: Int32, to: Int32, [UInt8])
    /// Takes positions out of a sequence, which leaves a gap.
    case remove(Int32, Range<Int>)
    /// Moves positions of a sequence, back into a gap.
    case move(Int32, Range<Int>, by: Int)
    /// Asks for a copy of what can't be cut; ``CacheOutcome/kept(_:_:)`` brings it.
    case checkpoint(Int32, ticket: UInt64)
    /// Brings a sequence back to where a checkpoint was taken.
    case restore(Int32, [UInt8])
    /// Asks for a copy of all that a sequence holds, if it takes at most so many bytes.
    case keep(Int32, ticket: UInt64, atMost: Int)
    /// Puts such a copy in the place of what a sequence holds.
    case load(Int32, [UInt8])
}

/// What came of those that answer.
package enum CacheOutcome: Sendable, Equatable {
    /// The copy that was asked for under a ticket; nil where there is none: it is too large, or memory is short.
    case kept(UInt64, [UInt8]?)
    /// Whether there was room for what a `share`, `restore` or `load` puts into a sequence; if not, it holds something half done.
    case loaded(Bool)
}
