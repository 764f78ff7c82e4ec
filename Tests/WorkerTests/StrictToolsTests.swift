// SPDX-License-Identifier: MIT

import Testing
import Wire
import Worker

/// What is said of functions that are to be called strictly.
@Suite struct StrictToolsTests {
    private func warnings(_ schema: String, strict: String = "true", bindsTexts: Bool = true) throws -> [String] {
        let function = #"{"name":"look","strict":\#(strict),"parameters":\#(schema)}"#
        let tools = try JSONValue(parsing: #"[{"type":"function","function":\#(function)}]"#)
        return StrictTools.warnings(tools, bindsTexts: bindsTexts)
    }

    private func property(_ schema: String) -> String {
        #"{"type":"object","properties":{"q":\#(schema)},"required":["q"],"additionalProperties":false}"#
    }

    @Test(
        "what calls follow is not spoken of",
        arguments: [
            #"{"type":"string"}"#, #"{"enum":["a",1]}"#, #"{"type":"integer","minimum":1,"maximum":9}"#,
            #"{"type":"string","maxLength":9}"#, #"{"type":["number","null"]}"#,
            #"{"type":"array","items":{"type":"boolean"},"maxItems":3}"#,
        ]
    )
    func followed(_ schema: String) throws {
        #expect(try warnings(property(schema)).isEmpty)
    }

    @Test("what calls may not follow is told, the first of it by its place")
    func unfollowed() throws {
        let words = "calls of 'look' may not follow its 'parameters.properties.q."
        let cases = [
            (#"{"type":"string","pattern":"^\\d{3}$"}"#, "pattern'"),
            (#"{"type":"number","minimum":5,"maximum":6}"#, "minimum' and 1 more"),
            (#"{"type":"array","items":{},"uniqueItems":true}"#, "uniqueItems'"),
        ]
        for (schema, end) in cases {
            #expect(try warnings(property(schema)) == [words + end + ", although it is 'strict'"])
            for strict in ["false", "null"] {
                #expect(try warnings(property(schema), strict: strict).isEmpty)
            }
        }
    }

    @Test("texts without quotes are bound by nothing")
    func texts() throws {
        for schema in [#"{"enum":["a"]}"#, #"{"const":"a"}"#, #"{"type":"string","maxLength":9}"#] {
            let told = try warnings(property(schema), bindsTexts: false)
            #expect(told.count == 1 && told[0].contains("'parameters.properties.q."))
        }
        for schema in [#"{"enum":[1,2]}"#, #"{"type":"string"}"#, #"{"type":"integer","minimum":1}"#] {
            #expect(try warnings(property(schema), bindsTexts: false).isEmpty)
        }
        let once = try warnings(property(#"{"type":"string","pattern":"a"}"#), bindsTexts: false)
        #expect(once.first?.contains("more") == false)
    }

    @Test("a schema that can't be followed at all is told with the reason")
    func unreadable() throws {
        let told = try warnings(property(#"{"type":"string","pattern":"(?=x)x"}"#))
        #expect(told.count == 1 && told[0].contains("'strict': 'parameters.properties.q.pattern'"))
    }
}
