// SPDX-License-Identifier: MIT

/// A draft model with its own cache. Used by one thread. What the cache holds stands in ``DraftState``.
final class DraftModel {
    var context: Context
    /// Tokens that the model knows.
    let vocabularySize: Int32
    /// What its states are computed with.
    let origin: (model: ModelOptions, facts: ModelFacts, context: ContextOptions)

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
        let ownOptions = options.context(beside: contextOptions, size: context.size)
        let own = try Context(model, ownOptions)
        guard own.kind == .any || own.kind.hasWindow else {
            throw EngineError(.loadFailed, "the draft model can't take tokens back; proposing tokens needs another")
        }
        self.context = own
        vocabularySize = model.facts.vocabularySize
        origin = (options.model, model.facts, ownOptions)
    }

    /// Positions that a sequence holds.
    func length(of sequence: Int32) -> Int { context.length(of: sequence) }
}
