// SPDX-License-Identifier: MIT

/// Slots are for streams that are read: a generation whose reader has stopped gives its slot to one that waits, and gets a slot again
/// once its reader reads.
extension EngineLoop {
    /// Takes slots from generations whose readers are behind, as far as others wait for slots.
    /// - Returns: after what time to look again; nil where there is no need to.
    mutating func parkUnread() -> Duration? {
        let (particular, others) = wantedSlots()
        guard others > 0 || !particular.isEmpty else { return nil }
        let now = clock.now
        let behind = slots.map { slot -> Duration? in
            // One that waits for another's prompt has said nothing yet.
            guard let generation = slot.generation, generation.leader == nil else { return nil }
            return generation.stream.fullSince.map { now - $0 }
        }
        let decision = slowReaders.decide(behind, particular: particular, others: others)
        for index in decision.leaving { park(index) }
        return decision.nextLook
    }

    /// Gives slots again to those whose readers read, oldest first. They go on once there is room in the cache, as all do
    /// that were set aside.
    mutating func returnParked() {
        for waiting in parked.sorted(by: { $0.generation.age < $1.generation.age })
        where !waiting.generation.stream.isFull {
            guard let index = idleSlot(for: waiting.generation.request.slot) else { continue }
            parked.removeAll { $0.generation.age == waiting.generation.age }
            remember(index)
            forget(index)
            slots[index].moved = []
            slots[index].generation = waiting.generation
            slots[index].lastTask = waiting.task
            slots[index].lastUsed = step
        }
    }

    /// Ends those of them whose clients have left.
    mutating func dropCancelledParked() {
        let left = parked.filter { $0.generation.stream.isCancelled }
        guard !left.isEmpty else { return }
        parked.removeAll { $0.generation.stream.isCancelled }
        for waiting in left { metrics.update { $0.end(waiting.generation.timings) } }
    }

    /// The particular slots that requests wait for, and how many requests wait for any slot beyond the idle ones.
    private func wantedSlots() -> (particular: Set<Int>, others: Int) {
        let idle = slots.indices.count { isIdle($0) }
        let ready = parked.filter { !$0.generation.stream.isFull }.map(\.generation.request.slot)
        let wishes = queue.map(\.request.slot) + ready
        let particular = Set(wishes.compactMap { $0 }.filter { !isIdle($0) })
        var others = wishes.count { $0 == nil }
        // Texts to embed need the sequence of a slot.
        if idle == 0, embedding?.long == nil, texts.first != nil { others += 1 }
        return (particular, others - idle)
    }

    private func idleSlot(for wanted: Int?) -> Int? {
        if let wanted { return isIdle(wanted) ? wanted : nil }
        return slots.indices.filter { isIdle($0) }.min { slots[$0].lastUsed < slots[$1].lastUsed }
    }

    /// Takes a slot from its generation.
    private mutating func park(_ index: Int) {
        if slots[index].generation?.isPreempted == false { preempt(index) }
        guard let generation = slots[index].generation else { return }
        slots[index].generation = nil
        EngineRuntime.note("slot \(index): its answer isn't read, so it goes to a request that waits", .info)
        parked.append(ParkedGeneration(generation: generation, task: slots[index].lastTask))
        guard parked.count > parkedLimit else { return }
        let oldest = parked.removeFirst().generation
        metrics.update { $0.end(oldest.timings) }
        oldest.stream.send(
            .failed(
                EngineError(
                    .queueFull,
                    "the answer wasn't read while others waited for its place; read streams as they come"
                )
            )
        )
    }
}
