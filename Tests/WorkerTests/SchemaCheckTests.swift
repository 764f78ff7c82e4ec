// SPDX-License-Identifier: MIT

import API
import Engine
import Testing
import Wire
import Worker

/// What is said of a JSON schema before the engine sees it.
@Suite struct SchemaCheckTests {
    private func check(_ text: String, for use: SchemaCheck.Use = .answer(isStrict: false)) throws -> CheckedSchema {
        try SchemaCheck.check(JSONValue(parsing: text), at: "schema", for: use)
    }

    /// Why a schema is refused; nil if it isn't.
    private func refusal(_ text: String, for use: SchemaCheck.Use = .answer(isStrict: false)) -> String? {
        do {
            _ = try check(text, for: use)
            return nil
        } catch {
            return (error as? APIError)?.message ?? "\(error)"
        }
    }

    @Test(
        "F01: bounds that exclude each other are named, wherever they stand",
        arguments: [SchemaCheck.Use.answer(isStrict: false), .answer(isStrict: true), .tool]
    )
    func contradictions(_ use: SchemaCheck.Use) {
        func problem(_ text: String) -> String? { refusal(text, for: use) }
        let length = #"{"type":"string","minLength":5,"maxLength":2}"#
        #expect(problem(length) == "'schema.minLength' (5) is larger than 'maxLength' (2)")
        #expect(
            problem(#"{"type":"object","properties":{"a":\#(length)}}"#)
                == "'schema.properties.a.minLength' (5) is larger than 'maxLength' (2)"
        )
        #expect(problem(#"{"type":"array","items":\#(length)}"#)?.hasPrefix("'schema.items.minLength'") == true)
        #expect(problem(#"{"anyOf":[{"type":"null"},\#(length)]}"#)?.hasPrefix("'schema.anyOf[1].minLength'") == true)
        #expect(
            problem(##"{"$ref":"#/$defs/x","$defs":{"x":\##(length)}}"##)?.hasPrefix("'schema.$defs.x.minLength'")
                == true
        )
        #expect(problem(#"{"type":"array","minItems":3,"maxItems":1}"#)?.hasPrefix("'schema.minItems' (3)") == true)
        #expect(problem(#"{"type":"object","minProperties":3,"maxProperties":1}"#)?.contains("minProperties") == true)
        for text in [
            #"{"type":"integer","minimum":5,"maximum":2}"#, #"{"type":"number","minimum":0.5,"maximum":0.25}"#,
            #"{"type":"number","exclusiveMinimum":1,"maximum":1}"#,
            #"{"type":"integer","exclusiveMinimum":1,"exclusiveMaximum":2}"#,
            #"{"type":"integer","minimum":0.2,"maximum":0.8}"#, #"{"type":"number","minimum":3,"exclusiveMaximum":3}"#,
        ] {
            #expect(problem(text)?.hasPrefix("'schema' allows no number: ") == true, "\(text)")
        }
        #expect(
            problem(#"{"type":"string","minLength":-1}"#)?.hasPrefix("'schema.minLength' must be a whole number")
                == true
        )
    }

    @Test("what an honest schema says is left as it is")
    func honest() throws {
        for text in [
            #"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer","minimum":1}},"required":["a"]}"#,
            #"{"type":"array","items":{"type":"string","minLength":1,"maxLength":20},"minItems":1,"maxItems":5}"#,
            #"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, #"{"enum":["a","b"]}"#, #"{"type":"boolean"}"#,
            #"{"type":"object"}"#,
        ] {
            let checked = try check(text, for: .answer(isStrict: true))
            #expect(checked.json == (try JSONValue(parsing: text)))
            #expect(checked.parts.isEmpty && checked.ignored.isEmpty)
        }
    }

    @Test("F17: a pattern is followed, or refused by its name")
    func patterns() throws {
        let checked = try check(#"{"type":"object","properties":{"a":{"type":"string","pattern":"^\\d{3}$"}}}"#)
        #expect(checked.json["properties"]?["a"] == ["const": "eh-0"])
        #expect(
            checked.parts == [
                .init(constant: "eh-0", rule: "eh-part-0", rules: #"eh-part-0 ::= "\"" ([0-9]){3,3} "\"""# + "\n")
            ]
        )
        for pattern in ["(?=x)x", #"\\p{L}"#, "(", "a)", "[a", "x**", #"(a)\\1"#, "{2}", "a{3,2}"] {
            let text = #"{"type":"string","pattern":"\#(pattern)"}"#
            let problem = refusal(text)
            #expect(
                problem?.hasPrefix("'schema.pattern' \"") == true
                    && problem?.contains("cannot be followed: it ") == true,
                "\(text)"
            )
            // Agents send wild schemas.
            #expect(refusal(text, for: .tool) == nil)
        }
    }

