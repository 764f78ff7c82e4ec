// SPDX-License-Identifier: MIT

/// How the next token is chosen. Defaults are llama-server's.
package struct SamplingParameters: Sendable, Equatable {
    /// Adds to one token's logit; minus infinity forbids it.
    package struct Bias: Sendable, Equatable {
        package var token: Int32
        package var value: Float

        package init(token: Int32, value: Float) {
            self.token = token
            self.value = value
        }
    }

    /// Seed of the random numbers; nil for a new one each time.
    package var seed: UInt32?
    /// 0 takes the likeliest token.
    package var temperature: Float = 0.8
    /// Tokens that stay in the running; 0 for all.
    package var topK: Int32 = 40
    /// Share of probability that stays in the running.
    package var topP: Float = 0.95
    /// Least probability relative to the likeliest token's.
    package var minP: Float = 0.05
    /// How many of the last tokens the penalties look at.
    package var repeatLast: Int32 = 64
    package var repeatPenalty: Float = 1
    package var frequencyPenalty: Float = 0
    package var presencePenalty: Float = 0
    package var biases: [Bias] = []
    /// A GBNF grammar that the text must follow.
    package var grammar: String?

    package init() {}
}
