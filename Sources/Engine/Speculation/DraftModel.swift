// SPDX-License-Identifier: MIT

/// A draft model with its own cache, and what that holds of each sequence. Used by one thread.
///
/// It follows the sequences by comparison: whatever is done to the cache of the model that checks, what differs is
/// computed again here.
final class DraftModel {
    /// Fewer tokens aren't worth a copy.
    private static let smallestShare = 32

    let context: Context
    /// Tokens that the model knows.
    let vocabularySize: Int32
    /// Tokens whose keys and values the cache holds, by sequence.
    private var held: [[Int32]]

    /// - Throws: `loadFailed`.
    init(
        _ options: DraftModelOptions,
        beside context: borrowing Context,
        _ contextOptions: ContextOptions
    ) throws(EngineError) {
        let model = try Model(options.model) { _ in true }
        guard model.facts.hasDecoder else {
            throw EngineError(.loadFailed, "the draft model only encodes; proposing tokens needs another")
        }
        let own = try Context(model, options.context(beside: contextOptions, size: context.size))
        guard own.rewinds() else {
            throw EngineError(.loadFailed, "the draft model can't take tokens back; proposing tokens needs another")
        }
        self.context = own
        vocabularySize = model.facts.vocabularySize
        held = Array(repeating: [], count: Int(contextOptions.sequences))
    }

    /// Whether a sequence holds as many tokens.
    func holds(_ count: Int, of sequence: Int32) -> Bool { held[Int(sequence)].count == count }

    /// Drops what a sequence has that isn't there any more, and copies what another one has.
    /// - Returns: places of the tokens that are to be computed.
    func missing(_ sequence: Int32, of tokens: [Int32]) -> Range<Int> {
        let index = Int(sequence)
        let common = Tokens.commonPrefix(held[index], tokens)
        if common < held[index].count {
            let left = context.truncate(sequence, to: common)
            held[index].removeLast(held[index].count - left)
        }
        if context.canShare, tokens.count - held[index].count >= Self.smallestShare { borrow(index, tokens) }
        return held[index].count..<tokens.count
    }

    private func borrow(_ index: Int, _ tokens: [Int32]) {
        let lenders = held.indices.filter { $0 != index }.map { other -> (Int, Int) in
            let common = Tokens.commonPrefix(held[other], tokens)
            return (other, context.canStop(Int32(other), at: common, of: held[other].count) ? common : 0)
        }
        guard let lender = lenders.max(by: { $0.1 < $1.1 }), lender.1 >= held[index].count + Self.smallestShare else {
            return
        }
        let copied = context.copy(Int32(lender.0), to: Int32(index), length: lender.1)
        held[index] = Array(tokens[..<copied])
    }

    /// Notes that tokens behind those that a sequence holds were computed.
    func computed(_ tokens: ArraySlice<Int32>, of sequence: Int32) {
        held[Int(sequence)].append(contentsOf: tokens)
    }

    /// Notes how much of the tokens behind those that a sequence holds was computed for a proposal.
    /// - Returns: whether anything was.
    func proposed(_ tokens: [Int32], of sequence: Int32) -> Bool {
        let index = Int(sequence)
        let length = context.length(of: sequence)
        guard length > held[index].count else { return false }
        held[index].append(contentsOf: tokens.prefix(length - held[index].count))
        if length > held[index].count {
            let left = context.truncate(sequence, to: held[index].count)
            held[index].removeLast(held[index].count - left)
        }
        return true
    }

    /// Empties a sequence.
    func forget(_ sequence: Int32) {
        guard !held[Int(sequence)].isEmpty || context.length(of: sequence) > 0 else { return }
        _ = context.truncate(sequence, to: 0)
        held[Int(sequence)] = []
    }
}
