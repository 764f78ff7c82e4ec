// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import Testing

/// Which requests run and which ended, without a relay.
struct ActivityBoardTests {
    private static func record(_ number: UInt64, _ model: String = "a") -> ActivityRecord {
        var record = ActivityRecord(
            number: number,
            requestID: "r\(number)",
            path: "/v1/chat/completions",
            client: nil,
            userAgent: nil,
            started: 100 + Double(number)
        )
        record.model = model
        return record
    }

    private static func activity(_ number: UInt64, _ model: String = "a") -> RequestActivity {
        RequestActivity(record(number, model), began: .now()) {}
    }

    /// A request that waited, was granted and has ended.
    private static func ended(_ number: UInt64, tokens: Int = 0, _ outcome: ActivityRecord.Outcome = .done)
        -> ActivityRecord
    {
        var record = record(number)
        record.wait = .init(queue: 0.5, load: 0)
        record.tokens = tokens
        record.end = .init(outcome, status: 200, total: 1)
        return record
    }

    @Test("A request runs from its beginning to its end, and is remembered after it")
    func life() {
        var board = ActivityBoard()
        let activity = Self.activity(board.nextNumber())
        board.begin(activity)
        #expect(board.running.map(\.number) == [1])
        #expect(board[1] === activity)
        board.end(Self.ended(1))
        #expect(board.runningCount == 0 && board[1] == nil)
        #expect(board.recent.map(\.number) == [1])
        #expect(board.revision == 2)
        // A second end changes nothing.
        board.end(Self.ended(1))
        #expect(board.recent.count == 1)
    }

    @Test("Of those that ended the last ones are kept, and a watcher gets those that it hasn't seen")
    func recent() {
        var board = ActivityBoard(limit: 3)
        for number in 1...5 as ClosedRange<UInt64> {
            board.begin(Self.activity(number))
            board.end(Self.ended(number))
        }
        #expect(board.recent.map(\.number) == [3, 4, 5])
        #expect(board.recent(after: 0).map(\.number) == [3, 4, 5])
        #expect(board.recent(after: 4).map(\.number) == [5])
        #expect(board.recent(after: 5).isEmpty)
        #expect(board.recent(after: 9).isEmpty)
    }

    @Test("Tokens of running requests count when they come, and what the answer says at the end corrects them")
    func tokens() {
        var board = ActivityBoard()
        let activity = Self.activity(1)
        board.begin(activity)
        board.granted(1, .init(queue: 2, load: 1))
        activity.note { $0.wait = .init(queue: 2, load: 1) }
        for _ in 0..<7 { activity.received(bytes: 10, endsEvent: true) }
        activity.received(bytes: 10, endsEvent: false)
        #expect(activity.record.bytes == 80)
        #expect(board.takeTally().models["a"]?.tokens == 7)
        #expect(board.takeTally().models["a"] == nil)
        board.end(Self.ended(1, tokens: 9))
        let tally = board.takeTally()
        #expect(tally.models["a"] == .init(requests: 1, failed: 0, tokens: 2))
        #expect(tally.granted == 0)
    }

    @Test("Waits and the depth of the queue are counted for each stretch of time")
    func waits() {
        var board = ActivityBoard()
        for number in 1...3 as ClosedRange<UInt64> { board.begin(Self.activity(number)) }
        board.granted(1, .init(queue: 0.5, load: 0))
        board.granted(1, .init(queue: 0.5, load: 0))
        board.granted(2, .init(queue: 1.5, load: 3))
        var tally = board.takeTally()
        #expect(tally.granted == 2 && tally.waited == 2 && tally.longestWait == 1.5)
        #expect(tally.deepestQueue == 3)
        // One still waits.
        tally = board.takeTally()
        #expect(tally.deepestQueue == 1)
        var gone = Self.record(3)
        gone.end = .init(.failed, status: 503, total: 1)
        board.end(gone)
        tally = board.takeTally()
        #expect(tally.ungranted == .init(requests: 1, failed: 1, tokens: 0))
        #expect(tally.models.isEmpty)
        #expect(board.takeTally().deepestQueue == 0)
    }

    @Test("Requests for one model wait together, as old as the oldest; those whose model comes have no position")
    func places() {
        let waiting = [(1, "a"), (2, "b"), (3, "a"), (4, "c"), (5, "b")].map { Self.record($0.0, $0.1) }
        let places = ActivityPlace.places(of: waiting) { $0 == "c" }
        #expect(places[1] == .queued(position: 1))
        #expect(places[3] == .queued(position: 2))
        #expect(places[2] == .queued(position: 3))
        #expect(places[5] == .queued(position: 4))
        #expect(places[4] == .loading)
    }
}
