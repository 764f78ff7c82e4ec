// SPDX-License-Identifier: MIT

/// Whether the model is in memory, how many requests use it, and when it falls asleep: the whole decision, without
/// doing any of it.
///
/// Requests enter and leave; one loop asks for its `next` step and does it. Times are durations since any start.
package struct ModelLife: Sendable, Equatable {
    package enum Phase: Sendable, Equatable {
        /// It loads for the first time; requests are refused.
        case loading
        /// It is in memory.
        /// - Parameter idleSince: when the last use ended, or the load; says nothing while there are uses.
        case ready(uses: Int, idleSince: Duration)
        /// Its memory is being freed. Waiting requests get it after the load that follows.
        case freeing(waiting: Int)
        /// Only the process is left.
        case sleeping
        /// It loads again for the waiting requests.
        case waking(waiting: Int)
        /// It could not be loaded; the process is about to exit.
        case failed(reason: String)
    }

    /// What becomes of a request that enters.
    package enum Entry: Sendable, Equatable {
        /// It uses the model, until it leaves.
        case admitted
        /// It uses the model as soon as that is loaded.
        case waits
        /// It is refused; nil while the model loads for the first time, else why it can't be loaded.
        case refused(reason: String?)
    }

    /// What the loop does next.
    package enum Step: Sendable, Equatable {
        /// Load the model, then say `loaded` or `fail`.
        case load
        /// Free the model, then say `freed`.
        case free
        /// Ask again at that time.
        case look(at: Duration)
        /// Ask again when a request waits.
        case rest
        /// There is nothing more to do.
        case over
    }

    package private(set) var phase = Phase.loading
    /// How long it may be idle before it sleeps; nil: for ever.
    private let sleepAfter: Duration?

    package init(sleepAfter: Duration?) {
        self.sleepAfter = sleepAfter
    }

    /// Whether the model isn't in memory, or is about to leave it, since it was idle.
    package var isAsleep: Bool {
        switch phase {
        case .freeing, .sleeping, .waking: true
        case .loading, .ready, .failed: false
        }
    }

    // MARK: Requests

    /// A request that needs the model has come. If it is admitted, or waits for a load that succeeds, it has to
    /// `leave`.
    package mutating func enter() -> Entry {
        switch phase {
        case .loading: return .refused(reason: nil)
        case .failed(let reason): return .refused(reason: reason)
        case .ready(let uses, let idleSince):
            phase = .ready(uses: uses + 1, idleSince: idleSince)
            return .admitted
        case .freeing(let waiting): phase = .freeing(waiting: waiting + 1)
        case .sleeping: phase = .waking(waiting: 1)
        case .waking(let waiting): phase = .waking(waiting: waiting + 1)
        }
        return .waits
    }

    /// A request is done with the model.
    package mutating func leave(now: Duration) {
        switch phase {
        case .ready(let uses, let idleSince):
            precondition(uses > 0, "a request left that never entered")
            phase = .ready(uses: uses - 1, idleSince: uses == 1 ? now : idleSince)
        case .failed: break
        case .loading, .freeing, .sleeping, .waking: preconditionFailure("the model was used while it was not there")
        }
    }

    // MARK: The loop

    /// What is to be done now.
    package mutating func next(now: Duration) -> Step {
        switch phase {
        case .loading, .waking: return .load
        case .failed: return .over
        case .sleeping: return .rest
        case .freeing: preconditionFailure("asked for the next step before the last one was done")
        case .ready(let uses, let idleSince):
            guard let sleepAfter else { return .rest }
            // However soon it is idle, it can't sleep earlier.
            guard uses == 0 else { return .look(at: now + sleepAfter) }
            guard idleSince + sleepAfter <= now else { return .look(at: idleSince + sleepAfter) }
            phase = .freeing(waiting: 0)
            return .free
        }
    }

    /// The model is in memory; the requests that waited use it.
    package mutating func loaded(now: Duration) {
        switch phase {
        case .loading: phase = .ready(uses: 0, idleSince: now)
        case .waking(let waiting): phase = .ready(uses: waiting, idleSince: now)
        // It was given up in the meantime.
        case .failed: break
        case .ready, .freeing, .sleeping: preconditionFailure("loaded without a load")
        }
    }

    /// The model's memory is free.
    package mutating func freed() {
        switch phase {
        case .freeing(waiting: 0): phase = .sleeping
        case .freeing(let waiting): phase = .waking(waiting: waiting)
        case .failed: break
        case .loading, .ready, .sleeping, .waking: preconditionFailure("freed without having been told to")
        }
    }

    /// The model can't be loaded, or takes too long; the waiting requests fail with the reason.
    package mutating func fail(_ reason: String) { phase = .failed(reason: reason) }
}
