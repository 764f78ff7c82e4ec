// SPDX-License-Identifier: MIT

/// Slots are for streams that are read: a generation whose reader has stopped gives its slot to one that waits, and gets a slot again
/// once its reader reads.
extension EngineState {
    /// Takes slots from generations whose readers are behind, as far as others wait for slots.
    /// - Returns: after what time to look again; nil where there is no need to.
    mutating func parkUnread() -> Duration? {
        // Mostly nothing waits.
        guard !queue.isEmpty || !parked.isEmpty || job != nil else { return nil }
        let (particular, others) = wantedSlots()
        guard others > 0 || !particular.isEmpty else { return nil }
        // One that waits for another's prompt has said nothing yet.
        let behind = slots.indices.map { slots[$0].generation?.leader == nil ? slots[$0].generation?.behind : nil }
        let decision = slowReaders.decide(behind, particular: particular, others: others)
        for index in decision.leaving { park(index) }
        return decision.nextLook
    }

    /// Gives slots again to those whose readers read, oldest first. They go on once there is room in the cache, as all do
    /// that were set aside.
    mutating func returnParked() {
        guard !parked.isEmpty else { return }
        for waiting in parked.sorted(by: { $0.generation.age < $1.generation.age })
        where waiting.generation.behind == nil {
            guard let index = idleSlot(for: waiting.generation.order.slot) else { continue }
            parked.removeAll { $0.generation.age == waiting.generation.age }
            keep(index)
            forget(index)
            slots[index].moved = []
            slots[index].generation = waiting.generation
            slots[index].lastTask = waiting.task
            slots[index].lastUsed = step
        }
    }

    /// The particular slots that requests wait for, and how many requests wait for any slot beyond the idle ones.
    private func wantedSlots() -> (particular: Set<Int>, others: Int) {
        let idle = slots.indices.count { isIdle($0) }
        var particular: Set<Int> = []
        var others = 0
        for wish in queue.map(\.order.slot) {
            guard let wish else { others += 1; continue }
            if !isIdle(wish) { particular.insert(wish) }
        }
        for waiting in parked where waiting.generation.behind == nil {
            guard let wish = waiting.generation.order.slot else { others += 1; continue }
            if !isIdle(wish) { particular.insert(wish) }
        }
        // Texts to embed need the sequence of a slot.
        if idle == 0, embedding?.long == nil, job != nil { others += 1 }
        return (particular, others - idle)
    }

    private func idleSlot(for wanted: Int?) -> Int? {
        if let wanted { return isIdle(wanted) ? wanted : nil }
        return slots.indices.filter { isIdle($0) }.min { slots[$0].lastUsed < slots[$1].lastUsed }
    }

    /// Takes a slot from its generation.
    private mutating func park(_ index: Int) {
        if slots[index].generation?.isSetAside == false { setAside(index) }
        guard let generation = slots[index].generation else { return }
        slots[index].generation = nil
        emit(.note("slot \(index): its answer isn't read, so it goes to a request that waits", isDebug: false))
        parked.append(ParkedGeneration(generation: generation, task: slots[index].lastTask))
        guard parked.count > rules.parkedLimit else { return }
        let oldest = parked.removeFirst().generation
        let error = EngineError(
            .queueFull,
            "the answer wasn't read while others waited for its place; read streams as they come"
        )
        emit(.end(oldest.id, .failed(error), oldest.timings))
    }
}
