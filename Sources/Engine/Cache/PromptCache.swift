// SPDX-License-Identifier: MIT

/// States of conversations that lost their place in the KV cache, in main memory: bounded in bytes, the longest unused
/// one goes first. Pure: it never looks into a state.
package struct PromptCache<State> {
    /// What a sequence's cache held.
    package struct Entry {
        /// The tokens, from the first position on.
        package let tokens: [Int32]
        /// The adapters that they were computed with.
        package let adapters: AdapterUse
        package let state: State
        /// Bytes of the state.
        package let bytes: Int
        /// The shortest length that the state can be cut down to: all of it where it can't be cut.
        package let leastLength: Int

        package init(tokens: [Int32], adapters: AdapterUse, state: State, bytes: Int, leastLength: Int = 0) {
            self.leastLength = leastLength
            self.tokens = tokens
            self.adapters = adapters
            self.state = state
            self.bytes = bytes
        }

        /// Bytes with the tokens.
        var size: Int { bytes + tokens.count * MemoryLayout<Int32>.size }
    }

    /// Most bytes of all entries.
    package let limit: Int
    /// Bytes of all entries.
    package private(set) var size = 0
    /// The one that was used longest ago first.
    private var entries: [Entry] = []

    package init(limit: Int) {
        self.limit = limit
    }

    package var count: Int { entries.count }

    /// Whether a state that is here begins with these tokens, and can be cut down to them.
    package func holds(_ tokens: [Int32], adapters: AdapterUse) -> Bool {
        entries.contains { entry in
            entry.adapters == adapters && entry.tokens.count >= tokens.count && entry.leastLength <= tokens.count
                && Tokens.commonPrefix(entry.tokens, tokens) == tokens.count
        }
    }

    /// Whether a state would be kept: it fits, and none that is here begins with the same tokens.
    package func wants(_ tokens: [Int32], adapters: AdapterUse, bytes: Int) -> Bool {
        guard !tokens.isEmpty, bytes >= 0, bytes <= limit - tokens.count * MemoryLayout<Int32>.size else {
            return false
        }
        return !holds(tokens, adapters: adapters)
    }

    /// Keeps a state, in the place of those that it can be cut down to, and of as many old ones as it takes.
    package mutating func insert(_ entry: Entry) {
        guard wants(entry.tokens, adapters: entry.adapters, bytes: entry.bytes) else { return }
        entries.removeAll { old in
            let isContained =
                old.adapters == entry.adapters && entry.leastLength <= old.tokens.count
                && Tokens.commonPrefix(old.tokens, entry.tokens) == old.tokens.count
            if isContained { size -= old.size }
            return isContained
        }
        while size + entry.size > limit, !entries.isEmpty { size -= entries.removeFirst().size }
        entries.append(entry)
        size += entry.size
    }

    /// The state that holds most of a prompt's beginning, if that is more than `common` tokens and not only a small
    /// part of what the state holds, and the state can be cut down to it. It stays: others may go on from it as well.
    /// - Parameter limit: tokens of the prompt that the state is cut down to at most; nil for all.
    package mutating func use(
        for prompt: [Int32],
        adapters: AdapterUse,
        moreThan common: Int,
        upTo limit: Int? = nil
    ) -> Entry? {
        var best: (index: Int, common: Int)?
        for (index, entry) in entries.enumerated() {
            let shared = min(Tokens.commonPrefix(entry.tokens, prompt), entry.adapters.commonLength(with: adapters))
            // To load much for little would cost more than it saves.
            guard shared > max(common, best?.common ?? 0), shared * 4 >= entry.tokens.count,
                min(shared, limit ?? shared) >= entry.leastLength
            else { continue }
            best = (index, shared)
        }
        guard let best else { return nil }
        let entry = entries.remove(at: best.index)
        entries.append(entry)
        return entry
    }
}
