// SPDX-License-Identifier: MIT

package import Fleet
import Synchronization

/// Receives the answer to a request, and counts how often it comes.
package final class LeaseBox: Sendable {
    /// Opens with the first answer.
    package let answer = Gate<Result<Lease, FleetError>>()
    private let calls = Atomic(0)

    package init() {}

    /// What to give to `Fleet.lease`.
    package var completion: Fleet.Completion {
        { result in
            self.calls.add(1, ordering: .relaxed)
            self.answer.open(result)
        }
    }

    /// How often an answer came; anything but 0 and 1 is an error.
    package var answerCount: Int { calls.load(ordering: .relaxed) }

    /// The lease, if it was granted by now.
    package var lease: Lease? { try? answer.value?.get() }

    /// The error, if it was rejected by now.
    package var error: FleetError? {
        if case .failure(let error)? = answer.value { error } else { nil }
    }
}
