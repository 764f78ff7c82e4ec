// SPDX-License-Identifier: MIT

package import NIOCore

/// Which requests run, which ended lately, and what changed since the last look. It has no clock and no lock.
package struct ActivityBoard {
    private struct Running {
        let activity: RequestActivity
        /// How many of its tokens are in a tally already.
        var told = 0
        var isWaiting = true
    }

    /// How many requests that ended are kept.
    package let limit: Int

    private var requests: [UInt64: Running] = [:]
    /// Those that ended, the last one at the end.
    package private(set) var recent: CircularBuffer<ActivityRecord> = []
    /// How many requests have ended.
    package private(set) var endedCount = 0
    /// Grows with every change but those of the counters of running requests.
    package private(set) var revision = 0
    private var waiting = 0
    private var tally = ActivityTally()
    private var last: UInt64 = 0

    package init(limit: Int = 200) {
        self.limit = limit
    }

    /// How many requests run.
    package var runningCount: Int { requests.count }

    /// The requests that run, oldest first.
    package var running: [RequestActivity] {
        requests.values.map(\.activity).sorted { $0.number < $1.number }
    }

    package subscript(number: UInt64) -> RequestActivity? { requests[number]?.activity }

    /// The number of the next request.
    package mutating func nextNumber() -> UInt64 {
        last += 1
        return last
    }

    /// A request waits for its model.
    package mutating func begin(_ activity: RequestActivity) {
        requests[activity.number] = Running(activity: activity)
        waiting += 1
        tally.deepestQueue = max(tally.deepestQueue, waiting)
        revision += 1
    }

    /// A request got its model.
    package mutating func granted(_ number: UInt64, _ wait: ActivityRecord.Wait) {
        guard requests[number]?.isWaiting == true else { return }
        requests[number]?.isWaiting = false
        waiting -= 1
        tally.granted += 1
        tally.waited += wait.queue
        tally.longestWait = max(tally.longestWait, wait.queue)
        revision += 1
    }

    /// A request is over.
    /// - Parameter record: with its end.
    package mutating func end(_ record: ActivityRecord) {
        guard let running = requests.removeValue(forKey: record.number) else { return }
        if running.isWaiting { waiting -= 1 }
        // One that names no model that there is would let a client make up names without end.
        if record.wait != nil {
            tally.models[record.model, default: .init()].requests += 1
            tally.models[record.model]?.tokens += record.tokens - running.told
            if record.end?.outcome == .failed { tally.models[record.model]?.failed += 1 }
        } else {
            tally.ungranted.requests += 1
            if record.end?.outcome == .failed { tally.ungranted.failed += 1 }
        }
        if recent.count >= limit { recent.removeFirst(recent.count - limit + 1) }
        recent.append(record)
        endedCount += 1
        revision += 1
    }

    /// What happened since this was asked last.
    package mutating func takeTally() -> ActivityTally {
        for (number, running) in requests where !running.isWaiting {
            let record = running.activity.record
            guard record.tokens != running.told else { continue }
            tally.models[record.model, default: .init()].tokens += record.tokens - running.told
            requests[number]?.told = record.tokens
        }
        defer {
            tally = ActivityTally()
            tally.deepestQueue = waiting
        }
        return tally
    }

    /// Those that ended after so many others, as far as they are kept.
    package func recent(after count: Int) -> CircularBuffer<ActivityRecord>.SubSequence {
        recent.suffix(max(0, min(endedCount - count, recent.count)))
    }
}
