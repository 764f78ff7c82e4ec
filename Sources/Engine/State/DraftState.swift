// SPDX-License-Identifier: MIT

/// What a draft model's cache holds of each sequence. Pure.
///
/// It follows the sequences by comparison: whatever is done to the cache of the model that checks, what differs is
/// computed again here.
struct DraftState: Sendable {
    private let kind: MemoryKind
    private let isUnified: Bool
    /// By sequence.
    private var held: [CachedSequence]

    /// - Parameter isUnified: whether all sequences are in one buffer.
    init(sequences: Int, kind: MemoryKind, isUnified: Bool) {
        self.kind = kind
        self.isUnified = isUnified
        held = (0..<sequences).map { _ in CachedSequence() }
    }

    /// Whether a sequence holds these tokens. As many are not enough: one whose turn to follow has not come holds others.
    func holds(_ tokens: [Int32], of sequence: Int) -> Bool {
        held[sequence].count == tokens.count && Tokens.commonPrefix(held[sequence].tokens, tokens) == tokens.count
    }

    /// Notes the first positions that the windows of all sequences hold.
    mutating func note(_ firsts: [Int]) {
        for (sequence, first) in zip(held.indices, firsts) { held[sequence].first = first }
    }

    /// Drops what a sequence has that isn't there any more, and copies what another one has.
    /// - Returns: places of the tokens that are to be computed, and what is to be done before.
    mutating func follow(_ sequence: Int, _ tokens: [Int32]) -> (missing: Range<Int>, actions: [CacheAction]) {
        var actions: [CacheAction] = []
        let common = held[sequence].commonPrefix(with: tokens, .none)
        let own = held[sequence].stop(atMost: common, on: kind)
        let lender = SharedPrefix.lender(
            of: tokens,
            .none,
            among: held.indices.filter { $0 != sequence }.map { ($0, lent(by: $0)) },
            kept: own.length,
            limit: .max,
            on: kind
        )
        if let lender {
            held[sequence] = CachedSequence(lent(by: lender.index), to: lender.stop, adapters: .none)
            let length = lender.stop.length
            actions.append(.copy(from: Int32(lender.index), to: Int32(sequence), length: length))
        } else if own.length < held[sequence].count {
            held[sequence].cut(to: own)
            actions.append(.cut(Int32(sequence), to: own.length))
        }
        return (held[sequence].count..<tokens.count, actions)
    }

    /// What a copy of a sequence holds: between buffers of their own a state is copied.
    private func lent(by sequence: Int) -> CachedSequence {
        isUnified ? held[sequence] : held[sequence].inState(on: kind)
    }

    /// Notes that tokens behind those that a sequence holds were computed.
    mutating func computed(_ tokens: ArraySlice<Int32>, of sequence: Int) { held[sequence].append(contentsOf: tokens) }

    /// Notes how much of the tokens behind those that a sequence holds was computed for a proposal.
    /// - Parameter length: positions that the sequence holds now.
    /// - Returns: whether anything was, and what is to be done about what no one knows.
    mutating func proposed(_ tokens: [Int32], of sequence: Int, length: Int) -> (hasMore: Bool, action: CacheAction?) {
        let count = held[sequence].count
        guard length > count else { return (false, nil) }
        held[sequence].append(contentsOf: tokens.prefix(length - count))
        guard length > held[sequence].count else { return (true, nil) }
        return (true, .cut(Int32(sequence), to: held[sequence].count))
    }

    /// What a sequence holds of these tokens, as a copy of its state will; nil if nothing, or anything else.
    func part(of sequence: Int, within tokens: [Int32]) -> ShelvedState.Part? {
        let copy = held[sequence].inState(on: kind)
        guard !copy.isEmpty, Tokens.commonPrefix(copy.tokens, tokens) == copy.count else { return nil }
        return .init(length: copy.count, first: copy.first, state: [])
    }

    /// Notes that such a copy was put in the place of what a sequence held.
    mutating func loaded(_ part: ShelvedState.Part, of tokens: [Int32], into sequence: Int) {
        held[sequence] = CachedSequence(Array(tokens.prefix(part.length)))
        held[sequence].first = part.first
    }

    /// Notes that a sequence is emptied.
    /// - Returns: whether it may hold something.
    mutating func forget(_ sequence: Int) -> Bool {
        defer { held[sequence] = CachedSequence() }
        return !held[sequence].isEmpty
    }
}
