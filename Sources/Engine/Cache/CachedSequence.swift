// SPDX-License-Identifier: MIT

/// What the memory of a sequence holds, in a slot or in a copy that was kept. Pure.
package struct CachedSequence: Sendable {
    /// A place at which computing can go on.
    package struct Stop: Sendable, Equatable {
        /// Tokens before it.
        package let length: Int
        /// What is restored to get there; nil where a cut does.
        package let checkpoint: Checkpoint?

        static let none = Stop(length: 0, checkpoint: nil)
    }

    /// Its tokens; a medium's are its identity's number.
    package private(set) var tokens: [Int32]
    /// Where media lie among them.
    package private(set) var layout: MediaLayout
    /// The adapters that they were computed with.
    package var adapters: AdapterUse
    /// The first position that a sliding window still holds.
    package var first = 0
    /// Whether tokens of the last step were taken back, and none was computed since: a copy of a recurrent state would have them still.
    package private(set) var isSteppingBack = false
    /// Ascending by length, none longer than the tokens.
    package private(set) var checkpoints: [Checkpoint] = []

    package init(_ tokens: [Int32] = [], layout: MediaLayout = MediaLayout(), adapters: AdapterUse = .none) {
        self.tokens = tokens
        self.layout = layout
        self.adapters = adapters
    }

    /// The beginning of another one.
    init(_ other: CachedSequence, to stop: Stop, adapters: AdapterUse) {
        self = other
        self.adapters = adapters
        cut(to: stop)
    }

    package var count: Int { tokens.count }

    package var isEmpty: Bool { tokens.isEmpty }

    /// The position of the token at an index.
    func position(of index: Int) -> Int { layout.position(of: index) }

    /// How many of its first tokens a prompt has as well, computed alike.
    func commonPrefix(with prompt: [Int32], _ adapters: AdapterUse) -> Int {
        layout.boundary(atMost: min(Tokens.commonPrefix(tokens, prompt), self.adapters.commonLength(with: adapters)))
    }

    /// The last place, at most behind `length` tokens, at which computing can go on.
    func stop(atMost length: Int, on kind: MemoryKind) -> Stop {
        let length = layout.boundary(atMost: min(length, count))
        guard length > 0 else { return .none }
        if length == count || canCut(to: length, on: kind) { return Stop(length: length, checkpoint: nil) }
        guard let checkpoint = checkpoints.last(where: { $0.length <= length }) else { return .none }
        return Stop(length: checkpoint.length, checkpoint: checkpoint)
    }

    /// Whether what the tokens behind so many would look at is still there without a checkpoint.
    func canCut(to length: Int, on kind: MemoryKind) -> Bool {
        switch kind {
        case .any: return true
        case .whole, .rollback: return false
        case .window(let window):
            // An empty window is none: what was in it is needed again.
            guard first >= 0 else { return false }
            return first == 0 || position(of: length) >= first + window - 1
        }
    }

    /// What a copy of its state holds: of a window only what its last position sees.
    func inState(on kind: MemoryKind) -> CachedSequence {
        var copy = self
        // A state is written as it will be.
        copy.isSteppingBack = false
        guard case .window(let window) = kind else { return copy }
        copy.first = max(first, position(of: count) + 1 - window)
        return copy
    }

    /// Notes a cut.
    mutating func cut(to stop: Stop) {
        if let checkpoint = stop.checkpoint {
            first = checkpoint.first
            isSteppingBack = false
        }
        if stop.length < count { tokens.removeLast(count - stop.length) }
        layout.trim(to: tokens)
        while let last = checkpoints.last, last.length > stop.length { checkpoints.removeLast() }
        if tokens.isEmpty { (first, isSteppingBack) = (0, false) }
    }

    /// Notes that tokens were computed.
    package mutating func append(contentsOf more: some Sequence<Int32>) {
        tokens.append(contentsOf: more)
        isSteppingBack = false
    }

    /// Notes that a token was computed.
    mutating func append(_ token: Int32) {
        tokens.append(token)
        isSteppingBack = false
    }

    /// Notes that tokens of the last step, which aren't among these, were taken back.
    mutating func stepBack() { isSteppingBack = true }

    /// Notes that a medium was computed.
    package mutating func append(_ span: MediaLayout.Span) {
        tokens.append(contentsOf: repeatElement(span.identity.id, count: span.tokens))
        layout.append(span)
        isSteppingBack = false
    }

    /// Notes that tokens were taken out, and those behind them moved up.
    mutating func remove(_ range: Range<Int>) {
        tokens.removeSubrange(range)
        adapters.remove(range)
        checkpoints.removeAll { $0.length > range.lowerBound }
    }

    /// Notes other tokens in the place of those it had, of which the first `kept` stay.
    mutating func replace(behind kept: Int, with more: ArraySlice<Int32>) {
        checkpoints.removeAll { $0.length > kept }
        tokens.removeLast(count - kept)
        tokens.append(contentsOf: more)
    }

    /// Whether there is a checkpoint of this length.
    func hasCheckpoint(at length: Int) -> Bool { checkpoints.contains { $0.length == length } }

    /// Takes a checkpoint in.
    mutating func add(_ checkpoint: Checkpoint) {
        guard checkpoint.length <= count, !hasCheckpoint(at: checkpoint.length) else { return }
        let place = checkpoints.firstIndex { $0.length > checkpoint.length } ?? checkpoints.count
        checkpoints.insert(checkpoint, at: place)
    }

    /// Drops the checkpoint that is missed least.
    mutating func thin() {
        guard !checkpoints.isEmpty else { return }
        checkpoints.remove(at: CheckpointPlan.victim(checkpoints.map(\.length)))
    }
}
