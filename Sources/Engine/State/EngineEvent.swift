// SPDX-License-Identifier: MIT

/// What an ``EngineState`` is told.
package enum EngineEvent: Sendable {
    /// Another turn begins: all that has come from outside since the last.
    case turn(EngineTurn)
    /// What came of a ``EngineAction/cache(_:)`` that answers.
    case cache(CacheOutcome)
    /// The first positions that the windows of all sequences hold. Told after whatever may have changed them, on such memory.
    case windows([Int])
    /// The same of the draft model's sequences.
    case draftWindows([Int])
    /// The copy of what the draft model holds of a sequence; nil where there is none.
    case draftKept([UInt8]?)
    /// What came of a ``EngineAction/fetch(_:_:)``.
    case fetched(ShelvedState?, hasRoom: Bool, took: Duration)
    /// The step was computed, with the probabilities of prompts that it was to report, by slot.
    case computed(reports: [(slot: Int, probabilities: [LogProbabilities])])
    /// The cache has no room for the step, the medium or the texts. Of a medium a part may be there.
    case noRoom
    /// The step, the medium or the texts could not be computed; what the sequences hold is unknown.
    case failed(EngineError)
    /// A token was chosen.
    case chosen(ChosenToken)
    /// None could be chosen.
    case refused(EngineError)
    /// The medium was encoded and computed.
    case encoded
    /// Texts, or a piece of one, were embedded: rows by text; nil where more of it comes.
    case embedded([EmbeddingJob.Rows]?)
    /// Tokens were proposed, by wish. `lengths` are those of the draft model's sequences, by wish too; empty without one.
    case proposed([[Int32]], lengths: [Int])
    /// Whether the draft model had room for what it lacked.
    case followed(Bool)
    /// What came of an action on a slot.
    case acted(SlotOutcome)
}

/// What has come from outside since the last turn.
package struct EngineTurn: Sendable {
    /// Generations that wait for slots from now on.
    package var arrived: [QueuedGeneration] = []
    /// Generations that no client waits for any more.
    package var cancelled: Set<UInt64> = []
    /// For how long readers have been behind, by generation; those that read aren't there.
    package var behind: [UInt64: Duration] = [:]
    /// Actions on slots.
    package var actions: [SlotOrder] = []
    /// Actions on slots that no client waits for any more.
    package var abandoned: Set<UInt64> = []
    /// The most bytes of main memory that kept conversations and checkpoints may have; nil: what the rules say.
    package var stateLimit: Int?
    /// What came of the last ``EngineAction/shelve(_:_:)``, once it is known.
    package var shelved: ShelfOutcome?
    /// Texts to embed: the oldest job; nil if none waits.
    package var job: EmbeddingJob?

    package init() {}
}

/// A token that was chosen for a generation.
package struct ChosenToken: Sendable {
    package var token: Int32
    /// What it shows, UTF-8.
    package var bytes: [UInt8]
    /// Whether it is the one that was proposed there.
    package var isProposed = false
    /// Whether it ends the generation.
    package var isEnd = false
    package var probabilities: LogProbabilities?

    package init(token: Int32, bytes: [UInt8]) {
        self.token = token
        self.bytes = bytes
    }
}

/// An action on a slot that waits for the slot to be idle.
package struct SlotOrder: Sendable {
    /// Its number, used once.
    package let id: UInt64
    package let slot: Int
    package let action: SlotAction

    package init(id: UInt64, slot: Int, action: SlotAction) {
        self.id = id
        self.slot = slot
        self.action = action
    }
}

/// What came of an action on a slot.
package enum SlotOutcome: Sendable {
    /// It is done, or no client waited for it any more.
    case done
    /// It could not be done; the slot holds what it held.
    case kept
    /// The sequence holds what the file did.
    case restored(CachedSequence)
    /// The file could not be used; what the sequence holds is unknown.
    case failed
}
