// SPDX-License-Identifier: MIT

/// Saving, restoring and erasing what slots hold.
extension EngineState {
    /// Does what is asked of a slot that is idle.
    /// - Returns: false if nothing can be done now.
    mutating func act() -> Bool {
        guard let place = orders.firstIndex(where: { isIdle($0.slot) }) else { return false }
        let order = orders[place]
        // What it held before it was moved is brought back first; the order stays until then.
        if case .save = order.action, bringBack(order.slot) { return true }
        orders.remove(at: place)
        awaited = .acting(order)
        switch order.action {
        case .save: break
        case .restore:
            forget(order.slot)
            slots[order.slot].moved = []
        case .erase: break
        }
        emit(.act(order, slots[order.slot].cached))
        return true
    }

    /// What came of it.
    mutating func acted(_ outcome: SlotOutcome) {
        guard case .acting(let order) = awaited else { return }
        awaited = nil
        switch outcome {
        case .restored(let sequence): hold(order.slot, sequence)
        case .failed: forget(order.slot)
        case .kept: break
        case .done:
            guard case .erase = order.action else { return }
            forget(order.slot)
            slots[order.slot].moved = []
        }
    }

    /// Brings back what an idle slot held before it was moved to the main memory, if it is still there.
    private mutating func bringBack(_ index: Int) -> Bool {
        let moved = slots[index].moved
        guard slots[index].cached.isEmpty, !moved.isEmpty else { return false }
        slots[index].moved = []
        guard
            let entry = states.use(
                for: moved,
                adapters: slots[index].cached.adapters,
                moreThan: moved.count - 1,
                at: step
            )
        else { return false }
        load(entry, into: index, then: .act(moved))
        return true
    }
}
