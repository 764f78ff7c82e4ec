// SPDX-License-Identifier: MIT

/// Finds parts of a prompt that a cache holds behind a difference, at other positions. Pure.
package enum ChunkReuse {
    /// Tokens of the cache that move to where the prompt has them.
    package struct Move: Sendable, Equatable {
        /// The first position in the cache.
        package let source: Int
        /// The first position in the prompt, never behind `source`.
        package let target: Int
        package let count: Int
    }

    /// The moves, in order, as llama-server's `--cache-reuse` makes them.
    /// - Parameters:
    ///   - common: tokens that cache and prompt have in common from the beginning.
    ///   - minimum: the smallest part that is worth it; at least 1.
    package static func moves(cached: [Int32], prompt: [Int32], common: Int, minimum: Int) -> [Move] {
        var moves: [Move] = []
        var source = common
        var target = common
        while source < cached.count, target < prompt.count {
            var count = 0
            while source + count < cached.count, target + count < prompt.count,
                cached[source + count] == prompt[target + count]
            {
                count += 1
            }
            if count >= max(minimum, 1) {
                moves.append(Move(source: source, target: target, count: count))
                source += count
                target += count
            } else {
                source += 1
            }
        }
        return moves
    }
}
