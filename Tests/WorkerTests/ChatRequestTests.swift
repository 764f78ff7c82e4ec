// SPDX-License-Identifier: MIT

import API
import Testing
import Wire
import Worker

@Suite("A chat completion's request in one form")
struct ChatRequestTests {
    private func canonical(_ body: String) throws -> RequestFields {
        try ChatRequest.canonical(RequestFields(try JSONValue(parsing: body)))
    }

    /// A request whose last message is the given one.
    private static func message(_ json: String) -> String { #"{"messages":[\#(json)]}"# }

    /// A request with two tools and more fields.
    private static func tools(_ more: String) -> String {
        #"{"messages":[{"role":"user","content":"q"}],"tools":[{"type":"function","function":{"name":"f"}},{"function":{"name":"g"}}],\#(more)}"#
    }

    private static let both =
        #"[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"g"}}]"#
    private static let onlyF = #"[{"type":"function","function":{"name":"f"}}]"#

    private static func messages(_ json: String) -> String { #"{"messages":[\#(json)]}"# }

    static let readings = [
        // F09: null is as good as absent.
        DialectExample(
            "nothing said is an empty text, whoever says it",
            message(
                #"{"role":"user","content":null},{"role":"tool","tool_call_id":"c"},{"role":"system","content":null}"#
            ),
            messages(
                #"{"role":"user","content":""},{"role":"tool","content":"","tool_call_id":"c"},{"role":"system","content":""}"#
            )
        ),
        DialectExample(
            "null members of a message",
            message(
                #"{"role":"user","content":"q","name":null,"tool_call_id":null,"reasoning_content":null,"tool_calls":null}"#
            ),
            messages(#"{"role":"user","content":"q"}"#)
        ),
        DialectExample(
            "no calls are none",
            message(#"{"role":"assistant","content":"a","tool_calls":[]}"#),
            messages(#"{"role":"assistant","content":"a"}"#)
        ),
        // F10: past calls.
        DialectExample(
            "no arguments are an empty object, no type is function, no id is none",
            message(
                #"{"role":"assistant","tool_calls":[{"id":null,"function":{"name":"f","arguments":""}},{"type":null,"id":"c","function":{"name":"g","arguments":null}}]}"#
            ),
            messages(
                #"{"role":"assistant","content":"","tool_calls":[{"type":"function","function":{"name":"f","arguments":"{}"}},{"type":"function","id":"c","function":{"name":"g","arguments":"{}"}}]}"#
            )
        ),
        DialectExample(
            "arguments that are no JSON stay as they are, an object becomes text",
            message(
                #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{"}},{"id":"d","type":"function","function":{"name":"f","arguments":{"a":1}}}]}"#
            ),
            messages(
                #"{"role":"assistant","content":"","tool_calls":[{"type":"function","id":"c","function":{"name":"f","arguments":"{"}},{"type":"function","id":"d","function":{"name":"f","arguments":"{\"a\":1}"}}]}"#
            )
        ),
        // C8: null members of tools.
        DialectExample(
            "null members of a function",
            #"{"messages":[{"role":"user","content":"q"}],"tools":[{"type":"function","function":{"name":"f","description":null,"parameters":null,"strict":null}}]}"#,
            #"{"tools":\#(onlyF),"tool_choice":"auto"}"#
        ),
        DialectExample(
            "a strict function stays one",
            #"{"messages":[{"role":"user","content":"q"}],"tools":[{"type":"function","function":{"name":"f","strict":true}},{"type":"function","function":{"name":"g","strict":false}}]}"#,
            #"{"tools":[{"type":"function","function":{"name":"f","strict":true}},{"type":"function","function":{"name":"g"}}]}"#
        ),
        // C20: the choice of tools.
        DialectExample("no choice is auto", tools(#""tool_choice":null"#), #"{"tools":\#(both),"tool_choice":"auto"}"#),
        DialectExample(
            "any is required",
            tools(#""tool_choice":"any""#),
            #"{"tools":\#(both),"tool_choice":"required"}"#
        ),
        DialectExample(
            "a named one is the only one",
            tools(#""tool_choice":{"type":"function","function":{"name":"f"}}"#),
            #"{"tools":\#(onlyF),"tool_choice":"required"}"#
        ),
        DialectExample(
            "allowed ones",
            tools(
                #""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}"#
            ),
            #"{"tools":\#(onlyF),"tool_choice":"required"}"#
        ),
        DialectExample(
            "allowed ones as the Responses API has them",
            tools(#""tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"f"}]}"#),
            #"{"tools":\#(onlyF),"tool_choice":"auto"}"#
        ),
        DialectExample(
            "functions of the old kind are tools, one call at a time",
            #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},{"role":"function","name":"f","content":"7"}],"functions":[{"name":"f"},{"name":"g"}],"function_call":{"name":"f"}}"#,
            #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[{"type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"7","name":"f"}],"tools":\#(onlyF),"tool_choice":"required","parallel_tool_calls":false,"functions":null,"function_call":null}"#
        ),
        // C21, C26: structured answers in vendors' words.
        structured(
            #""guided_json":{"type":"object"}"#,
            #"{"type":"json_schema","json_schema":{"schema":{"type":"object"}}}"#
        ),
        structured(
            #""structured_outputs":{"json":"{\"type\":\"array\"}","regex":null}"#,
            #"{"type":"json_schema","json_schema":{"schema":{"type":"array"}}}"#
        ),
        structured(
            #""structured_outputs":{"json_object":true}"#,
            #"{"type":"json_schema","json_schema":{"schema":{"type":"object"}}}"#
        ),
        structured(
            #""response_format":{"type":"json","value":{"type":"object"}}"#,
            #"{"type":"json_schema","json_schema":{"schema":{"type":"object"}}}"#
        ),
        DialectExample(
            "choices",
            tools(#""guided_choice":["a","b\""]"#),
            #"{"grammar":"root ::= \"a\" | \"b\\U00000022\"\n"}"#
        ),
        DialectExample("a grammar", tools(#""ebnf":"root ::= \"a\"""#), #"{"grammar":"root ::= \"a\""}"#),
        DialectExample("an expression", tools(#""regex":"[0-9]+""#), #"{"grammar":"root ::= [0-9]+\n"}"#),
    ]

    private static func structured(_ given: String, _ format: String) -> DialectExample {
        DialectExample(given, tools(given), #"{"response_format":\#(format)}"#)
    }

    @Test("what clients write is read", arguments: readings)
    func read(_ example: DialectExample) throws {
        let chat = try canonical(example.body)
        for member in try JSONValue(parsing: example.chat).members ?? [] {
            #expect((chat.json[member.name] ?? .null).text == member.value.text)
        }
    }

    static let refusals = [
        ("{}", "'messages' is missing"),
        (#"{"messages":[]}"#, "'messages' is empty"),
        (message(#"{"role":"user","content":7}"#), "'messages[0].content' must be a string or an array of parts"),
        (message(#"{"role":"user","content":["x"]}"#), "'messages[0].content[0]' must be"),
        (message(#"{"content":"x"}"#), "'messages[0].role'"),
        (message(#"{"role":"user","content":"x","name":7}"#), "'messages[0].name'"),
        (
            message(#"{"role":"assistant","tool_calls":[{"function":{"name":7}}]}"#),
            "'messages[0].tool_calls[0].function.name'"
        ),
        (message(#"{"role":"assistant","tool_calls":[{"type":"custom"}]}"#), "'messages[0].tool_calls[0].type'"),
        (
            message(#"{"role":"assistant","tool_calls":[{"id":"c"}]}"#),
            "'messages[0].tool_calls[0].function' is missing"
        ),
        (tools(#""functions":[{"name":"h"}]"#), "'tools' and 'functions'"),
        (tools(#""tool_choice":"maybe""#), "not 'maybe'"),
        (tools(#""tool_choice":{"type":"function","function":{"name":"h"}}"#), "names 'h'"),
        (#"{"messages":[{"role":"user"}],"tool_choice":"required"}"#, "there are no 'tools'"),
        (#"{"messages":[{"role":"user"}],"tools":[{"type":"web_search"}]}"#, "'tools[0].type' is \"web_search\""),
        (#"{"messages":[{"role":"user"}],"tools":[{"type":"function","function":{}}]}"#, "'tools[0].function.name'"),
        (
            #"{"messages":[{"role":"user"}],"tools":[{"type":"function","function":{"name":"f","strict":1}}]}"#,
            "'tools[0].function.strict' must be true or false"
        ),
        (tools(#""guided_regex":"(?=x)x""#), "'guided_regex' has a group of the kind (?="),
        (
            tools(#""structured_outputs":{"structural_tag":"x"}"#),
            "'structured_outputs.structural_tag' is not supported"
        ),
        (tools(#""guided_choice":["a"],"grammar":"root ::= [a]""#), "'guided_choice' and 'grammar'"),
        (tools(#""guided_choice":["a"],"guided_regex":"a""#), "cannot be used together"),
    ]

    @Test("what can't be had is refused, with its place", arguments: refusals)
    func refuse(_ body: String, _ words: String) throws {
        let error = #expect(throws: APIError.self) { try canonical(body) }
        #expect(error?.status == 400)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test(
        "Instructions of the server's stand where a conversation has none of its own",
        arguments: [
            (
                #"[{"role":"user","content":"q"}]"#,
                #"[{"role":"system","content":"Be kind."},{"role":"user","content":"q"}]"#
            ),
            (#"[{"role":"system","content":"s"},{"role":"user","content":"q"}]"#, nil),
            (#"[{"role":"developer","content":"s"},{"role":"user","content":"q"}]"#, nil),
            (#"[{"role":"user","content":"q"},{"role":"system","content":"s"}]"#, nil),
        ] as [(String, String?)]
    )
    func systems(messages: String, expected: String?) throws {
        let fields = RequestFields(try JSONValue(parsing: "{\"messages\":\(messages)}"))
        let read = try ChatRequest.canonical(fields, system: "Be kind.")
        #expect(read.json["messages"] == (try JSONValue(parsing: expected ?? messages)))
    }
}
