// SPDX-License-Identifier: MIT

package import API
package import Engine

extension SlotResource {
    /// What a slot does.
    /// - Parameters:
    ///   - contextSize: tokens of a slot.
    ///   - speculates: whether tokens are proposed.
    package init(_ slot: SlotStatus, contextSize: Int, speculates: Bool = false) {
        self.init()
        id = slot.id
        self.contextSize = contextSize
        self.speculates = speculates
        isProcessing = slot.isProcessing
        guard let task = slot.task else { return }
        if slot.isPreempted { isPreempted = true }
        self.task = Int(clamping: task)
        promptTokens = slot.cachedTokens
        promptProcessed = slot.timings.promptTokens
        promptCached = slot.timings.cachedTokens
        settings = slot.settings
        var next = Next()
        next.goesOn = slot.isProcessing
        next.hasNewLine = slot.hasNewLine
        next.remaining = slot.remainingTokens ?? -1
        next.decoded = slot.timings.generatedTokens
        self.next = [next]
    }
}
