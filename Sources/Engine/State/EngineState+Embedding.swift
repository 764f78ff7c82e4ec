// SPDX-License-Identifier: MIT

/// Texts that are embedded beside what is generated.
extension EngineState {
    /// Has the next texts embedded in the sequences of idle slots, or the next piece of a long one, if any wait.
    /// - Returns: false, unless it is awaited.
    mutating func embed() -> Bool {
        if let work = embedding, work.job !== job {
            // No client waits for it any more.
            if let long = work.long { forget(long.slot) }
            embedding = nil
        }
        if embedding == nil { embedding = job.map(EmbeddingWork.init) }
        guard let work = embedding else { return false }
        if work.long == nil {
            let idle = slots.indices.filter { isIdle($0) }.sorted { slots[$0].lastUsed < slots[$1].lastUsed }
            let next = work.next(sequences: idle.count, tokens: rules.batch)
            guard let first = next.first, let slot = idle.first else { return false }
            let isLong = !first.media.isEmpty || first.tokens.count > rules.batch
            let chosen = isLong ? [slot] : Array(idle.prefix(next.count))
            for index in chosen {
                keep(index)
                forget(index)
            }
            guard isLong else {
                ask(.texts(next.map(\.tokens), sequences: chosen.map { slots[$0].sequence }), in: chosen)
                return true
            }
            embedding?.long = LongText(first, slot: slot)
        }
        guard let long = embedding?.long else { return false }
        let sequence = slots[long.slot].sequence
        switch long.next(limit: rules.batch) {
        case .text(let range):
            let isLast = range.upperBound == long.text.tokens.count
            let position = long.layout.position(of: range.lowerBound)
            let tokens = Array(long.text.tokens[range])
            ask(.text(tokens, position: position, sequence: sequence, isLast: isLast), in: [long.slot])
        case .media(let chunk):
            let position = long.layout.position(of: chunk.span.start)
            ask(.media(chunk, position: position, sequence: sequence), in: [long.slot])
        }
        return true
    }

    private mutating func ask(_ plan: EmbeddingPlan, in chosen: [Int]) {
        hasWorked = true
        awaited = .embedding(chosen, plan)
        emit(.embed(plan))
    }

    /// Texts, or a piece of one, were embedded.
    mutating func embedded(_ rows: [EmbeddingJob.Rows]?) {
        guard case .embedding(let chosen, _) = awaited else { return }
        awaited = nil
        defer { leave() }
        guard let rows else {
            guard let piece = embedding?.long?.next(limit: rules.batch) else { return }
            embedding?.long?.finish(piece)
            return
        }
        embedding?.long = nil
        for index in chosen { forget(index) }
        for row in rows { embedding?.append(row) }
        guard let work = embedding, work.isComplete else { return }
        end(work, .success(work.rows))
    }

    /// Makes room for texts: what generates keeps its place; what only left something in the cache doesn't.
    mutating func makeRoomForTexts() {
        guard case .embedding(let chosen, let plan) = awaited else { return }
        let left = slots.indices.filter { isIdle($0) && !slots[$0].cached.isEmpty }
        guard let oldest = left.min(by: { slots[$0].lastUsed < slots[$1].lastUsed }) else {
            return failEmbedding(
                EngineError(.queueFull, "the context is full: other requests use it; try again in a moment")
            )
        }
        forget(oldest)
        // A part of a medium may be there.
        if case .media(_, let position, let sequence) = plan {
            guard rules.kind == .any else {
                return failEmbedding(EngineError(.queueFull, "the context is full; try again in a moment"))
            }
            emit(.cache(.cut(sequence, to: position)))
        }
        ask(plan, in: chosen)
    }

    /// The texts can't be embedded.
    mutating func failEmbedding(_ error: EngineError) {
        guard case .embedding(let chosen, _) = awaited else { return }
        awaited = nil
        defer { leave() }
        // What broke leaves nothing behind.
        embedding?.long = nil
        for index in chosen { forget(index) }
        if let work = embedding { end(work, .failure(error)) }
    }

    private mutating func end(_ work: EmbeddingWork, _ result: Result<[EmbeddingJob.Rows], EngineError>) {
        embedding = nil
        job = nil
        emit(.finish(work.job, result))
    }
}
