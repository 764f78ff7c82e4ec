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

    /// The order of the samplers; one that isn't there isn't used.
    package var order = SamplerKind.standard
    /// Seed of the random numbers; nil for a new one each time.
    package var seed: UInt32?
    /// 0 takes the likeliest token.
    package var temperature: Float = 0.8
    /// How far the temperature moves with the uncertainty; 0 for not at all.
    package var dynamicRange: Float = 0
    package var dynamicExponent: Float = 1
    /// Tokens that stay in the running; 0 for all.
    package var topK: Int32 = 40
    /// Share of probability that stays in the running.
    package var topP: Float = 0.95
    /// Least probability relative to the likeliest token's.
    package var minP: Float = 0.05
    /// Standard deviations below the largest logit that stay in the running; 0 or less for all.
    package var topNSigma: Float = -1
    /// Share of probability of the most typical tokens; 1 for all.
    package var typicalP: Float = 1
    /// How often the likeliest tokens are taken out; 0 for never.
    package var xtcProbability: Float = 0
    /// From which probability on they are.
    package var xtcThreshold: Float = 0.1
    /// Candidates that top-p, min-p, typical and XTC leave at least.
    package var minKeep: Int32 = 0
    /// How many of the last tokens the penalties look at.
    package var repeatLast: Int32 = 64
    package var repeatPenalty: Float = 1
    package var frequencyPenalty: Float = 0
    package var presencePenalty: Float = 0
    /// DRY's penalty for going on with a repetition; 0 for none.
    package var dryMultiplier: Float = 0
    package var dryBase: Float = 1.75
    /// Tokens that may be repeated without a penalty.
    package var dryAllowedLength: Int32 = 2
    /// How many of the last tokens DRY looks at.
    package var dryLast: Int32 = 64
    /// Texts over which DRY sees no repetition.
    package var dryBreakers = ["\n", ":", "\"", "*"]
    /// Mirostat's version; 0 for off. It takes the place of the order above.
    package var mirostat: Int32 = 0
    /// The surprise that mirostat aims at, in bits.
    package var mirostatTau: Float = 5
    package var mirostatEta: Float = 0.1
    /// The probability that adaptive-p aims at; negative for off.
    package var adaptiveTarget: Float = -1
    package var adaptiveDecay: Float = 0.9
    package var biases: [Bias] = []
    /// Whether the biases forbid the end of the text.
    package var ignoresEnd = false
    /// A GBNF grammar that the text must follow.
    package var grammar: String?
    /// Whether the grammar waits for one of its triggers.
    package var isGrammarLazy = false
    package var grammarTriggers: [GrammarTrigger] = []
    /// Tokens of thought; nil for as many as the model wants.
    package var reasoningBudget: Int32?
    /// What thoughts end with when they are cut off.
    package var reasoningMessage = ""
    /// Whether ``Sampler/endReasoning()`` may be used.
    package var controlsReasoning = false
    /// Where thoughts begin and end, if no conversation says so.
    package var reasoningStart = ""
    package var reasoningEnds: [String] = []
    /// Whether probabilities are told as they are after the samplers.
    package var reportsSampledProbabilities = false
    /// Whether tokens are chosen where the model is computed, as far as the samplers can be computed there.
    package var offloads = false

    package init() {}

    /// Whether these alone let the engine choose where the model is computed: a grammar and a budget for thoughts don't.
    package var mayOffload: Bool {
        let hasBudget =
            !reasoningStart.isEmpty && !reasoningEnds.isEmpty
            && (isGrammarLazy || reasoningBudget != nil || controlsReasoning)
        return offloads && (grammar ?? "").isEmpty && !hasBudget
    }
}
