// SPDX-License-Identifier: MIT

import Wire

/// One sequence of the context: what its cache holds, and the generation that runs in it.
struct Slot {
    let id: Int
    /// Tokens whose keys and values the cache holds for this sequence.
    var cached: [Int32] = []
    /// The generation that runs here; nil while the slot is idle.
    var generation: ActiveGeneration?
    /// The step in which the slot was last used.
    var lastUsed: UInt64 = 0
    /// The number of its last generation, and what that was made from; nil before the first.
    var lastTask: (id: UInt64, settings: JSONValue?)?

    var sequence: Int32 { Int32(id) }

    /// What the slot wants of the next step; nil if it is idle or its reader is behind.
    var need: Batcher.Need? {
        guard let generation, !generation.stream.isFull else { return nil }
        if generation.next != nil { return .generate }
        return .prompt(remaining: generation.request.prompt.count - cached.count, age: generation.age)
    }

    /// How many tokens at the beginning of a prompt the cache already holds.
    func commonPrefix(with prompt: [Int32]) -> Int {
        zip(cached, prompt).prefix { $0 == $1 }.count
    }
}
