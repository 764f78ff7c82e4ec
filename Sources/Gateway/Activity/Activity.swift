// SPDX-License-Identifier: MIT

package import NIOCore
import Synchronization

/// What the relay is doing, and did in the last hour. A locked shell around `ActivityBoard` and `ActivityHistory`.
package final class Activity: Sendable {
    private struct State {
        var board = ActivityBoard()
        var history = ActivityHistory()
    }

    /// Seconds since 1970.
    package let wallClock: @Sendable () -> Double
    private let state = Mutex(State())

    package init(wallClock: @escaping @Sendable () -> Double) {
        self.wallClock = wallClock
    }

    // MARK: What the relay tells

    /// A request is complete and asks for its model.
    package func begin(
        requestID: String,
        path: String,
        client: String?,
        userAgent: String?,
        now: NIODeadline,
        cancel: @escaping @Sendable (_ number: UInt64) -> Void
    ) -> RequestActivity {
        let started = wallClock()
        return state.withLock { state in
            let number = state.board.nextNumber()
            let record = ActivityRecord(
                number: number,
                requestID: requestID,
                path: path,
                client: client,
                userAgent: userAgent,
                started: started
            )
            let activity = RequestActivity(record, began: now) { cancel(number) }
            state.board.begin(activity)
            return activity
        }
    }

    /// A request got its model.
    package func granted(_ activity: RequestActivity, model: String, wait: ActivityRecord.Wait) {
        activity.note { record in
            record.model = model
            record.wait = wait
        }
        state.withLock { $0.board.granted(activity.number, wait) }
    }

    /// A request is over.
    /// - Parameters:
    ///   - tokens: how many the answer says it has; nil if it doesn't.
    ///   - cached: how many tokens of the prompt it says were there already; nil if it doesn't.
    package func end(_ activity: RequestActivity, _ end: ActivityRecord.End, tokens: Int?, cached: Int? = nil) {
        var record = activity.record
        record.end = end
        record.cachedTokens = cached
        if let tokens { record.tokens = tokens } else if record.isStream != true { record.tokens = 0 }
        state.withLock { $0.board.end(record) }
    }

    // MARK: What others ask

    /// What there is to see at one moment.
    package struct Snapshot: Sendable {
        /// Oldest first.
        package let running: [ActivityRecord]
        /// The last one at the end.
        package let recent: [ActivityRecord]
        /// How many requests have ended.
        package let endedCount: Int
        package let revision: Int
    }

    /// - Parameter count: how many requests had ended when the caller looked last; 0 for all that is kept.
    package func snapshot(after count: Int = 0) -> Snapshot {
        let (running, recent, ended, revision) = state.withLock { state in
            (state.board.running, state.board.recent(after: count), state.board.endedCount, state.board.revision)
        }
        return Snapshot(
            running: running.map(\.record),
            recent: Array(recent),
            endedCount: ended,
            revision: revision
        )
    }

    /// Whether there is nothing new since a look.
    package func isQuiet(since revision: Int) -> Bool {
        state.withLock { $0.board.revision == revision && $0.board.runningCount == 0 }
    }

    /// Stops a request.
    /// - Returns: false if none of that number runs.
    package func cancel(_ number: UInt64) -> Bool {
        guard let activity = state.withLock({ $0.board[number] }) else { return false }
        activity.cancel()
        return true
    }

    // MARK: The last hour

    /// Takes down what happened since the last time.
    package func record(_ sample: ActivitySample) {
        state.withLock { state in
            let tally = state.board.takeTally()
            state.history.take(tally, sample)
        }
    }

    /// The points of the last hour that begin later than `time`, in seconds since 1970.
    package func history(since time: Double = 0) -> [ActivityPoint] {
        state.withLock { $0.history.points(since: time) }
    }
}
