// SPDX-License-Identifier: MIT

import Testing
import Wire
import Worker

@Suite("Probabilities in the shape of text completions")
struct LegacyProbabilitiesTests {
    private typealias Candidate = LegacyProbabilities.Candidate

    private func text(_ text: String, _ value: Double) -> Candidate { Candidate(Array(text.utf8), value) }

    @Test("F20, C7: four arrays of one length; the token itself is among the likeliest")
    func shape() throws {
        var list = LegacyProbabilities()
        list.append(unknown: Array("One".utf8))
        list.append(text(" dáy", -3), top: [text(" time", -0.5), text(" more", -1)])
        list.append(text("!", -0.25), top: [text("!", -0.25)])
        let json = JSONValue.object(list.members)
        #expect(json["tokens"] == ["One", " dáy", "!"])
        #expect(json["token_logprobs"] == [nil, -3.0, -0.25])
        #expect(json["text_offset"] == [0, 3, 7])
        #expect(json["top_logprobs"] == [nil, [" time": -0.5, " more": -1.0, " dáy": -3.0], ["!": -0.25]])
    }

    @Test("bytes that are no text are written as OpenAI writes them, and count where a character begins")
    func bytes() {
        var list = LegacyProbabilities(offset: 10)
        list.append(Candidate([0xC3], -1), top: [])
        list.append(Candidate([0xA9], -2), top: [])
        list.append(text("x", -3), top: [])
        let json = JSONValue.object(list.members)
        #expect(json["tokens"] == ["bytes:\\xc3", "bytes:\\xa9", "x"])
        #expect(json["text_offset"] == [10, 11, 11])
    }

    @Test("of tokens that look alike the likeliest counts")
    func lookalikes() {
        var list = LegacyProbabilities()
        list.append(text("a", -2), top: [text("a", -0.1), text("b", -1)])
        #expect(JSONValue.object(list.members)["top_logprobs"] == [["a": -0.1, "b": -1.0]])
    }

    @Test("what follows goes on counting; a token that isn't shown doesn't count")
    func joins() {
        var list = LegacyProbabilities()
        list.append(unknown: Array("<s>".utf8), isShown: false)
        var more = LegacyProbabilities(offset: 2)
        more.append(text("ab", -1), top: [])
        list.append(more)
        #expect(JSONValue.object(list.members)["text_offset"] == [0, 2])
        #expect(JSONValue.object(list.following.members)["tokens"] == [])
    }
}
