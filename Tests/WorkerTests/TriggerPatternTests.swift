// SPDX-License-Identifier: MIT

import Testing
import Wire
import Worker

/// Which patterns may start a grammar.
@Suite struct TriggerPatternTests {
    @Test(arguments: ["<tool_call>", #"^\s*\{"#, "(a|b)c+", "[(+]*", #"\(a+\)+"#, "(abc)+", ""])
    func fine(_ text: String) throws { try TriggerPattern.check(text) }

    @Test(arguments: ["(a+)+", "(a|aa)*b", "((x*)y){2,}", "(?:a{1,3})+", String(repeating: "a", count: 1_001)])
    func endless(_ text: String) { #expect(throws: APIError.self) { try TriggerPattern.check(text) } }
}
