// SPDX-License-Identifier: MIT

/// What slots hold, for frequent looks from outside: each answer is only what was asked for.
extension EngineState {
    /// The number of the generation that runs in a slot; nil while that is idle.
    package func generation(in slot: Int) -> UInt64? { slots[slot].generation?.id }

    /// The token of its generation that is computed next; nil for none.
    package func next(in slot: Int) -> Int32? { slots[slot].generation?.next }

    /// The tokens that are proposed behind that.
    package func proposal(in slot: Int) -> [Int32] { slots[slot].generation?.proposal ?? [] }

    /// The tokens that a slot's cache holds.
    package func tokens(in slot: Int) -> [Int32] { slots[slot].cached.tokens }

    /// The checkpoints among them.
    package func checkpoints(in slot: Int) -> [Checkpoint] { slots[slot].cached.checkpoints }
}
