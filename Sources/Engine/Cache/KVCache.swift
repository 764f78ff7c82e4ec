// SPDX-License-Identifier: MIT

/// What keeps the keys, values and states of sequences: a ``Context``, or a fake that knows what can be seen.
package protocol KVCache: ~Copyable {
    /// Does something with its sequences.
    /// - Returns: nil for what has no answer.
    mutating func perform(_ action: CacheAction) -> CacheOutcome?

    /// The first position that the sliding window of a sequence still holds; -1 for an empty one.
    func first(of sequence: Int32) -> Int
}
