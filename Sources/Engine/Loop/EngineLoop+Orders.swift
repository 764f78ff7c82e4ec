// SPDX-License-Identifier: MIT

/// Files of what slots hold.
extension EngineLoop {
    /// Does what is asked of an idle slot.
    /// - Parameter cached: what it holds.
    mutating func act(_ order: SlotOrder, _ cached: CachedSequence) -> EngineEvent {
        guard let action = orders.removeValue(forKey: order.id), action.begin() else { return .acted(.done) }
        let start = clock.now
        let sequence = state.slots[order.slot].sequence
        do throws(EngineError) {
            var (tokens, bytes) = (cached.count, 0)
            var outcome = SlotOutcome.done
            switch order.action {
            case .erase: break
            case .save(let path): bytes = try save(sequence, cached, to: path)
            case .restore(let path):
                let (restored, size) = try restore(sequence, from: path)
                (tokens, bytes) = (restored.count, size)
                outcome = .restored(restored)
            }
            action.finish(.success(.init(tokens: tokens, bytes: bytes, duration: clock.now - start)))
            return .acted(outcome)
        } catch {
            action.finish(.failure(error))
            if case .restore = order.action { return .acted(.failed) }
            return .acted(.kept)
        }
    }

    private mutating func save(
        _ sequence: Int32,
        _ cached: CachedSequence,
        to path: String
    ) throws(EngineError) -> Int {
        return try context.save(
            sequence,
            SlotFile.words(cached),
            to: path,
            fingerprint: origin.fingerprint(with: cached.adapters)
        )
    }

    private mutating func restore(
        _ sequence: Int32,
        from path: String
    ) throws(EngineError) -> (CachedSequence, bytes: Int) {
        let adapters = standardAdapters
        let (words, bytes) = try context.load(sequence, from: path, fingerprint: origin.fingerprint(with: adapters))
        var cached = try SlotFile.sequence(words, identify: projector.map { $0.register.identity })
        guard cached.isMade(ofTokensBelow: model.facts.vocabularySize),
            context.length(of: sequence) == cached.layout.position(of: cached.count)
        else {
            throw EngineError(.invalidRequest, "the file's tokens aren't those of this model")
        }
        cached.adapters = adapters
        return (cached, bytes)
    }
}
