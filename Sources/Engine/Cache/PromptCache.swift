// SPDX-License-Identifier: MIT

/// States of conversations that lost their place in the KV cache, in main memory: bounded in bytes, the longest unused
/// one goes first. Pure: it never looks into a state.
package struct PromptCache<State: Sendable>: Sendable {
    /// What a sequence's cache held.
    package struct Entry: Sendable {
        /// The tokens, from the first position on, with the checkpoints among them.
        package let sequence: CachedSequence
        package let state: State
        /// Bytes of the state.
        package let bytes: Int
        /// When it was used last.
        package fileprivate(set) var used: UInt64 = 0

        package init(_ sequence: CachedSequence, state: State, bytes: Int) {
            self.sequence = sequence
            self.state = state
            self.bytes = bytes
        }

        /// Bytes with the tokens, without the checkpoints.
        package var size: Int { bytes + PromptCache.bytes(of: sequence) }
    }

    /// Most bytes of all entries. Code that lowers it drops the rest with `dropOldest`.
    package var limit: Int
    /// Where states can be cut.
    private let kind: MemoryKind
    /// Bytes of all entries.
    package private(set) var size = 0
    /// The one that was used longest ago first.
    package private(set) var entries: [Entry] = []

    package init(limit: Int, kind: MemoryKind = .any) {
        self.limit = limit
        self.kind = kind
    }

    package var count: Int { entries.count }

    /// Most bytes that a state of a sequence may have.
    package func room(for sequence: CachedSequence) -> Int { limit - Self.bytes(of: sequence) }

    /// Whether a state that is here begins with these tokens, and can be cut down to them.
    package func holds(_ sequence: CachedSequence) -> Bool {
        entries.contains { contains($0.sequence, sequence) }
    }

    /// Whether a state would be kept: it fits, and none that is here begins with the same tokens.
    package func wants(_ sequence: CachedSequence, bytes: Int) -> Bool {
        !sequence.isEmpty && bytes >= 0 && bytes <= room(for: sequence) && !holds(sequence)
    }

    /// Keeps a state, in the place of those that it can be cut down to, and of as many old ones as it takes.
    /// - Parameter now: grows with each call.
    /// - Returns: those that it can be cut down to.
    @discardableResult package mutating func insert(_ entry: Entry, at now: UInt64 = 0) -> [Entry] {
        guard wants(entry.sequence, bytes: entry.bytes) else { return [] }
        let replaced = replaced(by: entry.sequence)
        entries = entries.filter { !contains(entry.sequence, $0.sequence) }
        size = entries.reduce(0) { $0 + $1.size }
        while size + entry.size > limit, !entries.isEmpty { dropOldest() }
        var entry = entry
        entry.used = now
        entries.append(entry)
        size += entry.size
        return replaced
    }

    /// What a state of a sequence can be cut down to: ``insert(_:at:)`` takes those out.
    package func replaced(by sequence: CachedSequence) -> [Entry] {
        entries.filter { contains(sequence, $0.sequence) }
    }

    /// Takes entries out.
    @discardableResult package mutating func remove(where isUnwanted: (Entry) -> Bool) -> [Entry] {
        let removed = entries.filter(isUnwanted)
        guard !removed.isEmpty else { return [] }
        entries.removeAll(where: isUnwanted)
        size = entries.reduce(0) { $0 + $1.size }
        return removed
    }

    /// Drops the one that was used longest ago.
    package mutating func dropOldest() {
        guard !entries.isEmpty else { return }
        size -= entries.removeFirst().size
    }

    /// The state that holds most of a prompt's beginning, if that is more than `common` tokens and not only a small
    /// part of what the state holds. It stays: others may go on from it as well.
    /// - Parameters:
    ///   - limit: tokens of the prompt that the state is cut down to at most; nil for all.
    ///   - now: grows with each call.
    package mutating func use(
        for prompt: [Int32],
        adapters: AdapterUse,
        moreThan common: Int,
        upTo limit: Int? = nil,
        at now: UInt64 = 0
    ) -> Entry? {
        var best: (index: Int, length: Int)?
        for (index, entry) in entries.enumerated() {
            let shared = entry.sequence.commonPrefix(with: prompt, adapters)
            let stop = entry.sequence.stop(atMost: min(shared, limit ?? shared), on: kind)
            // To load much for little would cost more than it saves.
            guard stop.length > max(common, best?.length ?? 0), stop.length * 4 >= entry.sequence.count else {
                continue
            }
            best = (index, stop.length)
        }
        guard let best else { return nil }
        var entry = entries.remove(at: best.index)
        entry.used = now
        entries.append(entry)
        return entry
    }

    /// Whether a state can be cut down to what another one holds.
    private func contains(_ long: CachedSequence, _ short: CachedSequence) -> Bool {
        // Many begin alike for thousands of tokens: where the last one differs, those need no comparison.
        long.adapters == short.adapters && long.count >= short.count
            && (short.isEmpty || long.tokens[short.count - 1] == short.tokens[short.count - 1])
            && Tokens.commonPrefix(long.tokens, short.tokens) == short.count
            && (long.count == short.count || long.canCut(to: short.count, on: kind))
    }

    private static func bytes(of sequence: CachedSequence) -> Int { sequence.count * MemoryLayout<Int32>.size }
}
