// SPDX-License-Identifier: MIT

import Engine
import Platform
import Testing

/// What is refused before the engine reads a grammar, and what isn't.
@Suite struct GrammarCheckTests {
    /// Why a grammar is refused; nil if it isn't.
    private func problem(_ text: String, limits: GrammarLimits = GrammarLimits()) -> String? {
        do {
            try GrammarCheck.check(text, limits: limits)
            return nil
        } catch {
            return error.description
        }
    }

    /// Grammars as people write them, and as llama.cpp makes them of JSON.
    static let usual = [
        #"root ::= "yes" | "no""#,
        "root ::= [a-z]+ (\" \" [a-z]+)* \".\"\n# the end\n",
        "root ::= ([ \\t\\n]*)* \"x\"",
        #"root ::= "a"{3} "b"{0,5} "c"{2,} [^\x00-\x1F"\\\]\-] . "#,
        "root ::= expr\nexpr ::= term ([-+*/] term)*\nterm ::= num | \"(\" expr \")\"\nnum ::= [0-9]+\n",
        "root ::= <[10]> !<[11]> \"x\"",
        "root ::= item*\nitem ::= \"a\" |\n  \"b\"",
        #"""
        array ::= "[" space ( value ("," space value)* )? space "]"
        boolean ::= ("true" | "false")
        char ::= [^"\\\x7F\x00-\x1F] | [\\] (["\\bfnrt] | "u" [0-9a-fA-F]{4})
        decimal-part ::= [0-9]{1,16}
        integral-part ::= [0] | [1-9] [0-9]{0,15}
        null ::= "null"
        number ::= ("-"? integral-part) ("." decimal-part)? ([eE] [-+]? integral-part)?
        object ::= "{" space ( string ":" space value ("," space string ":" space value)* )? space "}"
        root ::= object
        space ::= | " " | "\n"{1,2} [ \t]{0,20}
        string ::= "\"" char* "\""
        value ::= object | array | string | number | boolean | null
        """#,
    ]

    @Test(arguments: usual) func usualGrammarsAreFine(_ text: String) {
        #expect(problem(text) == nil)
    }

    @Test("what can't be read is refused with its place")
    func syntax() {
        #expect(
            problem("root ::= \"a") == "cannot be read at line 1, column 12: the text ends inside of a literal or a set"
        )
        #expect(problem("root = x") == "cannot be read at line 1, column 6: '::=' is missing")
        #expect(problem("root ::= x\n") == "uses the rule 'x', which it doesn't have")
        #expect(problem("start ::= \"x\"") == "has no rule 'root', with which it would start")
        #expect(problem("") == "has no rules")
        #expect(problem("root ::= \"a\u{0}\"") == "holds the character NUL; write it as \\x00")
        #expect(problem("root ::= (\"a\"") == "cannot be read at line 1, column 14: ')' is missing")
        #expect(problem("root ::= *") == "cannot be read at line 1, column 11: there is nothing to repeat")
    }

    @Test("D19: characters that don't exist")
    func characters() {
        #expect(problem(#"root ::= "\UFFFFFFFF""#)?.contains("U+FFFFFFFF is no character") == true)
        #expect(problem(#"root ::= [\U00110000]"#)?.contains("U+110000 is no character") == true)
        #expect(problem(#"root ::= "\uD800""#)?.contains("half of a surrogate pair") == true)
        #expect(problem(#"root ::= [^\uD800-\uDFFF]"#) == nil)
        #expect(problem(#"root ::= "\xZZ""#)?.contains("2 hexadecimal digits") == true)
    }

    @Test("F01: repetitions that contradict themselves, or are too many")
    func repetitions() {
        #expect(problem(#"root ::= "a"{5,2}"#)?.contains("{5,2} asks for at least 5 and at most 2") == true)
        #expect(problem(#"root ::= "a"{2001}"#)?.contains("is repeated 2001 times") == true)
        #expect(problem(#"root ::= "a"{99999999999999999999}"#)?.contains("the number is too large") == true)
        #expect(problem(#"root ::= "a"{0,2000}"#) == nil)
        #expect(problem("root ::= \"\(String(repeating: "a", count: 1_000))\"{1000}")?.contains("symbols once") == true)
        #expect(problem("root ::= " + String(repeating: "(", count: 600))?.contains("inside of each other") == true)
    }

    @Test("what would never end is refused")
    func endless() {
        #expect(problem("root ::= root \"a\" | \"b\"") == "is left-recursive: the rule 'root' begins with itself")
        #expect(problem("root ::= e root \"a\" | \"b\"\ne ::= f\nf ::= \"\"")?.contains("left-recursive") == true)
        #expect(problem("root ::= e root\ne ::= f\nf ::= \"\"")?.contains("consists of itself only") == true)
        // Each rule begins with the next in two ways.
        var text = "root ::= r0\n"
        for rule in 0..<60 { text += "r\(rule) ::= r\(rule + 1) | r\(rule + 1)\n" }
        #expect(problem(text + "r60 ::= \"a\"")?.contains("too many rules that begin with each other") == true)
        text = "root ::= r0\n"
        for rule in 0..<5_000 { text += "r\(rule) ::= r\(rule + 1)\n" }
        #expect(problem(text + "r5000 ::= \"a\"")?.contains("too many rules that begin with each other") == true)
    }

    @Test("D2: grammars that allow very many ways")
    func ways() {
        let bomb = #"("a"? "a"? "a"? "a"? "a"?){200} "b""#
        #expect(problem("root ::= " + bomb)?.contains("too many ways to go on") == true)
        #expect(problem("root ::= \"x\" [0-9]* " + bomb)?.contains("too many ways to go on") == true)
        #expect(
            problem("root ::= " + (0..<3_000).map { "\"w\($0)\"" }.joined(separator: " | "))?.contains("too many ways")
                == true
        )
        // So many ways that go on in one way each are only a list.
        #expect(problem("root ::= " + (0..<1_000).map { "\"w\($0)\"" }.joined(separator: " | ")) == nil)
    }
}
