// SPDX-License-Identifier: MIT

import Gateway
import Testing
import Wire

/// The relay's decisions about requests that go on without their client.
struct RelayStateKeptTests {
    private typealias State = RelayState<Int, Int>

    private static func kept() -> State {
        var state = State(maxBodyBytes: 100)
        _ = state.requestHead(dialect: .openAI, keepsAlive: true, expectsContinue: false, contentLength: nil)
        _ = state.requestEnd()
        state.keep()
        return state
    }

    private static func sent() -> State {
        var state = kept()
        _ = state.granted(7, exchange: 1)
        _ = state.connected(9, hasServed: false, exchange: 1)
        return state
    }

    private func words(_ actions: [State.Action]) -> [String] { actions.map(RelayWords.text) }

    @Test("A client that leaves in the middle of its stream misses the rest of it, which goes on")
    func leavesStream() {
        var state = Self.sent()
        _ = state.responseHead(.eventStream, endsByClosing: false)
        #expect(words(state.clientGone()) == [])
        #expect(state.isDetached)
        #expect(words(state.responseReadComplete(clientIsWritable: false)) == ["read 9"])
        #expect(words(state.responseEnd()) == ["endResponse", "release 9", "endLease 7", "closeClient"])
        #expect(state.isClosed)
    }

    @Test("A client that leaves before its stream: it begins all the same, and failures are events of it")
    func leavesBefore() {
        var state = Self.kept()
        #expect(words(state.clientGone()) == [])
        var failed = state
        #expect(words(failed.rejected(APIError(.server, "no"), exchange: 1)) == ["endStream 500", "closeClient"])
        #expect(words(state.granted(7, exchange: 1)) == ["connect 7 kept"])
        #expect(words(state.connected(9, hasServed: true, exchange: 1)) == ["send 9"])
        #expect(words(state.upstreamClosed()) == ["connect 7 fresh"])
        #expect(words(state.connected(10, hasServed: false, exchange: 1)) == ["send 10"])
        // Whatever the worker says, it is told as events: the head is not forwarded to anybody.
        #expect(words(state.responseHead(.other, endsByClosing: false)) == [])
        #expect(words(state.responseEnd()) == ["endResponse", "release 10", "endLease 7", "closeClient"])
    }

    @Test("A request that an operator cancels ends in an error as far as one can still be told, kept or not")
    func cancelled() {
        let error = APIError(.invalidRequest, "stop")
        var waiting = State(maxBodyBytes: 100)
        _ = waiting.requestHead(dialect: .openAI, keepsAlive: true, expectsContinue: false, contentLength: nil)
        _ = waiting.requestEnd()
        var sent = waiting
        #expect(words(waiting.cancelled(error, exchange: 7)) == [])
        #expect(words(waiting.cancelled(error, exchange: 1)) == ["cancelLease", "answer 400 keep", "takeNext"])
        _ = sent.granted(7, exchange: 1)
        var connecting = sent
        #expect(words(connecting.cancelled(error, exchange: 1)) == ["endLease 7", "answer 400 keep", "takeNext"])
        _ = sent.connected(9, hasServed: false, exchange: 1)
        var streaming = sent
        var other = sent
        #expect(
            words(sent.cancelled(error, exchange: 1)) == [
                "closeUpstream 9", "endLease 7", "answer 400 keep", "takeNext",
            ]
        )
        _ = streaming.responseHead(.eventStream, endsByClosing: false)
        #expect(
            words(streaming.cancelled(error, exchange: 1))
                == ["closeUpstream 9", "endLease 7", "endStream 400", "closeClient"]
        )
        _ = other.responseHead(.other, endsByClosing: false)
        #expect(words(other.cancelled(error, exchange: 1)) == ["closeUpstream 9", "endLease 7", "abortClient"])
        var kept = Self.sent()
        _ = kept.responseHead(.eventStream, endsByClosing: false)
        _ = kept.clientGone()
        #expect(
            words(kept.cancelled(error, exchange: 1))
                == ["closeUpstream 9", "endLease 7", "endStream 400", "closeClient"]
        )
    }

    @Test("An answer that is no stream ends with its client, as ever")
    func noStream() {
        var state = Self.sent()
        _ = state.responseHead(.other, endsByClosing: false)
        #expect(words(state.stopped(exchange: 1)) == [])
        #expect(words(state.clientGone()) == ["closeUpstream 9", "endLease 7"])
        #expect(!state.isDetached)
    }

    @Test("A slow client doesn't pause a kept stream")
    func slow() {
        var state = Self.sent()
        _ = state.responseHead(.eventStream, endsByClosing: false)
        #expect(words(state.responseReadComplete(clientIsWritable: false)) == ["read 9"])
        #expect(words(state.clientBecameWritable()) == [])
    }

    @Test("A stop, at every point")
    func stop() {
        var waiting = Self.kept()
        #expect(words(waiting.stopped(exchange: 1)) == ["cancelLease", "answer 400 keep", "takeNext"])
        #expect(words(waiting.granted(7, exchange: 1)) == ["endLease 7"])
        var connecting = Self.kept()
        _ = connecting.granted(7, exchange: 1)
        #expect(words(connecting.stopped(exchange: 1)) == ["endLease 7", "answer 400 keep", "takeNext"])
        #expect(words(connecting.connected(9, hasServed: false, exchange: 1)) == ["release 9"])
        var asked = Self.sent()
        #expect(words(asked.stopped(exchange: 1)) == ["closeUpstream 9", "endLease 7", "answer 400 keep", "takeNext"])
        var streaming = Self.sent()
        _ = streaming.responseHead(.eventStream, endsByClosing: false)
        #expect(words(streaming.stopped(exchange: 2)) == [], "another request's stop")
        #expect(words(streaming.stopped(exchange: 1)) == ["closeUpstream 9", "endLease 7", "endResponse", "takeNext"])
        #expect(words(streaming.stopped(exchange: 1)) == [], "stopped already")
        var lost = Self.sent()
        _ = lost.responseHead(.eventStream, endsByClosing: false)
        _ = lost.upstreamClosed()
        #expect(words(lost.stopped(exchange: 1)) == ["endLease 7", "endResponse", "takeNext"])
        var left = Self.kept()
        _ = left.clientGone()
        #expect(words(left.stopped(exchange: 1)) == ["cancelLease", "endStream 400", "closeClient"])
    }
}
