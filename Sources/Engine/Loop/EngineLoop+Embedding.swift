// SPDX-License-Identifier: MIT

/// Texts that are embedded.
extension EngineLoop {
    mutating func embed(_ plan: EmbeddingPlan) -> EngineEvent {
        apply(standardAdapters.scales)
        settle()
        do throws(EngineError) {
            switch plan {
            case .texts(let texts, let sequences): return try embed(texts, in: sequences)
            case .text(let tokens, let position, let sequence, let isLast):
                return try embed(tokens, at: position, in: sequence, isLast: isLast)
            case .media(let chunk, let position, let sequence):
                guard let projector else { throw EngineError(.notSupported, "this model takes text only") }
                _ = takeThreads(tokens: 2)
                let values = try rows(of: chunk, projector)
                let outcome = try context.decode(chunk, values, projector, position: position, sequence: sequence)
                return outcome == .computed ? .embedded(nil) : .noRoom
            }
        } catch {
            return .failed(error)
        }
    }

    /// What requests that don't say otherwise are computed with, where there is no prompt for adapters to wait in.
    var standardAdapters: AdapterUse {
        AdapterUse(zip(adapters, adapterScales.current).map { $0.invocation.isEmpty ? $1 : 0 })
    }

    /// Embeds texts together, each in a sequence of its own.
    private mutating func embed(_ texts: [[Int32]], in sequences: [Int32]) throws(EngineError) -> EngineEvent {
        if context.hasCache { context.computes(embeddings: true) }
        defer { if context.hasCache { context.computes(embeddings: false) } }
        batch.removeAll()
        for (text, sequence) in zip(texts, sequences) {
            for (position, token) in text.enumerated() {
                batch.append(token, position: position, sequence: sequence, output: true)
            }
        }
        guard try computeEmbeddings() else { return .noRoom }
        var result: [EmbeddingJob.Rows] = []
        var start = 0
        for (text, sequence) in zip(texts, sequences) {
            result.append(try rows(of: sequence, at: start..<(start + text.count)))
            start += text.count
        }
        return .embedded(result)
    }

    /// Computes a piece of a long text.
    private mutating func embed(
        _ tokens: [Int32],
        at position: Int,
        in sequence: Int32,
        isLast: Bool
    ) throws(EngineError) -> EngineEvent {
        if isLast { context.computes(embeddings: true) }
        defer { if isLast { context.computes(embeddings: false) } }
        batch.removeAll()
        for (offset, token) in tokens.enumerated() {
            batch.append(token, position: position + offset, sequence: sequence, output: isLast)
        }
        guard try computeEmbeddings() else { return .noRoom }
        return .embedded(isLast ? [try rows(of: sequence, at: 0..<tokens.count)] : nil)
    }

    /// - Returns: false where the cache has no room.
    private mutating func computeEmbeddings() throws(EngineError) -> Bool {
        let counts = takeThreads(tokens: batch.count)
        let began = clock.now
        guard try context.decode(batch) == .computed else { return false }
        context.synchronize()
        computed(batch.count, by: counts, since: began, isOver: true)
        metrics.update { $0.embedded(batch, in: clock.now - began) }
        return true
    }

    /// The embeddings of a sequence: one with pooling, else one for each of the batch's entries.
    private func rows(of sequence: Int32, at entries: Range<Int>) throws(EngineError) -> EmbeddingJob.Rows {
        if isPooled { return [try context.embedding(of: sequence, at: 0)] }
        var rows: EmbeddingJob.Rows = []
        for entry in entries { rows.append(try context.embedding(of: sequence, at: entry)) }
        return rows
    }
}
