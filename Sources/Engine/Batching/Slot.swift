// SPDX-License-Identifier: MIT

import Wire

/// One sequence of the context: what its cache holds, and the generation that runs in it.
struct Slot {
    let id: Int
    /// Tokens whose keys and values the cache holds for this sequence.
    var cached: [Int32] = [] {
        didSet {
            if !layout.isEmpty { layout.trim(to: cached) }
        }
    }
    /// Where media lie among them.
    private(set) var layout = MediaLayout()
    /// What it held when that was moved to the main memory, until it is used again.
    var moved: [Int32] = []
    /// The adapters that they were computed with.
    var adapters = AdapterUse.none
    /// How many of its first positions may have their cells in common with other sequences: those must not be moved.
    var sharedLength = 0
    /// The generation that runs here; nil while the slot is idle.
    var generation: ActiveGeneration?
    /// The step in which the slot was last used.
    var lastUsed: UInt64 = 0
    /// The number of its last generation, and what that was made from; nil before the first.
    var lastTask: (id: UInt64, settings: JSONValue?)?

    var sequence: Int32 { Int32(id) }

    /// What the slot wants of the next step; nil if it is idle, its reader is behind, or it waits for
    /// what another slot computes, or for room.
    var need: Batcher.Need? {
        guard let generation, generation.canCompute else { return nil }
        if generation.isGenerating { return .generate(proposed: generation.proposal.count) }
        let adapters = generation.request.adapters
        let count = generation.lost.isEmpty ? generation.request.prompt.count : generation.lost.count
        var end = min(count, nextMedia?.span.start ?? count)
        // What one step computes, it computes with the same adapters.
        if cached.count < adapters.start { end = min(end, adapters.start) }
        if generation.isComputingPrompt, generation.request.reportsPrompt {
            end = min(end, cached.count + Self.reportedTokens)
        }
        return end > cached.count ? .prompt(remaining: end - cached.count, age: generation.age) : nil
    }

    /// Tokens of a prompt in one step whose probabilities are wanted: each needs room for the whole vocabulary's.
    static let reportedTokens = 32

    /// The adapters' scales for the next token of the generation that runs here.
    var nextScales: [Float] { generation?.request.adapters.scales(at: cached.count) ?? [] }

    /// The medium that the prompt waits for before more of its text can be computed.
    var pendingMedia: MediaChunk? {
        guard let generation, generation.canCompute, let media = nextMedia, media.span.start == cached.count else {
            return nil
        }
        return media
    }

    /// The first medium of the prompt that isn't computed.
    private var nextMedia: MediaChunk? {
        generation?.request.media.first { $0.span.start >= cached.count }
    }

    /// Notes that the cache holds a medium now.
    mutating func append(_ media: MediaChunk) {
        cached.append(contentsOf: repeatElement(media.span.identity.id, count: media.span.tokens))
        layout.append(media.span)
    }

    /// How many tokens at the beginning of a request's prompt the cache already holds.
    func commonPrefix(with request: GenerationRequest) -> Int {
        let common = Tokens.commonPrefix(cached, request.prompt)
        return layout.boundary(atMost: min(common, adapters.commonLength(with: request.adapters)))
    }
}
