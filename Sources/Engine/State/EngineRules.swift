// SPDX-License-Identifier: MIT

/// What an engine's decisions follow: the shape of its cache, and the options.
package struct EngineRules: Sendable {
    /// What proposes tokens.
    package struct Proposals: Sendable {
        /// Tokens that a proposal has at most.
        package var limit: Int
        /// Tokens that the draft model knows, and what its cache can do; nil without one.
        package var draft: (vocabulary: Int32, kind: MemoryKind)?
        /// How likely tokens are accepted by position, whatever the model says; empty where the model decides.
        package var synthetic: [Double] = []

        package init(limit: Int) {
            self.limit = limit
        }
    }

    /// Generations that run at the same time.
    package var slots = 4
    /// Tokens in all sequences together.
    package var size: Int
    /// Tokens that one sequence can hold.
    package var sizePerSequence: Int
    /// Tokens that one step can hold.
    package var batch = 2048
    /// Tokens that are computed at once.
    package var microBatch = 512
    /// Whether all sequences are in one buffer, so that they can have cells in common.
    package var isUnified = true
    /// Where the memory can be cut.
    package var kind = MemoryKind.any
    /// Whether the engine cuts a batch into parts by its sequences. A later part may push cells out of a window that an
    /// earlier one needs, so only one sequence of a step may have more than one token then.
    package var cutsSteps = false
    /// Whether positions can be changed.
    package var canShift = false
    /// Whether a prompt begins with a token that isn't part of its text.
    package var addsBOS = false
    /// How much of a prompt an idle slot's cache must hold to be preferred over the slot that was idle longest.
    package var similarity = 0.1
    /// Whether a full context forgets a part to go on.
    package var forgets = false
    /// The smallest part of the cache to use again behind a difference; 0 for none.
    package var cacheReuse = 0
    /// Bytes of main memory for conversations that lost their place in the cache, and for all checkpoints.
    package var stateBytes = 0
    /// Where checkpoints are taken.
    package var checkpoints = CheckpointPlan(limit: 32, step: 8192)
    /// Whether conversations of idle slots move to the main memory when a generation begins.
    package var storesIdle = false
    /// Most generations that gave up their slots because their streams are not read.
    package var parkedLimit = 512
    /// How long the reader of a generation may be behind while others wait for its slot.
    package var patience: Duration = .seconds(2)
    /// Where conversations outlive the engine; nil for nowhere.
    package var shelf: ShelfRules?
    /// How many adapters there are.
    package var adapters = 0
    /// nil for one token a step.
    package var proposals: Proposals?

    package init(size: Int, sizePerSequence: Int) {
        self.size = size
        self.sizePerSequence = sizePerSequence
    }
}
