// SPDX-License-Identifier: MIT

/// The fleet's time: durations since it was made, by an injected clock.
package struct FleetTime: Sendable {
    /// How long ago the fleet was made.
    package let now: @Sendable () -> Duration
    /// Sleeps until that time. Throws when the task is cancelled.
    package let sleep: @Sendable (_ until: Duration) async throws -> Void

    init(_ clock: any Clock<Duration>) {
        self = Self.measured(by: clock)
    }

    private init(now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    private static func measured<C: Clock>(by clock: C) -> FleetTime where C.Duration == Duration {
        let start = clock.now
        return FleetTime(
            now: { start.duration(to: clock.now) },
            sleep: { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
        )
    }
}
