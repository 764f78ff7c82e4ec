// SPDX-License-Identifier: MIT

import Synchronization

/// Lets other threads see whether the engine's thread still comes on: a server that answers says nothing about that.
final class StepWatch: Sendable {
    /// What the engine's thread does.
    enum Work: UInt64 {
        /// It waits for something to do.
        case rest
        /// It computes: a large model takes its time.
        case compute
        /// It chooses tokens, or looks after slots.
        case choose

        /// How long it may take until the next piece of work.
        var limit: Duration {
            switch self {
            case .rest: .seconds(Int64.max / 2)
            case .compute: .seconds(900)
            case .choose: .seconds(30)
            }
        }
    }

    /// The work, and when it began: milliseconds behind `start`, in the upper bits.
    private let state = Atomic<UInt64>(0)
    private let start = ContinuousClock.now

    /// A piece of work begins.
    func begin(_ work: Work) {
        let time = UInt64(clamping: Int64((ContinuousClock.now - start) / .milliseconds(1)))
        state.store(time << 2 | work.rawValue, ordering: .relaxed)
    }

    /// For how long a piece of work has gone on that should be over; nil where all is well.
    var overdue: Duration? {
        let state = state.load(ordering: .relaxed)
        guard let work = Work(rawValue: state & 3), work != .rest else { return nil }
        let taken = ContinuousClock.now - start - .milliseconds(Int64(clamping: state >> 2))
        return taken > work.limit ? taken : nil
    }
}
