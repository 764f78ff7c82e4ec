// SPDX-License-Identifier: MIT

/// How far a prompt is.
package struct PromptProgress: Sendable, Equatable {
    /// Tokens of the prompt.
    package let total: Int
    /// Tokens that the cache holds by now, those included that it held before.
    package let processed: Int
    /// Time since the prompt got its slot.
    package let elapsed: Duration
    package let timings: GenerationTimings
    /// Whether the request wants to see these.
    package let showsTimings: Bool
}
