// SPDX-License-Identifier: MIT

import Synchronization

/// Something that happens once, and that tests wait for.
package final class Gate<Value: Sendable>: Sendable {
    private enum State {
        case closed([CheckedContinuation<Value, Never>])
        case open(Value)
    }
    private let state = Mutex(State.closed([]))

    package init() {}

    /// Opens the gate. Later calls do nothing.
    package func open(_ value: Value) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value, Never>] in
            guard case .closed(let waiting) = state else { return [] }
            state = .open(value)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: value) }
    }

    /// What the gate was opened with, if it was.
    package var value: Value? {
        state.withLock { if case .open(let value) = $0 { value } else { nil } }
    }

    /// Waits until the gate opens; a test bounds this with its time limit.
    package func wait() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                switch state {
                case .open(let value): return value
                case .closed(let waiting):
                    state = .closed(waiting + [continuation])
                    return nil
                }
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}

extension Gate where Value == Void {
    package func open() { open(()) }
}
