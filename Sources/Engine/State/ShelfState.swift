// SPDX-License-Identifier: MIT

/// A store outside of the engine for conversations, as far as decisions go.
package struct ShelfRules: Sendable, Equatable {
    /// Whether it takes main memory, so that what is written there need not be kept here as well.
    package var isMemory: Bool
    /// The most bytes of all that is there.
    package var bytes: Int
    /// For how long nothing is to be done before conversations are written.
    package var delay: Duration

    package init(isMemory: Bool, bytes: Int, delay: Duration) {
        self.isMemory = isMemory
        self.bytes = bytes
        self.delay = delay
    }
}

/// What the engine remembers of a record.
package struct ShelfMark: Sendable, Equatable {
    /// The record's number.
    package let id: UInt64
    /// The record in whose file it has parts; nil for none.
    package let base: UInt64?
    /// What it takes to compute the whole again.
    package let seconds: Double
    /// Bytes of its own file.
    package let stored: Int
    /// Bytes of what it holds.
    package let bytes: Int

    package init(id: UInt64, base: UInt64? = nil, seconds: Double, stored: Int, bytes: Int) {
        self.id = id
        self.base = base
        self.seconds = seconds
        self.stored = stored
        self.bytes = bytes
    }
}

/// What a record holds.
package struct ShelvedState: Sendable {
    /// A checkpoint, without a number, or what the draft model held of the same tokens.
    package struct Part: Sendable {
        /// How many of the first tokens it is of.
        package let length: Int
        /// The first position that a sliding window still held.
        package let first: Int
        /// Empty where only the header was read.
        package var state: [UInt8]

        package init(length: Int, first: Int, state: [UInt8]) {
            self.length = length
            self.first = first
            self.state = state
        }
    }

    package let mark: ShelfMark
    /// Without checkpoints.
    package let sequence: CachedSequence
    package let checkpoints: [Part]
    /// nil where there is none that this draft model can use.
    package var draft: Part?

    package init(mark: ShelfMark, sequence: CachedSequence, checkpoints: [Part], draft: Part? = nil) {
        self.mark = mark
        self.sequence = sequence
        self.checkpoints = checkpoints
        self.draft = draft
    }
}

/// A conversation that is to be written to the shelf.
package struct ShelfItem: Sendable {
    /// With its checkpoints.
    package let sequence: CachedSequence
    package let state: [UInt8]
    package let draft: ShelvedState.Part?
    /// The record of a conversation that begins alike, in whose file this one may have parts.
    package let base: UInt64?

    package init(_ sequence: CachedSequence, _ state: [UInt8], draft: ShelvedState.Part? = nil, base: UInt64?) {
        self.sequence = sequence
        self.state = state
        self.draft = draft
        self.base = base
    }
}

/// What came of a conversation that was written to the shelf.
package enum ShelfOutcome: Sendable {
    case kept(ShelfMark)
    /// There is no room, or no folder any more.
    case failed
}

/// What is on the shelf, and what is being written there.
struct ShelfState: Sendable {
    /// How long nothing is written after that failed.
    static let recovery: Duration = .seconds(60)
    /// Bytes a second that a record is read with, before one was.
    private static let usualRate = 500_000_000.0

    let rules: ShelfRules?
    /// The records whose headers are known; others may have removed them.
    var records: PromptCache<ShelfMark>
    /// What is being written.
    var writing: CachedSequence?
    /// What the draft model holds of that.
    var writingDraft: ShelvedState.Part?
    /// Since when nothing was computed.
    var idleSince = Duration.zero
    /// When to look next whether something is to be written beside other work.
    var nextLook = Duration.zero
    /// Until when nothing is written, since that failed.
    var restsUntil = Duration.zero
    /// The tokens of what could not be written the last time.
    var failed: [Int32] = []
    /// When to look again whether something is to be written; nil for not before something happens.
    var wait: Duration?
    /// Bytes a second that records were read with.
    private var rate = usualRate

    init(_ rules: ShelfRules?, kind: MemoryKind) {
        self.rules = rules
        records = PromptCache(limit: rules?.bytes ?? 0, kind: kind)
    }

    /// Whether to read a record is quicker than to compute the tokens that a prompt gains by it.
    func isQuicker(_ entry: PromptCache<ShelfMark>.Entry, gaining tokens: Int) -> Bool {
        let computing = entry.state.seconds * Double(tokens) / Double(max(entry.sequence.count, 1))
        return Double(entry.state.bytes) / rate < computing
    }

    /// The record in whose file a conversation's will have parts, if it saves much: one that begins alike for at least a quarter. nil where
    /// there is none.
    func base(for sequence: CachedSequence) -> UInt64? {
        var best: (mark: ShelfMark, length: Int)?
        for entry in records.entries where entry.sequence.tokens != sequence.tokens {
            let length = entry.sequence.commonPrefix(with: sequence.tokens, sequence.adapters)
            if length * 4 >= sequence.count, length > best?.length ?? 0 { best = (entry.state, length) }
        }
        // What has parts in another one's file itself began like that.
        guard let base = best.map({ $0.mark.base ?? $0.mark.id }), !isLeaving(base, for: sequence) else { return nil }
        return base
    }

    /// Whether a file in main memory is only of records that a conversation's will replace: a chat that has grown. As a whole the new
    /// record takes the room that they leave, and it comes back as its own pages, where parts would have to be put together in memory
    /// of their own. On a disk parts wear less.
    private func isLeaving(_ base: UInt64, for sequence: CachedSequence) -> Bool {
        guard rules?.isMemory == true else { return false }
        let replaced = Set(records.replaced(by: sequence).map(\.state.id))
        return records.entries.allSatisfy { entry in
            (entry.state.id != base && entry.state.base != base) || replaced.contains(entry.state.id)
        }
    }

    /// A record of so many bytes was read and put into the cache.
    mutating func note(_ bytes: Int, took: Duration) {
        let seconds = took / .seconds(1)
        // Small ones tell more of what else happened than of the rate.
        guard bytes > 1 << 20, seconds > 0 else { return }
        rate = 0.5 * rate + 0.5 * min(max(Double(bytes) / seconds, 1e6), 1e11)
    }
}
