// SPDX-License-Identifier: MIT

import Gateway
import Testing
import Wire

/// The relay's decisions, without sockets. Leases and connections are numbers here.
struct RelayStateTests {
    private typealias State = RelayState<Int, Int>

    private static func afterRequest(isLast: Bool = false) -> State {
        var state = State(maxBodyBytes: 100)
        _ = state.requestHead(dialect: .openAI, keepsAlive: !isLast, expectsContinue: false, contentLength: nil)
        _ = state.requestEnd()
        return state
    }

    private static func sent(isLast: Bool = false, hasServed: Bool = false) -> State {
        var state = afterRequest(isLast: isLast)
        _ = state.granted(7, exchange: 1)
        _ = state.connected(9, hasServed: hasServed, exchange: 1)
        return state
    }

    private static let lost = APIError(.server, "lost")

    @Test("The plain course of a request")
    func plain() {
        var state = State(maxBodyBytes: 100)
        #expect(
            words(state.requestHead(dialect: .openAI, keepsAlive: true, expectsContinue: false, contentLength: 4)) == []
        )
        #expect(words(state.requestBody(bytes: 4)) == [])
        #expect(state.isCollecting)
        #expect(words(state.requestEnd()) == ["requestLease 1"])
        #expect(words(state.granted(7, exchange: 1)) == ["connect 7 kept"])
        #expect(words(state.connected(9, hasServed: true, exchange: 1)) == ["send 9"])
        #expect(words(state.responseHead(.other, endsByClosing: false)) == ["forwardHead keep"])
        #expect(words(state.responseReadComplete(clientIsWritable: true)) == ["read 9"])
        #expect(words(state.responseEnd()) == ["endResponse", "release 9", "endLease 7", "takeNext"])
        #expect(state.isIdle)
    }

    @Test("A worker that says nothing for too long is given up, wherever its answer is")
    func silence() {
        var before = Self.sent()
        #expect(before.isWorkerAwaited)
        #expect(
            words(before.workerSilent(Self.lost)) == ["closeUpstream 9", "endLease 7", "answer 500 keep", "takeNext"]
        )
        #expect(before.isIdle && !before.isWorkerAwaited)
        #expect(words(before.workerSilent(Self.lost)) == [])
        // Ollama's lines tell an error as events do.
        for kind in [State.BodyKind.eventStream, .lines] {
            var stream = Self.sent()
            _ = stream.responseHead(kind, endsByClosing: false)
            #expect(
                words(stream.workerSilent(Self.lost))
                    == ["closeUpstream 9", "endLease 7", "endStream 500", "closeClient"]
            )
        }
        var other = Self.sent()
        _ = other.responseHead(.other, endsByClosing: false)
        #expect(words(other.workerSilent(Self.lost)) == ["closeUpstream 9", "endLease 7", "abortClient"])
        var paused = Self.sent()
        _ = paused.responseHead(.eventStream, endsByClosing: false)
        _ = paused.responseReadComplete(clientIsWritable: false)
        #expect(!paused.isWorkerAwaited)
        #expect(words(paused.workerSilent(Self.lost)) == [])
    }

    @Test("A connection's last request closes it")
    func last() {
        var state = Self.sent(isLast: true)
        #expect(words(state.responseHead(.other, endsByClosing: false)) == ["forwardHead close"])
        #expect(words(state.responseEnd()).last == "closeClient")
        #expect(state.isClosed)
    }

    @Test("Quiescing makes the request at hand the last, whether its head is out or not")
    func quiesce() {
        var state = Self.sent()
        state.quiesce()
        #expect(words(state.responseHead(.other, endsByClosing: false)) == ["forwardHead close"])
        var late = Self.sent()
        _ = late.responseHead(.other, endsByClosing: false)
        late.quiesce()
        #expect(words(late.responseEnd()).last == "closeClient")
    }

    @Test("100-continue is sent, unless the body is refused")
    func expectContinue() {
        var state = State(maxBodyBytes: 100)
        #expect(
            words(state.requestHead(dialect: .openAI, keepsAlive: true, expectsContinue: true, contentLength: 100))
                == ["sendContinue"]
        )
        var refused = State(maxBodyBytes: 100)
        #expect(
            words(refused.requestHead(dialect: .openAI, keepsAlive: true, expectsContinue: true, contentLength: 101))
                == ["answer 413 close", "discardRest"]
        )
        #expect(words(refused.requestBody(bytes: 50)) == [])
        #expect(words(refused.requestEnd()) == ["closeClient"])
    }

    @Test("A body without announced length is bounded as it comes")
    func longBody() {
        var state = State(maxBodyBytes: 100)
        _ = state.requestHead(dialect: .openAI, keepsAlive: true, expectsContinue: false, contentLength: nil)
        #expect(words(state.requestBody(bytes: 100)) == [])
        #expect(words(state.requestBody(bytes: 1)) == ["answer 413 close", "discardRest"])
        #expect(!state.isCollecting)
    }

    @Test("A rejection answers and goes on")
    func rejected() {
        var state = Self.afterRequest()
        #expect(words(state.rejected(Self.lost, exchange: 1)) == ["answer 500 keep", "takeNext"])
        #expect(words(state.rejected(Self.lost, exchange: 1)) == [])
    }

    @Test("A lease for a request that is gone is given back")
    func lateLease() {
        var state = Self.afterRequest()
        #expect(words(state.clientGone()) == ["cancelLease"])
        #expect(words(state.granted(7, exchange: 1)) == ["endLease 7"])
    }

    @Test("A connection for a request that is gone goes to the pool")
    func lateConnection() {
        var state = Self.afterRequest()
        _ = state.granted(7, exchange: 1)
        #expect(words(state.clientGone()) == ["endLease 7"])
        #expect(words(state.connected(9, hasServed: false, exchange: 1)) == ["release 9"])
        #expect(words(state.connectFailed(exchange: 1)) == [])
    }

    @Test("A worker whose socket is gone costs another lease, once; nothing was sent to it")
    func cutOff() {
        var state = Self.afterRequest()
        #expect(!state.asksAgain)
        _ = state.granted(7, exchange: 1)
        #expect(words(state.connectFailed(isCutOff: true, exchange: 1)) == ["endLease 7", "requestLease 1"])
        #expect(state.asksAgain)
        #expect(words(state.granted(8, exchange: 1)) == ["connect 8 kept"])
        #expect(words(state.connectFailed(isCutOff: true, exchange: 1)) == ["explainLoss 8"])
        #expect(words(state.lossExplained(Self.lost, exchange: 1)) == ["endLease 8", "answer 500 keep", "takeNext"])
    }

    @Test("A client that leaves takes the worker's connection with it")
    func clientGone() {
        var state = Self.sent()
        #expect(words(state.clientGone()) == ["closeUpstream 9", "endLease 7"])
        #expect(words(state.clientGone()) == [])
        var streaming = Self.sent()
        _ = streaming.responseHead(.eventStream, endsByClosing: false)
        #expect(words(streaming.clientGone()) == ["closeUpstream 9", "endLease 7"])
    }

    @Test("A stale connection is replaced once, a fresh one that breaks is not")
    func stale() {
        var state = Self.sent(hasServed: true)
        #expect(words(state.upstreamClosed()) == ["connect 7 fresh"])
        #expect(words(state.connected(10, hasServed: false, exchange: 1)) == ["send 10"])
        #expect(words(state.upstreamClosed()) == ["explainLoss 7"])
        #expect(words(state.lossExplained(Self.lost, exchange: 1)) == ["endLease 7", "answer 500 keep", "takeNext"])
    }

    @Test("A worker lost in an event stream ends it with an event, in another body with a cut")
    func lostInBody() {
        var events = Self.sent()
        _ = events.responseHead(.eventStream, endsByClosing: false)
        #expect(words(events.upstreamClosed()) == ["explainLoss 7"])
        #expect(words(events.lossExplained(Self.lost, exchange: 1)) == ["endLease 7", "endStream 500", "closeClient"])
        var other = Self.sent(hasServed: true)
        _ = other.responseHead(.other, endsByClosing: false)
        #expect(words(other.upstreamClosed()) == ["endLease 7", "abortClient"])
    }

    @Test("Reading from the worker waits for the client's buffer")
    func backpressure() {
        var state = Self.sent()
        #expect(words(state.responseReadComplete(clientIsWritable: false)) == ["read 9"])
        _ = state.responseHead(.other, endsByClosing: false)
        #expect(words(state.clientBecameWritable()) == [])
        #expect(words(state.responseReadComplete(clientIsWritable: false)) == [])
        #expect(words(state.clientBecameWritable()) == ["read 9"])
        #expect(words(state.clientBecameWritable()) == [])
    }

    @Test("Half-closing: mid-request it ends the connection, afterwards it makes the request the last")
    func halfClose() {
        var collecting = State(maxBodyBytes: 100)
        _ = collecting.requestHead(dialect: .openAI, keepsAlive: true, expectsContinue: false, contentLength: 50)
        #expect(words(collecting.clientHalfClosed(hasMore: false)) == ["closeClient"])
        var waiting = Self.afterRequest()
        #expect(words(waiting.clientHalfClosed(hasMore: false)) == ["probe interimResponse"])
        #expect(words(waiting.rejected(Self.lost, exchange: 1)) == ["answer 500 close", "closeClient"])
        var more = Self.afterRequest()
        _ = more.clientHalfClosed(hasMore: true)
        #expect(words(more.rejected(Self.lost, exchange: 1)) == ["answer 500 keep", "takeNext"])
        var streaming = Self.sent()
        _ = streaming.responseHead(.eventStream, endsByClosing: false)
        #expect(words(streaming.clientHalfClosed(hasMore: false)) == ["probe comment"])
    }

    @Test("Malformed bytes in a body are answered")
    func malformed() {
        var state = State(maxBodyBytes: 100)
        _ = state.requestHead(dialect: .openAI, keepsAlive: true, expectsContinue: false, contentLength: nil)
        let error = APIError(.invalidRequest, "no HTTP")
        #expect(words(state.requestMalformed(error)) == ["answer 400 close", "closeClient"])
    }

    /// Actions in words.
    private func words(_ actions: [State.Action]) -> [String] {
        actions.map { RelayWords.text($0) }
    }
}
