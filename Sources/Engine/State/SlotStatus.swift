// SPDX-License-Identifier: MIT

package import Wire

/// What a slot is doing, as `GET /slots` shows it.
package struct SlotStatus: Sendable, Equatable {
    package let id: Int
    package let isProcessing: Bool
    /// Whether its generation was set aside until there is room in the cache.
    package let isPreempted: Bool
    /// The number of the generation in work, or of the last one; nil before the first.
    package let task: UInt64?
    /// What that was made from.
    package let settings: JSONValue?
    /// Tokens that the slot's cache holds.
    package let cachedTokens: Int
    /// How far the generation in work is; all zero when idle.
    package let timings: GenerationTimings
    /// Tokens that may still be generated; nil without a limit, and when idle.
    package let remainingTokens: Int?
    /// Whether a line has ended in what was generated.
    package let hasNewLine: Bool

    /// A slot that holds nothing.
    package init(id: Int) {
        self.init(Slot(id: id))
    }

    init(_ slot: Slot) {
        let generation = slot.generation
        id = slot.id
        isProcessing = generation != nil
        isPreempted = generation?.isSetAside ?? false
        task = slot.lastTask?.id
        settings = slot.lastTask?.settings
        cachedTokens = slot.cached.count
        timings = generation?.timings ?? GenerationTimings(cachedTokens: 0)
        remainingTokens = generation.flatMap { work in work.order.maxTokens.map { $0 - work.generated } }
        hasNewLine = generation?.hasNewLine ?? false
    }
}
