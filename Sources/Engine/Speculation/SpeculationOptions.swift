// SPDX-License-Identifier: MIT

/// How tokens are proposed that the model then computes several at a time.
package struct SpeculationOptions: Sendable, Equatable {
    /// What proposes; those of n-grams are asked first.
    package var kinds: [SpeculationKind]
    /// The draft model; nil where no kind needs one.
    package var draft: DraftModelOptions?
    /// Tokens that a draft model proposes at most.
    package var draftMax: Int32 = 3
    /// And at least: fewer count as none.
    package var draftMin: Int32 = 0
    /// The least probability of a token that a draft model proposes.
    package var draftLeastProbability: Float = 0
    /// The draft model's device chooses its tokens.
    package var draftChoosesOnDevice = true
    /// Files of n-grams for `ngram-cache`; the second counts more.
    package var lookupStatic: String?
    package var lookupDynamic: String?
    /// Tokens that `ngram-mod` looks up, and proposes.
    package var modMatch: Int32 = 24
    package var modMax: Int32 = 64
    package var modMin: Int32 = 48
    package var simple = NgramOptions()
    package var mapK = NgramOptions()
    package var mapK4V = NgramOptions()
    /// Mean tokens of a step, whatever the model says; nil for what it says. For measurements only.
    package var syntheticLength: Double?
    /// How likely the tokens of a proposal are accepted, by position, whatever the model says. For measurements only.
    package var syntheticRates: [Double] = []

    package init(kinds: [SpeculationKind]) {
        self.kinds = kinds
    }

    /// Most tokens that a recurrent state takes back: each costs memory for one more state of every slot.
    private static let longestRollback: Int32 = 8

    /// Tokens of a proposal that a model with recurrent states can be made to take back.
    var rollback: UInt32 {
        let others = kinds.contains { $0 != .draftModel } ? Self.longestRollback : 0
        return UInt32(clamping: min(max(draftMax, others), Self.longestRollback))
    }
}
