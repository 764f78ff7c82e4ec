// SPDX-License-Identifier: MIT

import Synchronization

/// The use of the model by one request: while it lives, the model stays in memory.
final class ModelUse: Sendable {
    private let state: ModelState
    private let hasEnded = Atomic(false)

    /// - Parameter state: where the request was admitted.
    init(_ state: ModelState) {
        self.state = state
    }

    deinit { end() }

    /// The request doesn't need the model any more. Only the first call counts.
    func end() {
        guard !hasEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
        state.leave()
    }
}
