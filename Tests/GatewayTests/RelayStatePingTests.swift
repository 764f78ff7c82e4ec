// SPDX-License-Identifier: MIT

import Gateway
import Testing
import Wire

/// What the relay decides about requests that are refused, and about clients that wait.
struct RelayStatePingTests {
    private typealias State = RelayState<Int, Int>

    private static let no = APIError(.authentication, "no")

    private static func waiting() -> State {
        var state = State(maxBodyBytes: 100)
        _ = state.requestHead(dialect: .openAI, keepsAlive: true, expectsContinue: false, contentLength: nil)
        _ = state.requestEnd()
        return state
    }

    private func words(_ actions: [RelayAction<Int, Int>]) -> [String] { actions.map(RelayWords.text) }

    @Test("A refused request is answered when it is complete")
    func refused() {
        var state = State(maxBodyBytes: 100)
        let begun = state.requestHead(
            dialect: .openAI,
            keepsAlive: true,
            expectsContinue: false,
            contentLength: 10,
            early: .refusal(Self.no)
        )
        #expect(words(begun) == [])
        #expect(words(state.requestBody(bytes: 10)) == [])
        #expect(!state.isCollecting)
        #expect(words(state.requestEnd()) == ["answer 401 keep", "takeNext"])
    }

    @Test("A client that asks before it sends is refused at once; so is one that sends much")
    func refusedEarly() {
        var state = State(maxBodyBytes: 100)
        let asked = state.requestHead(
            dialect: .openAI,
            keepsAlive: true,
            expectsContinue: true,
            contentLength: 10,
            early: .refusal(Self.no)
        )
        #expect(words(asked) == ["answer 401 close", "discardRest"])
        var long = State(maxBodyBytes: 100)
        _ = long.requestHead(
            dialect: .openAI,
            keepsAlive: true,
            expectsContinue: false,
            contentLength: nil,
            early: .refusal(Self.no)
        )
        #expect(words(long.requestBody(bytes: 70_000)) == ["answer 401 close", "discardRest"])
        #expect(words(long.requestBody(bytes: 70_000)) == [])
        #expect(words(long.requestEnd()) == ["closeClient"])
    }

    @Test("A client that waits for its stream gets the head, then comments; the worker's head is not sent again")
    func pings() {
        var state = Self.waiting()
        #expect(words(state.pingDue(wantsStream: false, endsByClosing: false)) == [])
        #expect(words(state.pingDue(wantsStream: true, endsByClosing: false)) == ["beginStream keep", "ping"])
        #expect(words(state.pingDue(wantsStream: true, endsByClosing: false)) == ["ping"])
        #expect(words(state.clientHalfClosed(hasMore: true)) == ["probe comment"])
        _ = state.granted(7, exchange: 1)
        #expect(words(state.pingDue(wantsStream: true, endsByClosing: false)) == ["ping"])
        _ = state.connected(9, hasServed: false, exchange: 1)
        #expect(words(state.pingDue(wantsStream: true, endsByClosing: false)) == ["ping"])
        #expect(words(state.responseHead(.other, endsByClosing: false)) == [])
        #expect(words(state.pingDue(wantsStream: false, endsByClosing: false)) == ["ping"])
        #expect(words(state.responseEnd()) == ["endResponse", "release 9", "endLease 7", "takeNext"])
        #expect(words(state.pingDue(wantsStream: true, endsByClosing: false)) == [])
    }

    @Test("After the head every failure is an event")
    func failures() {
        var state = Self.waiting()
        _ = state.pingDue(wantsStream: true, endsByClosing: false)
        #expect(words(state.rejected(Self.no, exchange: 1)) == ["endStream 401", "closeClient"])
        state = Self.waiting()
        _ = state.pingDue(wantsStream: true, endsByClosing: false)
        _ = state.granted(7, exchange: 1)
        _ = state.connectFailed(exchange: 1)
        #expect(words(state.pingDue(wantsStream: true, endsByClosing: false)) == ["ping"])
        #expect(words(state.lossExplained(Self.no, exchange: 1)) == ["endLease 7", "endStream 401", "closeClient"])
    }

    @Test("A stream whose client doesn't read, or of another kind, gets no comments; HTTP/1.0 closes after it")
    func noPings() {
        for kind in [State.BodyKind.eventStream, .other] {
            var state = Self.waiting()
            _ = state.granted(7, exchange: 1)
            _ = state.connected(9, hasServed: false, exchange: 1)
            _ = state.responseHead(kind, endsByClosing: false)
            _ = state.responseReadComplete(clientIsWritable: false)
            #expect(words(state.pingDue(wantsStream: true, endsByClosing: false)) == [])
        }
        var old = Self.waiting()
        #expect(words(old.pingDue(wantsStream: true, endsByClosing: true)) == ["beginStream close", "ping"])
    }
}
