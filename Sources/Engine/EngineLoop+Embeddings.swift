// SPDX-License-Identifier: MIT

/// Texts that are embedded beside what is generated.
extension EngineLoop {
    /// Embeds the next texts in the sequences of idle slots, if any wait.
    /// - Returns: whether something was done.
    mutating func embed() -> Bool {
        if embedding?.job.isOver ?? true { embedding = texts.first.map(EmbeddingWork.init) }
        guard var work = embedding else { return false }
        let idle = slots.indices.filter { slots[$0].generation == nil }.sorted {
            slots[$0].lastUsed < slots[$1].lastUsed
        }
        let next = work.next(sequences: idle.count, tokens: context.batchSize)
        guard !next.isEmpty else { return false }
        do throws(EngineError) {
            for rows in try embed(next, in: Array(idle.prefix(next.count))) { work.append(rows) }
            embedding = work
            if work.isComplete { work.job.finish(.success(work.rows)) }
        } catch {
            work.job.finish(.failure(error))
        }
        return true
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
                // A text that is longer than a step is alone, and its last part has what counts.
                if batch.count == context.batchSize { try decodeEmbeddings() }
                batch.append(token, position: position, sequence: slots[index].sequence, output: true)
            }
        }
        try decodeEmbeddings(isLast: true)
        var result: [EmbeddingJob.Rows] = []
        var start = 0
        for (text, index) in zip(next, chosen) {
            let sequence = slots[index].sequence
            if isPooled {
                result.append([try context.embedding(of: sequence, at: 0)])
            } else {
                var rows: EmbeddingJob.Rows = []
                for entry in start..<(start + text.count) {
                    rows.append(try context.embedding(of: sequence, at: entry))
                }
                result.append(rows)
            }
            start += text.count
        }
        return result
    }

    private mutating func decodeEmbeddings(isLast: Bool = false) throws(EngineError) {
        let began = clock.now
        while try context.decode(batch) == .noRoom {
            // What generates keeps its place; those who only left something in the cache don't.
            let left = slots.indices.filter { slots[$0].generation == nil && !slots[$0].cached.isEmpty }
            guard let oldest = left.min(by: { slots[$0].lastUsed < slots[$1].lastUsed }) else {
                throw EngineError(.queueFull, "the context is full: other requests use it; try again in a moment")
            }
            forget(oldest)
        }
        context.synchronize()
        metrics.update { $0.embedded(batch, in: clock.now - began) }
        if !isLast { batch.removeAll() }
    }
}
