// SPDX-License-Identifier: MIT

package import Wire

/// Leases that come late, so that their models look busy for longer: an aid for tests of the queue.
package struct DelayedLeasing: ModelLeasing {
    let base: any ModelLeasing
    let delay: Duration
    let clock: any Clock<Duration>

    package init(base: any ModelLeasing, delay: Duration, clock: any Clock<Duration> = ContinuousClock()) {
        self.base = base
        self.delay = delay
        self.clock = clock
    }

    package var illness: APIError? { base.illness }

    package func models(for purpose: ModelPurpose) -> [String] { base.models(for: purpose) }

    package func release(_ name: String) -> APIError? { base.release(name) }

    package func lease(
        _ name: String,
        autoload: Bool?,
        isUse: Bool,
        completion: @escaping @Sendable (Result<any ModelLease, APIError>) -> Void
    ) -> (@Sendable () -> Void)? {
        base.lease(name, autoload: autoload, isUse: isUse) { [delay, clock] result in
            guard case .success = result else { return completion(result) }
            // Unstructured: it ends by itself, and who has left by then ends the lease that it gets.
            Task {
                try? await clock.sleep(for: delay)
                completion(result)
            }
        }
    }
}
