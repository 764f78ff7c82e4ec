// SPDX-License-Identifier: MIT

/// Conversations of idle slots, which leave a cache that all share for the main memory.
extension EngineLoop {
    /// Moves what an idle slot holds to the main memory and out of the cache that all share, if a generation has begun: those
    /// at work look at fewer cells then. One slot a step: copying takes a while, and they wait for it.
    mutating func storeIdle() {
        // Who waits for another's prompt may still copy from an idle slot.
        guard storesIdle, let begun, !slots.contains(where: { $0.generation?.leader != nil }) else { return }
        for index in slots.indices where isIdle(index) && slots[index].lastUsed < begun && !slots[index].cached.isEmpty
        {
            let tokens = slots[index].cached
            // What can't be kept elsewhere stays.
            guard remember(index) else { continue }
            forget(index)
            slots[index].moved = tokens
            EngineRuntime.note("slot \(index): \(tokens.count) tokens moved to main memory", .debug)
            return
        }
        self.begun = nil
    }

    /// Brings back what an idle slot held before it was moved to the main memory, if it is still there.
    mutating func bringBack(_ index: Int) {
        let moved = slots[index].moved
        guard slots[index].cached.isEmpty, !moved.isEmpty,
            let entry = states.use(for: moved, adapters: slots[index].adapters, moreThan: moved.count - 1)
        else { return }
        guard load(entry, into: index) else { return }
        cut(index, to: moved.count)
    }
}
