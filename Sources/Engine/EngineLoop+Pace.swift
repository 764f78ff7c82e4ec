// SPDX-License-Identifier: MIT

extension EngineLoop {
    /// Says whether the tokens of the next step may gather, and releases what has gathered if they may not.
    mutating func setPace(_ shares: [Batcher.Share]) {
        let hasOnlyTokens = shares.allSatisfy { slots[$0.slot].generation?.isGenerating == true }
        let isQuiet = embedding == nil && !slots.contains { $0.pendingMedia != nil }
        if pace.begin(at: clock.now, hasOnlyTokens: hasOnlyTokens && isQuiet) { releaseGathered() }
    }

    private func releaseGathered() {
        for slot in slots { slot.generation?.stream.release() }
    }
}