    @Test("keywords that nothing enforces are refused where 'strict' is, and told otherwise")
    func unenforced() throws {
        let cases = [
            (#"{"type":"array","items":{"type":"string"},"uniqueItems":true}"#, "uniqueItems"),
            (#"{"type":"object","patternProperties":{"^a":{"type":"string"}}}"#, "patternProperties"),
            (#"{"type":"integer","multipleOf":5}"#, "multipleOf"),
            (#"{"type":"string","maxLength":5000}"#, "maxLength"),
            (#"{"type":"object","not":{"required":["a"]}}"#, "not"),
            (#"{"type":"object","properties":{"a":{}},"minProperties":1}"#, "minProperties"),
            (##"{"$ref":"#/$defs/x","minimum":1,"$defs":{"x":{"type":"integer"}}}"##, "minimum"),
        ]
        for (text, keyword) in cases {
            #expect(try check(text).ignored == ["schema.\(keyword)"])
            #expect(
                refusal(text, for: .answer(isStrict: true))?.hasPrefix("'schema.\(keyword)' cannot be enforced") == true
            )
        }
    }

    @Test("what is required is asked for, declared or not")
    func required() throws {
        let checked = try check(#"{"type":"object","required":["a"]}"#)
        #expect(checked.json["properties"] == ["a": [:]])
        #expect(checked.json["additionalProperties"] == true)
        #expect(
            refusal(#"{"type":"object","properties":{},"required":["a"],"additionalProperties":false}"#)
                == "'schema.required' names 'a', which 'additionalProperties' forbids"
        )
    }

    @Test("one of allOf is what it is, and so are objects beside it")
    func combinations() throws {
        let one = try check(##"{"allOf":[{"$ref":"#/$defs/x"}],"description":"d","$defs":{"x":{"type":"string"}}}"##)
        #expect(one.json["$ref"] == "#/$defs/x" && one.json["$defs"] != nil)
        let both = try check(#"{"properties":{"a":{"type":"null"}},"allOf":[{"properties":{"b":{"type":"null"}}}]}"#)
        #expect(both.json["allOf"]?.array?.count == 2)
    }

    @Test("long lists share their beginnings")
    func longLists() throws {
        let list = (0..<20_000).map { "\"word-\($0)\"" }.joined(separator: ",")
        let checked = try check(#"{"enum":[\#(list)]}"#)
        let part = try #require(checked.parts.first)
        #expect(part.rules.utf8.count < 600_000)
        try GrammarCheck.check("root ::= \(part.rule)\n\(part.rules)")
        let few = ValueList(["\"ab\"", "\"ac\"", "1", "12"], name: "x").rules
        #expect(few.contains(#"x ::= "\"a" x-1 | "1" x-2"#))
        #expect(few.contains(#"x-1 ::= "b\"" | "c\"""#) && few.contains(#"x-2 ::= "" | "2""#))
    }

    @Test("a type is a word")
    func typeIsWord() {
        #expect(refusal(#"{"type":123}"#) == "'schema.type' must be a string or an array of strings, not a number")
    }

    @Test("sizes are bounded")
    func sizes() {
        let many = (0..<1_100).map { "{\"$ref\":\"#/$defs/d\($0)\"}" }.joined(separator: ",")
        #expect(refusal(#"{"anyOf":[\#(many)]}"#)?.contains("1100 different references") == true)
        let list = (0..<50_001).map { "\($0)" }.joined(separator: ",")
        #expect(refusal(#"{"enum":[\#(list)]}"#)?.contains("50000 values") == true)
        #expect(
            refusal(##"{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}}"##)?.contains("leads to itself") == true
        )
        // Each type makes the engine build everything below once more.
        var nested = #"{"type":"string"}"#
        for _ in 0..<20 { nested = #"{"type":["object","array","null"],"properties":{"a":\#(nested)}}"# }
        #expect(refusal(nested, for: .tool)?.contains("too large") == true)
        // What an answer follows is taken apart first: an array has no properties, so nothing is built twice.
        #expect(refusal(nested) == nil)
    }

    @Test("F16: a format's schema is found wherever it stands, and one without is refused")
    func places() throws {
        let schema = #"{"type":"object","properties":{"city":{"enum":["Oslo"]}}}"#
        let places = [
            (
                #"{"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":\#(schema)}}}"#,
                "response_format.json_schema.schema"
            ),
            (#"{"response_format":{"type":"json_schema","schema":\#(schema)}}"#, "response_format.schema"),
            (#"{"response_format":{"type":"json_object","schema":\#(schema)}}"#, "response_format.schema"),
            (#"{"response_format":{"type":"json_schema","json_schema":\#(schema)}}"#, "response_format.json_schema"),
            (#"{"json_schema":\#(schema)}"#, "json_schema"),
        ]
        for (text, path) in places {
            let found = try SchemaFields.schema(RequestFields(JSONValue(parsing: text)))
            #expect(found == SchemaFields(try JSONValue(parsing: schema), at: path))
        }
        for format in [
            #"{"type":"json_schema"}"#, #"{"type":"json_schema","json_schema":null}"#,
            #"{"type":"json_schema","json_schema":{"name":"x"}}"#,
            #"{"type":"json_schema","json_schema":{"schema":null}}"#,
        ] {
            let fields = RequestFields(try JSONValue(parsing: #"{"response_format":\#(format)}"#))
            #expect(throws: APIError.self) { try SchemaFields.schema(fields) }
        }
        let strict = try JSONValue(
            parsing: #"{"response_format":{"type":"json_schema","json_schema":{"strict":true,"schema":{}}}}"#
        )
        #expect(try SchemaFields.schema(RequestFields(strict))?.isStrict == true)
    }
}
