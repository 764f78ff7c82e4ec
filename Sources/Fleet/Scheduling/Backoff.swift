// SPDX-License-Identifier: MIT

/// When a model whose loads fail may be tried again: a second after the first failure, then twice as long each time, up
/// to a minute.
package struct Backoff: Sendable, Equatable {
    package static let shortest: Duration = .seconds(1)
    package static let longest: Duration = .seconds(60)

    /// How many loads have failed one after another.
    package private(set) var failures = 0
    /// Before this time the model isn't started again by itself; nil without a failure.
    package private(set) var retryAt: Duration?

    package init() {}

    /// A load has failed.
    package mutating func fail(now: Duration) {
        let doublings = min(failures, 6)
        failures += 1
        retryAt = now + min(Self.shortest * (1 << doublings), Self.longest)
    }

    /// A load has succeeded, or a user wants another try now.
    package mutating func reset() { self = Backoff() }

    /// How long it takes until the model may be tried again; nil if it may.
    package func remaining(now: Duration) -> Duration? {
        guard let retryAt, retryAt > now else { return nil }
        return retryAt - now
    }
}
