// SPDX-License-Identifier: MIT

/// Pictures and sounds.
extension EngineLoop {
    /// Encodes a medium of a generation and computes it.
    mutating func encode(
        _ id: UInt64,
        in slot: Int,
        _ span: MediaLayout.Span,
        at position: Int,
        _ scales: [Float]
    ) -> EngineEvent {
        settle()
        let began = clock.now
        apply(scales)
        _ = takeThreads(tokens: 2)
        do throws(EngineError) {
            guard let projector,
                let chunk = generations[id]?.request.media.first(where: { $0.span.start == span.start })
            else { throw EngineError(.notSupported, "this model takes text only") }
            let rows = try rows(of: chunk, projector)
            let sequence = state.slots[slot].sequence
            guard try context.decode(chunk, rows, projector, position: position, sequence: sequence) == .computed
            else { return .noRoom }
            if state.slots[slot].generation?.isPrompting == true {
                let took = clock.now - began
                metrics.update { $0.promptTook(took) }
            }
            return .encoded
        } catch {
            return .failed(error)
        }
    }

    /// A chunk's embeddings: those of an earlier request with the same medium, or new ones.
    mutating func rows(of chunk: MediaChunk, _ projector: Projector) throws(EngineError) -> [Float] {
        let identity = chunk.span.identity
        if let known = media.value(for: identity.id) { return known.values }
        let values = try projector.encode(chunk)
        media.insert(
            MediaEmbeddings(values: values, identity: identity),
            bytes: values.count * MemoryLayout<Float>.stride,
            for: identity.id
        )
        return values
    }
}
