// SPDX-License-Identifier: MIT

/// Saving, restoring and erasing what slots hold.
extension EngineLoop {
    /// Does what is asked of slots that are idle.
    mutating func performActions() {
        actions.removeAll { $0.isOver }
        let ready = actions.filter { isIdle($0.slot) }
        guard !ready.isEmpty else { return }
        actions.removeAll { action in ready.contains { $0 === action } }
        for action in ready where action.begin() {
            let start = clock.now
            do throws(EngineError) {
                let (tokens, bytes) = try perform(action.action, in: action.slot)
                action.finish(.success(.init(tokens: tokens, bytes: bytes, duration: clock.now - start)))
            } catch {
                action.finish(.failure(error))
            }
        }
    }

    private mutating func perform(
        _ action: SlotAction,
        in index: Int
    ) throws(EngineError) -> (tokens: Int, bytes: Int) {
        switch action {
        case .save(let path):
            bringBack(index)
            guard slots[index].layout.isEmpty else {
                throw EngineError(.notSupported, "a slot with pictures or sounds can't be saved yet")
            }
            let words = SlotFile.words(slots[index].cached)
            let bytes = try context.save(
                slots[index].sequence,
                words,
                to: path,
                fingerprint: origin.fingerprint(with: slots[index].adapters)
            )
            return (slots[index].cached.count, bytes)
        case .restore(let path):
            forget(index)
            slots[index].moved = []
            do throws(EngineError) {
                let (words, bytes) = try context.load(
                    slots[index].sequence,
                    from: path,
                    fingerprint: origin.fingerprint(with: standardAdapters)
                )
                let tokens = try SlotFile.tokens(words)
                guard tokens.allSatisfy({ $0 >= 0 && $0 < model.facts.vocabularySize }),
                    context.length(of: slots[index].sequence) == tokens.count
                else {
                    throw EngineError(.invalidRequest, "the file's tokens aren't those of this model")
                }
                slots[index].cached = tokens
                slots[index].adapters = standardAdapters
                return (tokens.count, bytes)
            } catch {
                forget(index)
                throw error
            }
        case .erase:
            defer {
                forget(index)
                slots[index].moved = []
            }
            return (slots[index].cached.count, 0)
        }
    }
}
