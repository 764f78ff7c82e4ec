// SPDX-License-Identifier: MIT

import Testing
import Worker

/// Regular expressions as grammars.
@Suite struct StringPatternTests {
    private func grammar(_ pattern: String) throws -> String { try StringPattern(pattern).grammar }

    @Test("characters stand as JSON writes them")
    func characters() throws {
        #expect(try grammar("^ab$") == #""\"" ([a] [b]) "\"""#)
        #expect(try grammar(#"^\d$"#) == #""\"" [0-9] "\"""#)
        #expect(try grammar(#"^\w$"#) == #""\"" [0-9A-Z_a-z] "\"""#)
        #expect(try grammar(#"^["\\]$"#) == #""\"" ("\\\"" | "\\\\") "\"""#)
        #expect(try grammar(#"^\n$"#) == #""\"" "\\n" "\"""#)
        #expect(try grammar(#"^[^\s\S]$"#) == #""\"" "\x00" "\"""#)
        #expect(try grammar(#"^\x41\u0042\u{43}$"#) == #""\"" ([A] [B] [C]) "\"""#)
        #expect(try grammar(#"^\uD83D\uDE00$"#) == #""\"" [\U0001F600] "\"""#)
        #expect(try grammar(#"^[-+.]$"#) == #""\"" [\x2B\x2D-\x2E] "\"""#)
    }

    @Test("what isn't anchored may stand anywhere")
    func anchors() throws {
        let any = try grammar("")
        #expect(any.contains("*"))
        #expect(try grammar("^a").hasSuffix(#")*) "\"""#))
        #expect(try grammar("a$").hasSuffix(#"[a]) "\"""#))
        #expect(try grammar("^a|b$") != grammar("^(a|b)$"))
    }

    @Test("repetitions and groups")
    func structure() throws {
        #expect(try grammar("^(a|b)*$") == #""\"" (([a] | [b]))* "\"""#)
        #expect(try grammar("^a{2,3}?$") == #""\"" ([a]){2,3} "\"""#)
        #expect(try grammar("^(?:a)(?<n>b)$") == #""\"" ([a] [b]) "\"""#)
        #expect(try grammar("^a{x}$") == #""\"" ([a] [\x7B] [x] [\x7D]) "\"""#)
    }

    @Test("lengths")
    func lengths() throws {
        func lengths(_ pattern: String) throws -> [Int?] {
            let found = try StringPattern(pattern).lengths
            return [found.least, found.most]
        }
        #expect(try lengths("^a{2,3}b?$") == [2, 4])
        #expect(try lengths("^(ab|c)+$") == [1, nil])
        #expect(try lengths("^$") == [0, 0])
        #expect(try lengths("a") == [1, nil])
    }
}
