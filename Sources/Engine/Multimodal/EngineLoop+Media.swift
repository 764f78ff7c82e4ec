// SPDX-License-Identifier: MIT

extension EngineLoop {
    /// Computes one chunk of a medium, the oldest prompt's, as a step of its own: between two of them everybody else
    /// gets a step. The others wait for it as long as encoding and computing it take.
    mutating func computeMedia() {
        let waiting = slots.indices.filter { slots[$0].pendingMedia != nil }
        guard let index = waiting.min(by: { age(of: $0) < age(of: $1) }), let chunk = slots[index].pendingMedia,
            let projector
        else { return }
        step += 1
        settle()
        let began = clock.now
        apply(slots[index].nextScales)
        do throws(EngineError) {
            let rows = try encoded(chunk, projector)
            let position = slots[index].layout.position(of: chunk.span.start)
            while slots[index].generation?.isPreempted == false {
                switch try context.decode(chunk, rows, projector, position: position, sequence: slots[index].sequence) {
                case .computed:
                    advance(index, chunk, began: began)
                    return
                case .noRoom:
                    // A part of it may be there.
                    let kept = truncate(index, to: chunk.span.start)
                    slots[index].cached.removeLast(slots[index].cached.count - kept)
                    _ = makeRoom([])
                    // What stands before it is computed again first.
                    guard kept == chunk.span.start else { return }
                }
            }
        } catch {
            fail(index, error)
            forget(index)
        }
    }

    /// Notes what a slot's cache holds after a chunk.
    private mutating func advance(_ index: Int, _ chunk: MediaChunk, began: ContinuousClock.Instant) {
        let now = clock.now
        let tokens = chunk.span.tokens
        slots[index].append(chunk)
        slots[index].lastUsed = step
        let isPrompt = slots[index].generation?.isComputingPrompt == true
        if isPrompt { slots[index].generation?.computedPrompt(tokens, now: now) }
        let held = slots[index].cached.count
        slots[index].generation?.recovered(held)
        let busy = busySlots
        let longest = slots.reduce(0) { max($0, $1.cached.count) }
        metrics.update { counters in
            counters.step(promptTokens: isPrompt ? tokens : 0, busy: busy, longest: longest)
            if isPrompt { counters.promptTook(now - began) }
        }
        guard isPrompt, let generation = slots[index].generation, generation.request.reportsProgress else { return }
        generation.stream.send(.progress(generation.progress(cached: held, now: now)))
    }

    /// A chunk's embeddings: those of an earlier request with the same medium, or new ones.
    mutating func encoded(_ chunk: MediaChunk, _ projector: Projector) throws(EngineError) -> [Float] {
        let identity = chunk.span.identity
        if let known = embeddings.value(for: identity.id) { return known.values }
        let values = try projector.encode(chunk)
        embeddings.insert(
            MediaEmbeddings(values: values, identity: identity),
            bytes: values.count * MemoryLayout<Float>.stride,
            for: identity.id
        )
        return values
    }

    /// Cuts a slot's sequence down to its first `length` tokens, or to nothing.
    /// - Returns: how many tokens are left.
    func truncate(_ index: Int, to length: Int) -> Int {
        let kept = context.truncate(slots[index].sequence, to: slots[index].layout.position(of: length))
        return kept == 0 ? 0 : length
    }
}
