// SPDX-License-Identifier: MIT

import Testing
import Worker

@Suite("Regular expressions as grammars")
struct RegexGrammarTests {
    static let expressions = [
        ("abc", "[a] [b] [c]"),
        ("^a$", "[a]"),
        ("a|", #"[a] | """#),
        ("(?:ab)+?", "([a] [b])+"),
        ("(?P<n>a)*", "([a])*"),
        (#"\d{3}-\d{2,}"#, #"[0-9]{3} [\U0000002D] [0-9]{2,}"#),
        (#"[^\w.]?"#, #"[^a-zA-Z0-9\U0000005F\U0000002E]?"#),
        (#"[a-c\-\]]"#, #"[a-c\U0000002D\U0000005D]"#),
        ("[]]", #"[\U0000005D]"#),
        (#"\D."#, #"[^0-9] [^\x0A]"#),
        (#"\x41\u00e9"#, #"[A] [\U000000E9]"#),
        ("a{,4}", "[a]{0,4}"),
    ]

    @Test("are written rule by rule", arguments: expressions)
    func write(_ expression: String, _ grammar: String) throws {
        #expect(try RegexGrammar.text(of: expression) == "root ::= \(grammar)\n")
    }

    static let others = [
        "(", ")", "a)", "[a", "[]", "*", "a**", "a{2,1}", "a{x}", "a{9999}", "(a{100}){100}", #"\b"#, #"\1"#, "(?=a)",
        "(?<!a)",
        "a^", "a$b", #"[\D]"#, #"\x4"#, "[b-a]", String(repeating: "(", count: 40),
        String(repeating: "a", count: 5_000),
    ]

    @Test("what isn't regular, whole or small enough is refused", arguments: others)
    func refuse(_ expression: String) {
        #expect(throws: PatternProblem.self) { try RegexGrammar.text(of: expression) }
    }
}
