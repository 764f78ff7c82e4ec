// SPDX-License-Identifier: MIT

/// What a slot is doing, for people who look.
package struct SlotStatus: Sendable, Equatable {
    package let id: Int
    package let isProcessing: Bool
    /// Tokens of the prompt in work.
    package let promptTokens: Int
    /// Tokens generated so far.
    package let generatedTokens: Int
    /// Tokens that the slot's cache holds.
    package let cachedTokens: Int

    package init(id: Int) {
        self.id = id
        isProcessing = false
        promptTokens = 0
        generatedTokens = 0
        cachedTokens = 0
    }

    init(_ slot: Slot) {
        id = slot.id
        isProcessing = slot.generation != nil
        promptTokens = slot.generation?.request.prompt.count ?? 0
        generatedTokens = slot.generation?.generated ?? 0
        cachedTokens = slot.cached.count
    }
}
