// SPDX-License-Identifier: MIT

/// Where proposed tokens come from, by llama-common's names.
package enum SpeculationKind: String, Sendable, CaseIterable {
    /// A smaller model with the same vocabulary.
    case draftModel = "draft-simple"
    /// What followed the last tokens where they stood before.
    case ngramSimple = "ngram-simple"
    /// The same, looked up in a table.
    case ngramMapK = "ngram-map-k"
    /// The same, with several continuations.
    case ngramMapK4V = "ngram-map-k4v"
    /// A table of hashes that all slots share.
    case ngramMod = "ngram-mod"
    /// Counts of what follows short runs of tokens.
    case ngramCache = "ngram-cache"
}
