// SPDX-License-Identifier: MIT

import HTTPServer
import NIOCore
import Testing

struct ConnectionDeadlinesTests {
    private static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    private static func deadlines() -> ConnectionDeadlines {
        ConnectionDeadlines(request: .seconds(75), body: .seconds(60), write: .seconds(100), now: at(0))
    }

    @Test("A client has so long for its first head, and for the next one after a response")
    func heads() {
        var deadlines = Self.deadlines()
        #expect(deadlines.deadline == Self.at(75))
        deadlines.receivedHead(now: Self.at(10))
        deadlines.receivedEnd()
        #expect(deadlines.deadline == nil)
        deadlines.sentEnd(now: Self.at(500))
        #expect(deadlines.deadline == Self.at(575))
    }

    @Test("Each part of a body gives time for the next")
    func bodies() {
        var deadlines = Self.deadlines()
        deadlines.receivedHead(now: Self.at(10))
        #expect(deadlines.deadline == Self.at(40), "the grace of its pace")
        deadlines.receivedBody(1_000_000, now: Self.at(50))
        #expect(deadlines.deadline == Self.at(110))
        deadlines.receivedBody(0, now: Self.at(2_000))
        #expect(deadlines.deadline == Self.at(10 + 30 + 2_000))
    }

    @Test("A client that reads nothing has so long, and longer when it reads a little")
    func unread() {
        var deadlines = Self.deadlines()
        deadlines.receivedHead(now: Self.at(0))
        deadlines.receivedEnd()
        deadlines.waiting(bytes: 1000, now: Self.at(10))
        #expect(deadlines.deadline == Self.at(110))
        deadlines.waiting(bytes: 1000, now: Self.at(50))
        #expect(deadlines.deadline == Self.at(110))
        deadlines.waiting(bytes: 900, now: Self.at(60))
        #expect(deadlines.deadline == Self.at(160))
        deadlines.waiting(bytes: nil, now: Self.at(70))
        #expect(deadlines.deadline == nil)
    }

    @Test("A request that waits behind another one has no deadline")
    func pipelined() {
        var deadlines = Self.deadlines()
        deadlines.receivedHead(now: Self.at(1))
        deadlines.receivedEnd()
        deadlines.receivedHead(now: Self.at(2))
        #expect(deadlines.deadline == nil)
        deadlines.sentEnd(now: Self.at(300))
        #expect(deadlines.deadline == Self.at(330), "from here on its body has its grace")
    }
}
