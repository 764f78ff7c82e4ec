// SPDX-License-Identifier: MIT

import Synchronization

/// Bounds the memory of the media in all requests together.
package final class MediaBudget: Sendable {
    /// Memory that is in use until the last reference to this is gone.
    package final class Reservation: Sendable {
        private let budget: MediaBudget
        private let bytes: Int

        fileprivate init(_ budget: MediaBudget, _ bytes: Int) {
            self.budget = budget
            self.bytes = bytes
        }

        deinit {
            budget.used.withLock { $0 -= bytes }
        }
    }

    private let used = Mutex(0)
    private let limit: Int

    /// - Parameter limit: bytes.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Takes a part of the budget.
    /// - Throws: `queueFull` where so much isn't left, `invalidRequest` where it never will be.
    package func reserve(_ bytes: Int) throws(EngineError) -> Reservation {
        guard bytes <= limit else {
            throw EngineError(
                .invalidRequest,
                "the media need \(bytes >> 20) MiB of memory and \(limit >> 20) MiB are allowed; send fewer or smaller ones"
            )
        }
        let fits = used.withLock { used in
            guard used + bytes <= limit else { return false }
            used += bytes
            return true
        }
        guard fits else {
            throw EngineError(.queueFull, "the media of other requests fill the memory; try again in a moment")
        }
        return Reservation(self, bytes)
    }
}
