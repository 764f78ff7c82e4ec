// SPDX-License-Identifier: MIT

import Engine

/// Media, texts, and what is asked of slots.
extension EngineWorld {
    mutating func embed(_ plan: EmbeddingPlan) -> EngineEvent {
        var batch = Batch()
        var count = 1
        switch plan {
        case .texts(let texts, let sequences):
            count = texts.count
            for (text, sequence) in zip(texts, sequences) {
                for (position, token) in text.enumerated() {
                    batch.append(token, position: position, sequence: sequence, output: true)
                }
            }
        case .text(let tokens, let position, let sequence, let isLast):
            for (offset, token) in tokens.enumerated() {
                batch.append(token, position: position + offset, sequence: sequence, output: true)
            }
            if !isLast { count = 0 }
        case .media: return .failed(EngineError(.notSupported, "no media"))
        }
        cache.scales = []
        guard cache.decode(batch) else { return .noRoom }
        notes.add(.embedded)
        return .embedded(count > 0 ? (0..<count).map { _ in [[1]] } : nil)
    }

    mutating func act(_ order: SlotOrder, _ cached: CachedSequence) -> EngineEvent {
        switch order.action {
        case .erase: return .acted(.done)
        case .save(let path):
            guard case .kept(_, let bytes?) = cache.perform(.keep(Int32(order.slot), ticket: 0, atMost: .max)) else {
                return .acted(.kept)
            }
            notes.add(.saved)
            files[path] = (bytes, CachedSequence(cached.tokens, layout: cached.layout, adapters: cached.adapters))
            return .acted(.done)
        case .restore(let path):
            guard let file = files[path], case .loaded(true) = cache.perform(.load(Int32(order.slot), file.bytes))
            else {
                return .acted(.failed)
            }
            notes.add(.restored)
            return .acted(.restored(file.sequence))
        }
    }

    mutating func encode(_ slot: Int, _ span: MediaLayout.Span, _ position: Int) -> EngineEvent {
        guard let id = state.generation(in: slot) else { return .encoded }
        if let text = cache.wrong(slot, clients[place(of: id)].contents, span.start) {
            fault("before a medium, \(text)")
        }
        notes.add(.medium)
        return cache.decode(span, at: position, in: slot) ? .encoded : .noRoom
    }
}
