// SPDX-License-Identifier: MIT

/// What is to be done for an ``EngineState``. An action that answers is the last of its list.
package enum EngineAction: Sendable {
    /// Something with the cache of the model. ``CacheAction/load(_:_:)`` and `restore` answer; copies come as they are ready.
    case cache(CacheAction)
    /// Something with the cache of the draft model. A copy of it comes by ``EngineEvent/draftKept(_:)`` before the next action.
    case draft(CacheAction)
    /// Write a conversation to the shelf, beside other work; ``EngineTurn/shelved`` says what came of it.
    case shelve(ShelfItem)
    /// Take a record from the shelf.
    case unshelve(UInt64)
    /// Put what a record of the shelf holds in the place of what a sequence holds. Answers with `fetched`.
    case fetch(UInt64, Int32)
    /// Compute a step. Answers with `computed`, `noRoom` or `failed`.
    case decode(StepPlan)
    /// Choose a token out of the last step. Answers with `chosen` or `refused`.
    case choose(TokenWish)
    /// Encode a medium and compute it. Answers with `encoded`, `noRoom` or `failed`.
    case encode(slot: Int, generation: UInt64, MediaLayout.Span, position: Int, scales: [Float])
    /// Embed texts together, or a piece of one. Answers with `embedded`, `noRoom` or `failed`.
    case embed(EmbeddingPlan)
    /// Hand a job's rows, or its error, to its reader.
    case finish(EmbeddingJob, Result<[EmbeddingJob.Rows], EngineError>)
    /// Have the draft model compute what it lacks. Answers with `followed`.
    case follow(Batch)
    /// Have tokens proposed. Answers with `proposed`.
    case propose([ProposalWish])
    /// So many tokens of a sequence's last proposal were right.
    case accepted(Int32, Int)
    /// A generation gets a slot: its sampler learns the prompt.
    case begin(UInt64)
    /// Hand an event to a generation's reader.
    /// - mayGather: whether it may wait for others.
    case send(UInt64, GenerationEvent, mayGather: Bool)
    /// Let the reader have what has gathered.
    case release(UInt64)
    /// A generation's last event: its slot is free before the reader sees it.
    case end(UInt64, GenerationEvent, GenerationTimings)
    /// A generation whose client has left ends without an event.
    case drop(UInt64, GenerationTimings)
    /// Do what is asked of an idle slot, which holds this. Answers with `acted`.
    case act(SlotOrder, CachedSequence)
    /// Count something.
    case count(EngineCount)
    /// Write a line of the log.
    case note(String, isDebug: Bool)
    /// There is nothing to do until something comes from outside, or time has passed.
    case rest(atMost: Duration?)
}

/// Something that happened, for the counters.
package enum EngineCount: Sendable, Equatable {
    /// Tokens of a prompt came out of the cache.
    case reused(Int)
    /// A conversation came back from the shelf.
    case fetched(tokens: Int, bytes: Int, took: Duration)
    /// None of the shelf's records was what a prompt begins with, or the record was gone.
    case notOnShelf
    /// A step was computed.
    case step(promptTokens: Int, busy: Int, longest: Int)
    /// A generation was set aside.
    case setAside
    /// A proposal was checked.
    case checked(proposed: Int, accepted: Int)
}

/// A step to be computed.
package struct StepPlan: Sendable {
    /// A part of a prompt whose tokens' probabilities are wanted.
    package struct Report: Sendable {
        package let slot: Int
        /// The batch's entry behind which the first of the tokens stands.
        package let entry: Int
        /// The tokens, each behind one more entry.
        package let tokens: [Int32]
        /// How many of the likeliest are wanted beside each.
        package let count: Int
    }

    package let shares: [Batcher.Share]
    package let batch: Batch
    /// The slots that get a token out of it, with the index of their first logits.
    package let outputs: [(slot: Int, index: Int)]
    package let reports: [Report]
    /// The adapters' scales.
    package let scales: [Float]
    /// Tokens of prompts in it that are computed for the first time.
    package let promptTokens: Int
    /// Whether its end is waited for. Without results the next step is prepared while a device still computes this one.
    package let isAwaited: Bool
}

/// A token to be chosen.
package struct TokenWish: Sendable {
    package let slot: Int
    package let generation: UInt64
    /// The index of its logits in the last step.
    package let index: Int
    /// What was proposed there; nil for nothing.
    package let proposed: Int32?
    /// Whether the proposal is accepted, whatever the model says; nil where the model decides.
    package let verdict: Bool?
    /// How many of the likeliest tokens are wanted beside it; nil for no probabilities.
    package let probabilities: Int?
}

/// Tokens to be proposed for one sequence.
package struct ProposalWish: Sendable, Equatable {
    package let sequence: Int32
    /// All tokens but the last one, which isn't computed yet.
    package let history: [Int32]
    package let last: Int32
    /// The most tokens to propose, at least 1.
    package let limit: Int
    /// Whether the history is another than at the last proposal.
    package let begins: Bool
}

/// Texts to be embedded in one step.
package enum EmbeddingPlan: Sendable {
    /// Texts, each in a sequence of its own.
    case texts([[Int32]], sequences: [Int32])
    /// A piece of one. `isLast` where its rows are wanted.
    case text([Int32], position: Int, sequence: Int32, isLast: Bool)
    /// A medium of one.
    case media(MediaChunk, position: Int, sequence: Int32)
}
