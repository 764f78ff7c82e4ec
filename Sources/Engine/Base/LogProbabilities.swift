// SPDX-License-Identifier: MIT

/// How likely a chosen token was, beside the likeliest ones.
package struct LogProbabilities: Sendable, Equatable {
    /// One token that could have been chosen.
    package struct Candidate: Sendable, Equatable {
        package let token: Int32
        package let value: Float
    }

    package let chosen: Float
    /// Likeliest first.
    package let top: [Candidate]
    /// Whether the values are probabilities after the samplers; otherwise they are natural logarithms of the softmax
    /// over the raw logits.
    package var areSampled = false
}
