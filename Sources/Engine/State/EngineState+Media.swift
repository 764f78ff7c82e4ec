// SPDX-License-Identifier: MIT

extension EngineState {
    /// Has one chunk of a medium computed, the oldest prompt's, as a step of its own: between two of them all others
    /// get a step. They wait for it as long as encoding and computing it take.
    /// - Returns: false, unless it is awaited.
    mutating func computeMedia() -> Bool {
        guard hasPendingMedia else { return false }
        let waiting = slots.indices.filter { slots[$0].pendingMedia != nil }
        guard let index = waiting.min(by: { age(of: $0) < age(of: $1) }), let span = slots[index].pendingMedia,
            let generation = slots[index].generation
        else { return false }
        step += 1
        hasWorked = true
        awaited = .media(slot: index, span)
        emit(
            .encode(
                slot: index,
                generation: generation.id,
                span,
                position: slots[index].cached.position(of: span.start),
                scales: slots[index].nextScales
            )
        )
        return true
    }

    /// Whether a prompt waits for a medium of its own to be computed.
    var hasPendingMedia: Bool {
        slots.indices.contains { index in
            slots[index].generation?.order.media.isEmpty == false && slots[index].pendingMedia != nil
        }
    }

    /// The medium was computed.
    mutating func encoded() {
        guard case .media(let index, let span) = awaited else { return }
        awaited = nil
        defer { leave() }
        slots[index].cached.append(span)
        slots[index].lastUsed = step
        let held = slots[index].cached.count
        let isPrompt = slots[index].generation?.isPrompting == true
        if isPrompt { slots[index].generation?.computedPrompt(span.tokens, now: now) }
        slots[index].generation?.recovered(held)
        let promptTokens = isPrompt ? span.tokens : 0
        emit(.count(.step(promptTokens: promptTokens, busy: busySlots, longest: longestSequence)))
        guard isPrompt, let generation = slots[index].generation, generation.order.reportsProgress else { return }
        emit(.send(generation.id, .progress(generation.progress(cached: held, now: now)), mayGather: false))
    }
}
