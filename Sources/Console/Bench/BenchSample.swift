// SPDX-License-Identifier: MIT

package import Wire

/// What one stream of a measurement took.
package struct BenchSample: Sendable, Equatable {
    /// Tokens a second, by the worker's own clock.
    package let promptRate: Double
    package let generationRate: Double
    package let promptTokens: Int
    package let generatedTokens: Int
    /// Seconds since the run's beginning: when the first token was here, and when the last one was.
    package let first: Double
    package let last: Double

    package init(
        promptRate: Double,
        generationRate: Double,
        promptTokens: Int,
        generatedTokens: Int,
        first: Double,
        last: Double
    ) {
        self.promptRate = promptRate
        self.generationRate = generationRate
        self.promptTokens = promptTokens
        self.generatedTokens = generatedTokens
        self.first = first
        self.last = last
    }

    /// - Parameter timings: llama-server's `timings`.
    package init?(timings: JSONValue?, first: Double?, last: Double) {
        guard let timings, let first, let prompt = timings["prompt_n"]?.integer,
            let generated = timings["predicted_n"]?.integer
        else { return nil }
        promptRate = timings["prompt_per_second"]?.double ?? 0
        generationRate = timings["predicted_per_second"]?.double ?? 0
        promptTokens = Int(clamping: prompt)
        generatedTokens = Int(clamping: generated)
        self.first = first
        self.last = last
    }
}
