// SPDX-License-Identifier: MIT

/// No more context than a model was trained on.
extension ContextOptions {
    /// Whether positions are stretched, so that a sequence may be longer than those that the model was trained on.
    private var isStretched: Bool {
        ropeScaling.map { $0 != .none } ?? false || ropeFrequencyBase > 0 || ropeFrequencyScale > 0
    }

    /// Tokens that one sequence may have.
    /// - Parameter trained: tokens that the model was trained on; 0 if it doesn't say.
    func limit(of trained: Int32) -> Int { trained > 0 && !isStretched ? Int(trained) : .max }

    /// Leaves out what no sequence could use.
    /// - Parameter trained: tokens that the model was trained on; 0 if it doesn't say.
    /// - Returns: a sentence about it, if less is left for a sequence than was asked for.
    package mutating func cut(to trained: Int32) -> String? {
        let limit = limit(of: trained)
        let asked = unified ? Int(size) : Int(size) / Int(max(sequences, 1))
        guard size > 0, asked > limit else { return nil }
        size = UInt32(clamping: min(Int(size), limit * Int(sequences)))
        return
            "the context of a request has \(limit) tokens instead of \(asked), since the model was trained on no more; "
            + "--override-kv or --rope-scaling say otherwise"
    }
}
