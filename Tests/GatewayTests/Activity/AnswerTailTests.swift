// SPDX-License-Identifier: MIT

import Gateway
import NIOCore
import Testing

/// What the end of an answer says of it.
struct AnswerTailTests {
    private static func tail(_ parts: String...) -> AnswerTail {
        var tail = AnswerTail()
        for part in parts { tail.append(ByteBuffer(string: part)) }
        return tail
    }

    @Test(
        "The number of tokens, in the words of each dialect",
        arguments: [
            (#"{"choices":[],"usage":{"completion_tokens":12,"prompt_tokens":3},"timings":{"predicted_n":5}}"#, 12),
            (#"data: {"type":"message_delta","usage":{"output_tokens":7}}"# + "\n\ndata: {}\n\n", 7),
            (#"{"content":"x","tokens_predicted": 9,"timings":{"predicted_n":9}}"#, 9),
            (#"{"done":true,"prompt_eval_count":3,"eval_count":8,"eval_duration":5}"# + "\n", 8),
            (#"data: {"timings":{"predicted_n":31}}"# + "\n\ndata: [DONE]\n\n", 31),
        ]
    )
    func tokens(text: String, count: Int) {
        #expect(Self.tail(text).tokens == count)
    }

    @Test(
        "The tokens of the prompt that were there already, in the words of each dialect that has any",
        arguments: [
            (#"{"usage":{"prompt_tokens":9,"prompt_tokens_details":{"cached_tokens":8}},"timings":{"cache_n":7}}"#, 8),
            (#"data: {"type":"message_delta","usage":{"cache_read_input_tokens":6,"output_tokens":7}}"# + "\n\n", 6),
            (#"{"content":"x","timings":{"cache_n":0,"prompt_n":9}}"#, 0),
            (#"{"done":true,"eval_count":8}"#, nil), (#"{"content":"\"cache_n\":5"}"#, nil),
        ] as [(String, Int?)]
    )
    func cached(text: String, count: Int?) {
        #expect(Self.tail(text).cachedTokens == count)
    }

    @Test(
        "What isn't such a number isn't taken for one",
        arguments: [
            "", "{}", #"{"content":"\"completion_tokens\":5"}"#, #"{"completion_tokens":null}"#,
            #"{"max_output_tokens":4}"#,
            #""completion_tokens""#, "\":", #"{"completion_tokens":"#,
        ]
    )
    func noTokens(text: String) {
        #expect(Self.tail(text).tokens == nil)
    }

    @Test("The last bytes are kept, however they come")
    func bound() {
        var tail = AnswerTail()
        for number in 0..<10_000 { tail.append(ByteBuffer(string: #"{"predicted_n":\#(number)}"#)) }
        #expect(tail.tokens == 9999)
        tail.append(ByteBuffer(repeating: 0x20, count: 100_000))
        #expect(tail.tokens == nil)
        tail.append(ByteBuffer(string: String(repeating: " ", count: 5000) + #"{"completion_tokens":3}"#))
        #expect(tail.tokens == 3)
        tail.clear()
        #expect(tail.isEmpty)
    }

    @Test("The sentence of an error, whole or as the last event")
    func errors() {
        let error = #"{"error":{"code":400,"message":"no \"such\" thing","type":"invalid_request_error"}}"#
        #expect(Self.tail(error).error == #"no "such" thing"#)
        #expect(Self.tail("data: {\"choices\":[]}\n\n", "data: \(error)\n\n").error == #"no "such" thing"#)
        let anthropic = #"{"type":"error","error":{"type":"api_error","message":"broken"}}"#
        #expect(Self.tail("event: error\ndata: \(anthropic)\n\n").error == "broken")
        #expect(Self.tail("data: {\"choices\":[]}\n\ndata: [DONE]\n\n").error == nil)
        #expect(Self.tail("Bad gateway").error == nil)
    }
}
