// SPDX-License-Identifier: MIT

import Catalogue
import Wire

/// What a request does to its model. Each is one change where the model lies in the dictionary: a copy of it costs more than
/// all that a grant does else.
extension FleetState.Model {
    /// How long the model may be idle before it is unloaded; nil: for ever.
    package var timeToLive: Duration? {
        switch keepAlive {
        case nil: policy.ttl
        case .forever?: nil
        case .after(let time)?: time
        }
    }

    /// The same; nil as well for a pinned model, which stays.
    var idleLimit: Duration? { isPinned ? nil : timeToLive }

    /// After how long without a byte its worker is examined while it has work; nil: never.
    /// - Parameter usual: That of models whose policy says nothing; zero stands for never.
    func stallTimeout(_ usual: Duration) -> Duration? {
        let timeout = policy.stallTimeout ?? usual
        return timeout > .zero ? timeout : nil
    }

    /// Why a request doesn't get the model; nil if it does, or may wait.
    mutating func refusal(_ name: String, autoload: Bool, now: Duration) -> FleetError? {
        guard !isGone else { return .unknownModel(name) }
        if let problem { return .unusable(name, problem: problem) }
        switch phase {
        case .absent, .draining, .stopping:
            guard autoload else { return .notLoaded(name) }
            guard let remaining = backoff.remaining(now: now), let failure = phase.failure else { return nil }
            return .backingOff(name, failure, failures: backoff.failures, retryAfter: remaining)
        case .loading, .ready: return nil
        }
    }

    /// A request got the model.
    /// - Parameter clock: the worth of the model that was evicted last.
    mutating func noteGrant(_ waiter: WaitingQueue.Waiter, clock: Double, now: Duration) {
        counters.granted += 1
        counters.waited += now - waiter.since
        guard waiter.isUse else { return }
        popularity.use(
            now: now,
            clock: clock,
            load: loadTime ?? .seconds(1),
            bytes: footprintBytes ?? guessBytes
        )
    }

    /// How many cores its worker can make use of.
    mutating func coreBounds() -> CoreDivision.Bounds {
        var bounds = cores
        // What lies on a GPU whole needs a thread to feed it.
        bounds.liesOnDevice = liesOnDevices
        return bounds
    }
}
