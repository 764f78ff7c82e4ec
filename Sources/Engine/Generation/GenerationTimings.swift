// SPDX-License-Identifier: MIT

/// How far a generation is and how long that took.
package struct GenerationTimings: Sendable, Equatable {
    /// Tokens of the prompt that the cache already held.
    package var cachedTokens: Int
    /// Tokens of the prompt that were computed.
    package var promptTokens = 0
    /// Time from the start of the prompt to its last computed token; zero before the first.
    package var promptDuration: Duration = .zero
    /// Tokens generated, the ending one included.
    package var generatedTokens = 0
    /// Time from the prompt's end to the last token; zero before the first.
    package var generationDuration: Duration = .zero
    /// Tokens that were proposed and checked.
    package var proposedTokens = 0
    /// Those among them that were right.
    package var acceptedTokens = 0

    package init(cachedTokens: Int) {
        self.cachedTokens = cachedTokens
    }

    /// Steps spent on generated tokens: the first one comes out of the prompt's last step.
    package var generationSteps: Int { max(generatedTokens - 1, 0) }
}
