// SPDX-License-Identifier: MIT

package import Wire

/// One sequence of the context: what its cache holds, and the generation that runs in it.
package struct Slot: Sendable {
    package let id: Int
    /// What the cache holds of this sequence.
    package internal(set) var cached = CachedSequence()
    /// What it held when that was moved to the main memory, until it is used again.
    var moved: [Int32] = []
    /// The way back to before the proposals that the last step computed, where the memory can't take tokens back.
    var retreat: Retreat?
    /// How many of its first positions may have their cells in common with other sequences: those must not be moved.
    package internal(set) var sharedLength = 0
    /// The generation that runs here; nil while the slot is idle.
    package internal(set) var generation: Generation?
    /// The step in which the slot was last used.
    package internal(set) var lastUsed: UInt64 = 0
    /// The number of its last generation, and what that was made from; nil before the first.
    package internal(set) var lastTask: (id: UInt64, settings: JSONValue?)?

    enum Retreat: Sendable {
        /// The proposals are being checked.
        case open(Checkpoint)
        /// Some were wrong: the sequence holds them still.
        case due(Checkpoint)
    }

    package init(id: Int) {
        self.id = id
    }

    package var sequence: Int32 { Int32(id) }

    /// What the slot wants of the next step; nil if it is idle, its reader is behind, or it waits for
    /// what another slot computes, or for room.
    var need: Batcher.Need? {
        guard generation?.canCompute == true, let age = generation?.age else { return nil }
        guard let count = generation?.target?.count else { return .generate(proposed: generation?.proposal.count ?? 0) }
        var end = min(count, nextMedia?.start ?? count)
        // What one step computes, it computes with the same adapters.
        if let start = generation?.order.adapters.start, cached.count < start { end = min(end, start) }
        // A checkpoint is taken between two steps.
        if let place = generation?.places.first(where: { $0 > cached.count }) { end = min(end, place) }
        if generation?.isPrompting == true, generation?.order.reportsPrompt == true {
            end = min(end, cached.count + Self.reportedTokens)
        }
        return end > cached.count ? .prompt(remaining: end - cached.count, age: age) : nil
    }

    /// Tokens of a prompt in one step whose probabilities are wanted: each needs room for the whole vocabulary's.
    static let reportedTokens = 32

    /// The adapters' scales for the next token of the generation that runs here.
    var nextScales: [Float] { generation?.order.adapters.scales(at: cached.count) ?? [] }

    /// The medium that the prompt waits for before more of its text can be computed.
    package var pendingMedia: MediaLayout.Span? {
        guard generation?.canCompute == true, let media = nextMedia, media.start == cached.count else { return nil }
        return media
    }

    /// The first medium of the prompt that isn't computed.
    private var nextMedia: MediaLayout.Span? {
        generation?.order.media.first { $0.start >= cached.count }
    }

    /// Whether a checkpoint is to be taken before the next step.
    var wantsCheckpoint: Bool {
        guard generation?.places.contains(cached.count) == true, generation?.isPrompting == true else { return false }
        return generation?.canCompute == true && !cached.hasCheckpoint(at: cached.count)
    }
}
