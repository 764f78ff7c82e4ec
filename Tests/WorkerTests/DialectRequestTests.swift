// SPDX-License-Identifier: MIT

import API
import Testing
import Wire
import Worker

@Suite("Requests of other dialects as chat completions")
struct DialectRequestTests {
    private func fields(_ body: String) throws -> RequestFields { RequestFields(try JSONValue(parsing: body)) }

    private func check(_ chat: RequestFields, _ wanted: String) throws {
        for member in try JSONValue(parsing: wanted).members ?? [] {
            #expect((chat.json[member.name] ?? .null).text == member.value.text)
        }
    }

    static let ofResponses = [
        DialectExample("text", #"{"input":"Hi"}"#, #"{"messages":[{"role":"user","content":"Hi"}],"input":null}"#),
        DialectExample(
            "instructions come first",
            #"{"input":"Hi","instructions":"Be kind."}"#,
            #"{"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi"}],"instructions":null}"#
        ),
        DialectExample(
            "messages with text and parts",
            #"{"input":[{"role":"developer","content":"a"},{"type":"message","role":"user","content":[{"type":"input_text","text":"b"},{"type":"input_image","image_url":"data:x"}]}]}"#,
            #"{"messages":[{"role":"developer","content":[{"type":"text","text":"a"}]},{"role":"user","content":[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"data:x"}}]}]}"#
        ),
        DialectExample(
            "what an assistant did is one message",
            #"{"input":[{"role":"user","content":"q"},{"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},{"type":"message","role":"assistant","status":"completed","content":[{"type":"output_text","text":"a"}]},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"7"}]}"#,
            #"{"messages":[{"role":"user","content":[{"type":"text","text":"q"}]},{"role":"assistant","content":[{"type":"text","text":"a"}],"reasoning_content":"hm","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"7","tool_call_id":"c"}]}"#
        ),
        DialectExample(
            "functions are tools; other tools are left out",
            #"{"input":"q","tools":[{"type":"function","name":"f","parameters":{}},{"type":"web_search"}],"tool_choice":{"type":"function","name":"f"}}"#,
            #"{"tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"tool_choice":{"type":"function","function":{"name":"f"}}}"#
        ),
        DialectExample(
            "C14: how many probabilities, where they are wanted",
            #"{"input":"q","include":["message.output_text.logprobs","reasoning.encrypted_content"],"top_logprobs":2}"#,
            #"{"logprobs":true,"top_logprobs":2,"include":null}"#
        ),
        DialectExample(
            "no probabilities where they aren't",
            #"{"input":"q","top_logprobs":2}"#,
            #"{"logprobs":null,"top_logprobs":null}"#
        ),
        DialectExample(
            "null is as good as nothing",
            #"{"input":"q","instructions":null,"tools":null,"tool_choice":null,"text":null,"reasoning":null,"include":null,"previous_response_id":null,"max_output_tokens":null}"#,
            #"{"messages":[{"role":"user","content":"q"}],"tools":null,"response_format":null}"#
        ),
        DialectExample(
            "limits, effort and format",
            #"{"input":"q","max_output_tokens":5,"reasoning":{"effort":"low"},"text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"}}},"temperature":0.5}"#,
            #"{"max_tokens":5,"reasoning_effort":"low","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}},"temperature":0.5}"#
        ),
    ]

    @Test("OpenAI's responses", arguments: ofResponses)
    func responses(_ example: DialectExample) throws {
        try check(try ResponsesRequest.read(try fields(example.body)).chat, example.chat)
    }

    static let ofMessages = [
        DialectExample(
            "text",
            #"{"messages":[{"role":"user","content":"Hi"}],"stream":true,"top_k":3}"#,
            #"{"messages":[{"role":"user","content":"Hi"}],"max_tokens":4096,"stream":true,"top_k":3}"#
        ),
        DialectExample(
            "system in blocks, without the stamp of Claude Code",
            #"{"system":[{"type":"text","text":"x-anthropic-billing-header: v=1; cch=a1b2c;A"},{"type":"text","text":"B"}],"messages":[]}"#,
            #"{"messages":[{"role":"system","content":"x-anthropic-billing-header: v=1; cch=fffff;AB"},{"role":"user","content":""}],"system":null}"#
        ),
        DialectExample(
            "F03: a tool's use and, next to it, its result",
            #"{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},{"type":"tool_use","id":"t","name":"f","input":{"x":1}}]},{"role":"user","content":[{"type":"text","text":"so"},{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"7"},{"type":"text","text":"8"}]}]}]}"#,
            #"{"messages":[{"role":"assistant","content":"","reasoning_content":"hm","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},{"role":"tool","content":"78","tool_call_id":"t"},{"role":"user","content":[{"type":"text","text":"so"}]}]}"#
        ),
        DialectExample(
            "C3: the answer's schema, and how much effort it is worth",
            #"{"messages":[],"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}},"effort":"low"}}"#,
            #"{"response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"type":"object"}}},"reasoning_effort":"low","output_config":null}"#
        ),
        DialectExample(
            "the older field for it",
            #"{"messages":[],"output_format":{"type":"json_schema","schema":{}}}"#,
            #"{"response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{}}},"output_format":null}"#
        ),
        DialectExample(
            "documents that are text, and what a search found",
            #"{"messages":[{"role":"user","content":[{"type":"document","title":"T","source":{"type":"text","media_type":"text/plain","data":"abc"}},{"type":"search_result","source":"http://x","title":"U","content":[{"type":"text","text":"def"}]}]}]}"#,
            #"{"messages":[{"role":"user","content":[{"type":"text","text":"<document>\nTitle: T\nabc\n</document>"},{"type":"text","text":"<document>\nTitle: U\nSource: http://x\ndef\n</document>"}]}]}"#
        ),
        DialectExample(
            "a tool that failed, and one that returned nothing",
            #"{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","is_error":true,"content":"no such file"},{"type":"tool_result","tool_use_id":"b","content":null}]}]}"#,
            #"{"messages":[{"role":"tool","content":"Error: no such file","tool_call_id":"a"},{"role":"tool","content":"","tool_call_id":"b"}]}"#
        ),
        DialectExample(
            "images by their data and by their address",
            #"{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA"}},{"type":"image","source":{"type":"url","url":"http://x"}}]}]}"#,
            #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}},{"type":"image_url","image_url":{"url":"http://x"}}]}]}"#
        ),
        DialectExample(
            "tools, choice, stops, thinking",
            #"{"messages":[],"max_tokens":9,"tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any","disable_parallel_tool_use":true},"stop_sequences":["END"],"thinking":{"type":"enabled","budget_tokens":50},"metadata":{"user_id":"u"}}"#,
            #"{"max_tokens":9,"tools":[{"type":"function","function":{"name":"f","description":"","parameters":{"type":"object"}}}],"tool_choice":"required","parallel_tool_calls":false,"stop":["END"],"thinking_budget_tokens":50,"metadata":null}"#
        ),
    ]

    @Test("Anthropic's messages", arguments: ofMessages)
    func messages(_ example: DialectExample) throws {
        try check(try AnthropicRequest.read(try fields(example.body)).chat, example.chat)
    }

    @Test(
        "what isn't understood is refused with its name",
        arguments: [
            (#"{}"#, "'input'"), (#"{"input":5}"#, "'input'"), (#"{"input":[5]}"#, "'input[0]'"),
            (#"{"input":[{"type":"item_reference","id":"x"}]}"#, "'input[0].type'"),
            (#"{"input":[{"role":"robot","content":"x"}]}"#, "'input[0].role'"),
            (#"{"input":[{"role":"user"}]}"#, "'input[0].content'"),
            (#"{"input":[{"role":"user","content":[{"type":"input_file"}]}]}"#, "'input[0].content'"),
            (#"{"input":[{"type":"function_call","call_id":"c","name":"f"}]}"#, "'input[0].arguments'"),
            (#"{"input":[{"type":"function_call_output","call_id":"c","output":1}]}"#, "'input[0].output'"),
            (#"{"input":"x","previous_response_id":"r"}"#, "'previous_response_id'"),
            (#"{"input":"x","tools":{}}"#, "'tools'"), (#"{"input":"x","text":5}"#, "'text'"),
            (#"{"input":"x","background":true}"#, "'background'"), (#"{"input":"x","prompt":{"id":"p"}}"#, "'prompt'"),
            (#"{"input":"x","text":{"format":{"type":"json_schema","name":"n"}}}"#, "'text.format.schema'"),
            (#"{"input":"x","top_logprobs":-1}"#, "'top_logprobs'"), (#"{"input":"x","include":"y"}"#, "'include'"),
        ]
    )
    func refusesResponses(body: String, name: String) throws {
        let fields = try fields(body)
        let error = #expect(throws: APIError.self) { try ResponsesRequest.read(fields) }
        #expect(error?.status == 400 && error?.message.contains(name) == true)
    }

    @Test(
        "the same of messages",
        arguments: [
            (#"{}"#, "'messages'"), (#"{"messages":"x"}"#, "'messages'"), (#"{"messages":[1]}"#, "'messages[0]'"),
            (#"{"messages":[{"content":"x"}]}"#, "'messages[0].role'"),
            (#"{"messages":[{"role":"user"}]}"#, "'messages[0].content'"),
            (#"{"messages":[{"role":"user","content":7}]}"#, "'messages[0].content'"),
            (
                #"{"messages":[{"role":"user","content":[{"type":"document"}]}]}"#,
                "'messages[0].content[0].source.type'"
            ),
            (
                #"{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"file"}}]}]}"#,
                "'messages[0].content[0]'"
            ),
            (#"{"messages":[],"system":5}"#, "'system'"), (#"{"messages":[],"tools":[{}]}"#, "'tools'"),
            (#"{"messages":[],"tool_choice":{"type":"maybe"}}"#, "'tool_choice.type'"),
            (#"{"messages":[],"thinking":{"type":"enabled","budget_tokens":-1}}"#, "'budget_tokens'"),
            (#"{"messages":[],"output_config":{"format":{"type":"text"}}}"#, "'output_config.format.type'"),
            (#"{"messages":[],"output_format":{"type":"json_schema"}}"#, "'output_format.schema'"),
        ]
    )
    func refusesMessages(body: String, name: String) throws {
        let fields = try fields(body)
        let error = #expect(throws: APIError.self) { try AnthropicRequest.read(fields) }
        #expect(error?.status == 400 && error?.message.contains(name) == true)
    }
}
