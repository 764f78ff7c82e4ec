// SPDX-License-Identifier: MIT

/// Texts that are embedded beside what is generated.
extension EngineLoop {
    /// Embeds the next texts in the sequences of idle slots, or the next piece of a long one, if any wait.
    /// - Returns: whether something was done.
    mutating func embed() -> Bool {
        if let work = embedding, work.job.isOver {
            if let long = work.long { forget(long.slot) }
            embedding = nil
        }
        if embedding == nil { embedding = texts.first.map(EmbeddingWork.init) }
        guard var work = embedding else { return false }
        do throws(EngineError) {
            if var long = work.long {
                work.long = nil
                embedding = work
                if let rows = try embed(&long) { work.append(rows) } else { work.long = long }
            } else {
                let idle = slots.indices.filter { isIdle($0) }.sorted { slots[$0].lastUsed < slots[$1].lastUsed }
                let next = work.next(sequences: idle.count, tokens: context.batchSize)
                guard let first = next.first, let slot = idle.first else { return false }
                if !first.media.isEmpty || first.tokens.count > context.batchSize {
                    remember(slot)
                    forget(slot)
                    work.long = LongText(first, slot: slot)
                } else {
                    for rows in try embed(next.map(\.tokens), in: Array(idle.prefix(next.count))) { work.append(rows) }
                }
            }
            embedding = work
            if work.isComplete { work.job.finish(.success(work.rows)) }
        } catch {
            work.job.finish(.failure(error))
        }
        return true
    }

    /// Whether a slot neither generates nor embeds.
    func isIdle(_ index: Int) -> Bool { slots[index].generation == nil && embedding?.long?.slot != index }

    /// Computes the next piece of a long text.
    /// - Returns: the rows, of its last piece, once it is complete.
    private mutating func embed(_ long: inout LongText) throws(EngineError) -> EmbeddingJob.Rows? {
        let sequence = slots[long.slot].sequence
        let piece = long.next(limit: context.batchSize)
        var isDone = false
        // What broke leaves nothing behind, and neither does what is complete.
        defer { if !isDone { forget(long.slot) } }
        apply(standardAdapters.scales)
        switch piece {
        case .text(let range):
            let isLast = range.upperBound == long.text.tokens.count
            if isLast { context.computes(embeddings: true) }
            defer { if isLast { context.computes(embeddings: false) } }
            batch.removeAll()
            for index in range {
                batch.append(
                    long.text.tokens[index],
                    position: long.layout.position(of: range.lowerBound) + index - range.lowerBound,
                    sequence: sequence,
                    output: isLast
                )
            }
            try decodeEmbeddings()
            long.finish(piece)
            guard !isLast else { return try rows(of: sequence, at: 0..<range.count) }
        case .media(let chunk):
            guard let projector else { throw EngineError(.notSupported, "this model takes text only") }
            let values = try encoded(chunk, projector)
            let position = long.layout.position(of: chunk.span.start)
            while try context.decode(chunk, values, projector, position: position, sequence: sequence) == .noRoom {
                try dropLeftovers()
                _ = context.truncate(sequence, to: position)
            }
            long.finish(piece)
        }
        isDone = true
        return nil
    }

    /// The embeddings of a sequence: one with pooling, else one for each of the batch's entries.
    private func rows(of sequence: Int32, at entries: Range<Int>) throws(EngineError) -> EmbeddingJob.Rows {
        if isPooled { return [try context.embedding(of: sequence, at: 0)] }
        var rows: EmbeddingJob.Rows = []
        for entry in entries { rows.append(try context.embedding(of: sequence, at: entry)) }
        return rows
    }

    /// Embeds texts together, each in the sequence of a slot.
    private mutating func embed(_ next: [[Int32]], in chosen: [Int]) throws(EngineError) -> [EmbeddingJob.Rows] {
        for index in chosen {
            remember(index)
            forget(index)
        }
        if context.hasCache { context.computes(embeddings: true) }
        defer {
            for index in chosen { forget(index) }
            if context.hasCache { context.computes(embeddings: false) }
        }
        apply(standardAdapters.scales)
        batch.removeAll()
        for (text, index) in zip(next, chosen) {
            for (position, token) in text.enumerated() {
                batch.append(token, position: position, sequence: slots[index].sequence, output: true)
            }
        }
        try decodeEmbeddings()
        var result: [EmbeddingJob.Rows] = []
        var start = 0
        for (text, index) in zip(next, chosen) {
            result.append(try rows(of: slots[index].sequence, at: start..<(start + text.count)))
            start += text.count
        }
        return result
    }

    private mutating func decodeEmbeddings() throws(EngineError) {
        settle()
        let began = clock.now
        while try context.decode(batch) == .noRoom { try dropLeftovers() }
        context.synchronize()
        metrics.update { $0.embedded(batch, in: clock.now - began) }
    }

    /// Makes room: what generates keeps its place; those who only left something in the cache don't.
    /// - Throws: `queueFull` if nobody left anything.
    private mutating func dropLeftovers() throws(EngineError) {
        let left = slots.indices.filter { isIdle($0) && !slots[$0].cached.isEmpty }
        guard let oldest = left.min(by: { slots[$0].lastUsed < slots[$1].lastUsed }) else {
            throw EngineError(.queueFull, "the context is full: other requests use it; try again in a moment")
        }
        forget(oldest)
    }
}
