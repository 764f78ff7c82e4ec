// SPDX-License-Identifier: MIT

package import Wire

/// One sequence of the context: what its cache holds, and the generation that runs in it.
package struct Slot: Sendable {
    package let id: Int
    /// What the cache holds of this sequence.
    package internal(set) var cached = CachedSequence()
    /// What it held when that was moved to the main memory, until it is used again.
    var moved: [Int32] = []
    /// How many of its first positions may have their cells in common with other sequences: those must not be moved.
    package internal(set) var sharedLength = 0
    /// The generation that runs here; nil while the slot is idle.
    package internal(set) var generation: Generation?
    /// The step in which the slot was last used.
    package internal(set) var lastUsed: UInt64 = 0
    /// The number of its last generation, and what that was made from; nil before the first.
    package internal(set) var lastTask: (id: UInt64, settings: JSONValue?)?

    package init(id: Int) {
        self.id = id
    }

    package var sequence: Int32 { Int32(id) }

    /// What the slot wants of the next step; nil if it is idle, its reader is behind, or it waits for
    /// what another slot computes, or for room.
    var need: Batcher.Need? {
        guard let generation, generation.canCompute else { return nil }
        guard let target = generation.target else { return .generate(proposed: generation.proposal.count) }
        var end = min(target.count, nextMedia?.start ?? target.count)
        // What one step computes, it computes with the same adapters.
        let adapters = generation.order.adapters
        if cached.count < adapters.start { end = min(end, adapters.start) }
        // A checkpoint is taken between two steps.
        if let place = generation.places.first(where: { $0 > cached.count }) { end = min(end, place) }
        if generation.isPrompting, generation.order.reportsPrompt {
            end = min(end, cached.count + Self.reportedTokens)
        }
        return end > cached.count ? .prompt(remaining: end - cached.count, age: generation.age) : nil
    }

    /// Tokens of a prompt in one step whose probabilities are wanted: each needs room for the whole vocabulary's.
    static let reportedTokens = 32

    /// The adapters' scales for the next token of the generation that runs here.
    var nextScales: [Float] { generation?.order.adapters.scales(at: cached.count) ?? [] }

    /// The medium that the prompt waits for before more of its text can be computed.
    package var pendingMedia: MediaLayout.Span? {
        guard let generation, generation.canCompute, let media = nextMedia, media.start == cached.count else {
            return nil
        }
        return media
    }

    /// The first medium of the prompt that isn't computed.
    private var nextMedia: MediaLayout.Span? {
        generation?.order.media.first { $0.start >= cached.count }
    }

    /// Whether a checkpoint is to be taken before the next step.
    var wantsCheckpoint: Bool {
        guard let generation, case .prompting = generation.phase, generation.canCompute else { return false }
        return generation.places.contains(cached.count) && !cached.hasCheckpoint(at: cached.count)
    }
}
