// SPDX-License-Identifier: MIT

/// What a generation came to.
package struct GenerationSummary: Sendable, Equatable {
    /// Why it ended.
    package enum Reason: Sendable, Equatable {
        /// The model ended its turn.
        case endOfGeneration
        /// A stop string appeared.
        case stopWord(String)
        /// As many tokens as were asked for.
        case limit
        /// The context is full; the text is cut off.
        case contextFull
    }

    /// The token that ended the turn; it is no part of the text.
    package struct Ending: Sendable, Equatable {
        package let token: Int32
        package let logProbabilities: LogProbabilities
    }

    package var reason: Reason
    /// Text that was still held back, UTF-8.
    package var rest: [UInt8]
    package var slot: Int
    /// Tokens in the prompt.
    package var promptTokens: Int
    package var timings: GenerationTimings
    /// How likely each token of the prompt but the first was; empty unless the request asks for it.
    package var promptProbabilities: [LogProbabilities] = []
    /// The token by which the model ended its turn; nil if it didn't, or where no probabilities are wanted.
    package var ending: Ending?
    /// Whether a part of the context was taken out to go on.
    package var hasForgotten: Bool

    package init(
        reason: Reason,
        rest: [UInt8],
        slot: Int,
        promptTokens: Int,
        timings: GenerationTimings,
        hasForgotten: Bool = false
    ) {
        self.reason = reason
        self.rest = rest
        self.slot = slot
        self.promptTokens = promptTokens
        self.timings = timings
        self.hasForgotten = hasForgotten
    }

    /// Tokens of the prompt that the cache already held.
    package var cachedTokens: Int { timings.cachedTokens }
    /// Tokens generated, the ending one included.
    package var generatedTokens: Int { timings.generatedTokens }
}
