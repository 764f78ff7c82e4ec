// SPDX-License-Identifier: MIT

/// Tokens that are computed in one step, column by column.
package struct Batch: Sendable, Equatable {
    package private(set) var tokens: [Int32] = []
    package private(set) var positions: [Int32] = []
    /// The sequence that each token belongs to.
    package private(set) var sequences: [Int32] = []
    /// 1 where the logits are wanted.
    package private(set) var outputs: [Int8] = []

    package var count: Int { tokens.count }

    package init() {}

    /// An empty one with room for so many tokens.
    init(capacity: Int) {
        tokens.reserveCapacity(capacity)
        positions.reserveCapacity(capacity)
        sequences.reserveCapacity(capacity)
        outputs.reserveCapacity(capacity)
    }

    /// Adds a token.
    /// - Returns: its index in the batch.
    @discardableResult
    package mutating func append(_ token: Int32, position: Int, sequence: Int32, output: Bool) -> Int {
        tokens.append(token)
        positions.append(Int32(position))
        sequences.append(sequence)
        outputs.append(output ? 1 : 0)
        return tokens.count - 1
    }

    /// Empties the batch and keeps its memory.
    package mutating func removeAll() {
        tokens.removeAll(keepingCapacity: true)
        positions.removeAll(keepingCapacity: true)
        sequences.removeAll(keepingCapacity: true)
        outputs.removeAll(keepingCapacity: true)
    }
}
