// SPDX-License-Identifier: MIT

/// Which sequence's beginning is copied instead of computed. Pure.
enum SharedPrefix {
    /// Fewer tokens aren't worth a copy, or to be waited for.
    static let least = 32

    /// The sequence that holds most of some tokens, if that is more than `kept` by enough.
    /// - Parameters:
    ///   - sequences: those that can be copied, by number.
    ///   - limit: tokens that can be copied at most.
    static func lender(
        of tokens: [Int32],
        _ adapters: AdapterUse,
        among sequences: some Sequence<(Int, CachedSequence)>,
        kept: Int,
        limit: Int,
        on kind: MemoryKind
    ) -> (index: Int, stop: CachedSequence.Stop)? {
        var best: (index: Int, stop: CachedSequence.Stop)?
        for (index, sequence) in sequences {
            let stop = sequence.stop(atMost: min(sequence.commonPrefix(with: tokens, adapters), limit), on: kind)
            guard stop.length >= kept + least, stop.length > best?.stop.length ?? 0 else { continue }
            best = (index, stop)
        }
        return best
    }
}
