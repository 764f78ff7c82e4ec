// SPDX-License-Identifier: MIT

import Testing
import Wire
import Worker

@Suite("The order of a conversation's messages")
struct ConversationOrderTests {
    /// A conversation as a client writes it, and as a strict template wants it.
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let given: String
        let wanted: String

        init(_ name: String, _ given: String, _ wanted: String? = nil) {
            testDescription = name
            self.given = given
            self.wanted = wanted ?? given
        }
    }

    private static let call = #"{"role":"assistant","content":"","tool_calls":[{"id":"a"},{"id":"b"}]}"#
    private static let a = #"{"role":"tool","content":"1","tool_call_id":"a"}"#
    private static let b = #"{"role":"tool","content":"2","tool_call_id":"b"}"#
    private static let user = #"{"role":"user","content":"q"}"#

    static let examples = [
        Example("nothing", "[]"),
        Example("a user alone", "[\(user)]"),
        Example("one instruction stays", #"[{"role":"developer","content":"x","name":"n"},\#(user)]"#),
        Example(
            "instructions of both roles become one of the system",
            #"[{"role":"system","content":"x"},{"role":"developer","content":"y"},\#(user)]"#,
            #"[{"role":"system","content":"x\n\ny"},\#(user)]"#
        ),
        Example(
            "those of one role keep it",
            #"[{"role":"developer","content":"x"},{"role":"developer","content":"y"}]"#,
            #"[{"role":"developer","content":"x\n\ny"}]"#
        ),
        Example(
            "empty ones leave no blank lines",
            #"[{"role":"system","content":""},{"role":"system","content":null},{"role":"system","content":"y"}]"#,
            #"[{"role":"system","content":"y"}]"#
        ),
        Example(
            "parts stay parts",
            #"[{"role":"system","content":"x"},{"role":"system","content":[{"type":"text","text":"y"}]}]"#,
            #"[{"role":"system","content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]}]"#
        ),
        Example("a later instruction stays where it is", #"[\#(user),{"role":"system","content":"x"}]"#),
        Example("results behind their calls stay", "[\(user),\(call),\(a),\(b),\(user)]"),
        Example("results keep their order", "[\(call),\(b),\(a)]"),
        Example("what was said in between comes after", "[\(call),\(user),\(a),\(b)]", "[\(call),\(a),\(b),\(user)]"),
        Example("one in time and one late", "[\(call),\(a),\(user),\(b)]", "[\(call),\(a),\(b),\(user)]"),
        Example(
            "an id that is used again means the nearest call",
            "[\(call),\(a),\(b),\(call),\(user),\(a)]",
            "[\(call),\(a),\(b),\(call),\(a),\(user)]"
        ),
        Example(
            "without an id: the nearest call without a result",
            #"[{"role":"assistant","tool_calls":[{"id":null}]},\#(user),{"role":"tool","content":"1"}]"#,
            #"[{"role":"assistant","tool_calls":[{"id":null}]},{"role":"tool","content":"1"},\#(user)]"#
        ),
        Example("a result that nobody asked for stays", "[\(user),\(a)]"),
    ]

    @Test("F03, F13: messages are put in order", arguments: examples)
    func order(_ example: Example) throws {
        let given = try #require(JSONValue(parsing: example.given).array)
        #expect(JSONValue.array(ConversationOrder.ordered(given)).text == (try JSONValue(parsing: example.wanted)).text)
    }

    @Test("F13: where a template wants it, instructions of the middle come in front")
    func instructionsInFront() throws {
        let given = #"[{"role":"system","content":"x"},\#(Self.user),{"role":"developer","content":"y"},\#(Self.user)]"#
        let wanted = #"[{"role":"system","content":"x\n\ny"},\#(Self.user),\#(Self.user)]"#
        let messages = try #require(JSONValue(parsing: given).array)
        let moved = JSONValue.array(ConversationOrder.withInstructionsInFront(messages))
        #expect(moved == (try JSONValue(parsing: wanted)))
        #expect(ConversationOrder.withInstructionsInFront(moved.array ?? []) == moved.array)
    }
}
