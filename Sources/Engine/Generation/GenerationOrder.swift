// SPDX-License-Identifier: MIT

package import Wire

/// What one sequence is to do, as far as the engine decides by it: no sampler, no pixels, so that tests can make one without a model.
package struct GenerationOrder: Sendable {
    /// Tokens to begin with; at least one.
    package var prompt: [Int32]
    /// Where media lie among the tokens, in order.
    package var media: [MediaLayout.Span] = []
    /// Where messages begin in the prompt.
    package var messages = MessagePlaces()
    /// Tokens to generate at most; nil until the model ends or the context is full.
    package var maxTokens: Int?
    /// Strings that end the text.
    package var stops: [String] = []
    /// How many of the likeliest tokens to report with each token; nil for no probabilities at all.
    package var topLogProbabilities: Int?
    /// Whether the tokens of the prompt get such probabilities as well: nothing of it comes out of a cache then, and it is
    /// computed in small steps.
    package var reportsPrompt = false
    /// Whether tokens that an earlier request left in the cache may be used again.
    package var usesCache = true
    /// The slot to run in; nil for the one that fits best.
    package var slot: Int?
    /// Whether the prompt's progress is reported.
    package var reportsProgress = false
    /// Whether each token comes with the time that it took.
    package var reportsTimings = false
    /// Tokens of the prompt that stay when a full context forgets; nil for all.
    package var keep: Int? = 0
    /// Tokens behind those that go then; 0 for half of the rest.
    package var discard = 0
    /// Whitespace that each line but the first begins with at least, or the text ends before it; 0 for any.
    package var indent = 0
    /// How long tokens are generated: the first line that ends after it is the last; nil without limit.
    package var timeLimit: Duration?
    /// The smallest part of the cache to use again behind a difference; nil for the model's, 0 for none.
    package var cacheReuse: Int?
    /// The adapters that it is computed with.
    package var adapters = AdapterUse.none
    /// Tokens to propose at most in one step; nil for what the model was started with.
    package var proposalMax: Int?
    /// Proposals of fewer tokens aren't used; nil for all.
    package var proposalMin: Int?
    /// Decides where proposals are accepted by chance.
    package var seed: UInt32 = 0
    /// What it was made from, as `GET /slots` shows it.
    package var settings: JSONValue?

    package init(prompt: [Int32]) {
        self.prompt = prompt
    }
}
