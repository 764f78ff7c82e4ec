// SPDX-License-Identifier: MIT

extension EngineRules {
    /// What an engine's decisions follow, as it was started.
    init(_ options: EngineOptions, _ context: borrowing Context, _ facts: ModelFacts, _ speculator: Speculator?) {
        self.init(size: context.size, sizePerSequence: context.sizePerSequence)
        slots = Int(options.context.sequences)
        batch = context.batchSize
        microBatch = min(Int(options.context.microBatch), context.batchSize)
        isUnified = context.isUnified
        kind = context.kind
        cutsSteps = facts.slidingWindow > 0 && (!isUnified || context.kind == .whole)
        if case .rollback = context.kind { cutsSteps = facts.slidingWindow > 0 }
        canShift = context.canShift
        addsBOS = facts.addsBOS
        similarity = options.slotSimilarity
        forgets = options.shiftsContext && context.canShift
        cacheReuse = options.cacheReuse
        stateBytes = options.stateBytes
        checkpoints = CheckpointPlan(limit: options.checkpointLimit, step: options.checkpointStep)
        storesIdle = options.storesIdleSlots == true
        parkedLimit = options.queueLimit
        patience = options.readerPatience
        adapters = options.adapters.count
        proposals = speculator.map { speculator in
            var proposals = Proposals(limit: speculator.limit)
            proposals.draft = speculator.draft.map { ($0.vocabularySize, $0.context.kind) }
            proposals.synthetic = speculator.synthetic
            return proposals
        }
    }
}
