// SPDX-License-Identifier: MIT

import Engine
import Testing

@Suite("Tokens that gather before their reader gets them")
struct GatheringTests {
    private let start = ContinuousClock.now

    private func token(_ id: Int32) -> GenerationEvent {
        .token(GeneratedToken(id: id, text: [], logProbabilities: nil, timings: nil))
    }

    private func ids(_ events: [GenerationEvent]) -> [Int32] {
        events.compactMap { if case .token(let token) = $0 { token.id } else { nil } }
    }

    /// A stream whose first token was read just now.
    private func begun() async -> GenerationStream {
        let stream = GenerationStream(wakeEngine: {})
        stream.send(token(0), mayGatherAt: start)
        let first = ids(await stream.next())
        #expect(first == [0])
        return stream
    }

    @Test("the first token goes out at once, later ones together once their time is over")
    func together() async {
        let stream = await begun()
        stream.send(token(1), mayGatherAt: start + .milliseconds(2))
        stream.send(token(2), mayGatherAt: start + .milliseconds(4))
        stream.send(token(3), mayGatherAt: start + GenerationStream.gatherTime)
        #expect(ids(await stream.next()) == [1, 2, 3])
    }

    @Test("a reader who waits gets what has gathered when it is released")
    func released() async {
        let stream = await begun()
        async let read = stream.next()
        stream.send(token(1), mayGatherAt: start + .milliseconds(1))
        stream.send(token(2), mayGatherAt: start + .milliseconds(2))
        stream.release()
        #expect(ids(await read) == [1, 2])
    }

    @Test("a token that may not gather takes the others along")
    func urgent() async {
        let stream = await begun()
        stream.send(token(1), mayGatherAt: start + .milliseconds(1))
        stream.send(token(2))
        #expect(ids(await stream.next()) == [1, 2])
    }

    @Test("no more than a few gather")
    func bounded() async {
        let stream = await begun()
        let limit = Int32(GenerationStream.gatherLimit)
        for id in 1...limit { stream.send(token(id), mayGatherAt: start + .microseconds(1)) }
        #expect(ids(await stream.next()) == Array(1...limit))
    }

    @Test("the end is never kept back")
    func ended() async {
        let stream = await begun()
        stream.send(token(1), mayGatherAt: start + .milliseconds(1))
        stream.send(.failed(EngineError(.stopped, "over")), mayGatherAt: start + .milliseconds(2))
        let events = await stream.next()
        #expect(ids(events) == [1] && events.count == 2)
        #expect(await stream.next().isEmpty)
    }

    @Test("only short steps of single tokens let them gather")
    func pace() {
        var pace = StepPace()
        let start = Duration.seconds(1)
        let brisk = StepPace.briskStep / 2
        #expect(!pace.begin(at: start, hasOnlyTokens: true) && !pace.isBrisk, "nothing is known of the first step")
        #expect(!pace.begin(at: start + brisk, hasOnlyTokens: true) && pace.isBrisk)
        #expect(pace.begin(at: start + brisk * 2, hasOnlyTokens: false) && !pace.isBrisk, "a prompt takes longer")
        #expect(!pace.begin(at: start + brisk * 3, hasOnlyTokens: true) && pace.isBrisk)
        #expect(pace.begin(at: start + brisk * 6, hasOnlyTokens: true) && !pace.isBrisk, "the step was long")
    }
}
