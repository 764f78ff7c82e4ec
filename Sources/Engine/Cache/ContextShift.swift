// SPDX-License-Identifier: MIT

/// Which part of a full context is forgotten. Pure.
package enum ContextShift {
    /// The positions to take out, as llama-server chooses them, whatever the request says: never all that is behind
    /// what is kept, and at least one.
    /// - Parameters:
    ///   - count: tokens that the sequence has.
    ///   - size: tokens that it can have.
    ///   - keep: tokens at the beginning that stay.
    ///   - discard: tokens behind them that go; 0 for half of the rest.
    /// - Returns: nil if nothing can go.
    package static func range(count: Int, size: Int, keep: Int, discard: Int) -> Range<Int>? {
        let kept = max(0, min(keep, size - 4, count))
        let left = count - kept
        guard left > 1 else { return nil }
        let gone = min(max(discard > 0 ? discard : left / 2, 1), left - 1)
        return kept..<(kept + gone)
    }
}
