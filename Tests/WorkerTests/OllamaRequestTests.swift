// SPDX-License-Identifier: MIT

import API
import Testing
import Wire
import Worker

@Suite("Requests of Ollama's API as chat completions")
struct OllamaRequestTests {
    private func fields(_ body: String) throws -> RequestFields { RequestFields(try JSONValue(parsing: body)) }

    private func chat(_ body: String) throws -> OllamaRequest {
        try OllamaRequest(chat: try fields(body), contextSize: 512, shifts: false)
    }

    private func generate(_ body: String) throws -> OllamaRequest {
        try OllamaRequest(generate: try fields(body), contextSize: 512, shifts: false)
    }

    static let chats = [
        DialectExample(
            "it streams unless told otherwise",
            #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[],"keep_alive":"5m"}"#,
            #"{"messages":[{"role":"user","content":"Hi"}],"stream":true,"tools":null,"keep_alive":null,"model":null}"#
        ),
        DialectExample(
            "options, with whole numbers as Go's clients write them",
            #"{"messages":[{"role":"user","content":"Hi"}],"stream":false,"options":{"num_predict":5.0,"temperature":0,"top_k":40.0,"seed":7,"stop":["a"],"num_ctx":512,"num_keep":-1}}"#,
            #"{"stream":false,"n_predict":5.0,"temperature":0,"top_k":40.0,"seed":7,"stop":["a"],"n_keep":-1,"options":null}"#
        ),
        DialectExample(
            "calls have arguments that are objects; results name the call or the tool",
            #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"","thinking":"hm","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}},{"id":"c","function":{"name":"g","arguments":"{}"}}]},{"role":"tool","content":"8","tool_call_id":"c"},{"role":"tool","content":"7","tool_name":"f"}]}"#,
            #"{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"","reasoning_content":"hm","tool_calls":[{"id":"call_1_0","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"c","type":"function","function":{"name":"g","arguments":"{}"}}]},{"role":"tool","content":"8","tool_call_id":"c"},{"role":"tool","content":"7","tool_call_id":"call_1_0"}]}"#
        ),
        DialectExample(
            "pictures stand beside the text",
            #"{"messages":[{"role":"user","content":"what?","images":["AAAA"]},{"role":"user","content":"t","images":[]}]}"#,
            #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"text","text":"what?"}]},{"role":"user","content":"t"}]}"#
        ),
        DialectExample(
            "any JSON, thoughts and probabilities",
            #"{"messages":[{"role":"user","content":"q"}],"format":"json","think":true,"logprobs":true,"top_logprobs":3}"#,
            #"{"response_format":{"type":"json_object"},"enable_thinking":true,"logprobs":true,"top_logprobs":3}"#
        ),
        DialectExample(
            "a schema, and how much to think",
            #"{"messages":[{"role":"user","content":"q"}],"format":{"type":"object"},"think":"max"}"#,
            #"{"response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"type":"object"}}},"enable_thinking":true,"reasoning_effort":"high"}"#
        ),
        DialectExample(
            "null is as good as nothing",
            #"{"messages":[{"role":"user","content":null,"images":null,"tool_calls":null}],"format":null,"options":null,"think":null,"stream":null,"tools":null,"truncate":null}"#,
            #"{"messages":[{"role":"user","content":""}],"stream":true,"response_format":null}"#
        ),
    ]

    @Test("chat", arguments: chats)
    func chat(_ example: DialectExample) throws {
        let request = try chat(example.body)
        #expect(request.kind == .chat && request.warnings.sentences == [])
        for member in try JSONValue(parsing: example.chat).members ?? [] {
            #expect((request.fields.json[member.name] ?? .null).text == member.value.text)
        }
    }

    @Test("a request that says nothing loads the model")
    func load() throws {
        #expect(try chat(#"{"model":"m","messages":[]}"#).kind == .load)
        #expect(try chat(#"{"model":"m"}"#).kind == .load)
        #expect(try generate(#"{"model":"m","prompt":"","images":[]}"#).kind == .load)
    }

    @Test("a prompt is a message, unless it is raw or has something behind it")
    func prompts() throws {
        let turn = try generate(#"{"prompt":"Hi","system":"Be kind.","context":[1,2]}"#)
        #expect(turn.kind == .chat && turn.context == [1, 2])
        let messages: JSONValue = [
            ["role": "system", "content": "Be kind."], ["role": "user", "content": "Hi"],
        ]
        #expect(turn.fields["messages"] == messages)
        #expect(try generate(#"{"prompt":"a","raw":true}"#).kind == .raw(prompt: "a"))
        #expect(try generate(#"{"prompt":"a","suffix":"b"}"#).kind == .infill(prefix: "a", suffix: "b"))
        let picture = try generate(#"{"prompt":"a","images":["AAAA"]}"#)
        #expect(picture.fields["messages"]?.array?.first?["content"]?.array?.count == 2)
    }

    @Test(
        "what has no effect is told",
        arguments: [
            (
                #""options":{"num_ctx":513}"#,
                "'options.num_ctx' has no effect: this model has 512; set ctx-size in its preset"
            ),
            (#""options":{"num_gpu":99}"#, "'options.num_gpu' has no effect: set gpu-layers in the model's preset"),
            (#""options":{"nonsense":1}"#, "'options.nonsense' has no effect: this server doesn't know it"),
            (#""shift":true"#, "'shift' has no effect: set context-shift in the model's preset"),
            (#""extra":1"#, "'extra' has no effect: this server doesn't know it"),
        ]
    )
    func warns(member: String, sentence: String) throws {
        #expect(try chat(#"{"messages":[{"role":"user","content":"q"}],\#(member)}"#).warnings.sentences == [sentence])
    }

    @Test(
        "what can't be read is refused with its place",
        arguments: [
            (#"{"messages":{}}"#, "'messages'"), (#"{"messages":[7]}"#, "'messages[0]'"),
            (#"{"messages":[{"role":"boss","content":""}]}"#, "'messages[0].role'"),
            (#"{"messages":[{"role":"user","content":[]}]}"#, "'messages[0].content'"),
            (#"{"messages":[{"role":"user","content":"","images":"x"}]}"#, "'messages[0].images'"),
            (#"{"messages":[{"role":"user","content":"","images":[1]}]}"#, "'messages[0].images[0]'"),
            (#"{"messages":[{"role":"assistant","content":"","tool_calls":[{}]}]}"#, "'messages[0].tool_calls[0]"),
            (#"{"options":{"temperature":"hot"}}"#, "'options.temperature'"), (#"{"options":7}"#, "'options'"),
            (#"{"format":"yaml"}"#, "'format'"), (#"{"think":"a lot"}"#, "'think'"),
            (#"{"logprobs":true,"top_logprobs":21}"#, "'top_logprobs'"),
        ]
    )
    func refuses(body: String, place: String) throws {
        let error = #expect(throws: APIError.self) { try chat(body) }
        #expect(error?.status == 400 && error?.message.contains(place) == true)
    }

    @Test(
        "so is what contradicts itself",
        arguments: [
            (#"{"prompt":"a","template":"{{ .Prompt }}"}"#, "'template'"),
            (#"{"prompt":"a","raw":true,"system":"b"}"#, "'raw'"),
            (#"{"prompt":"a","raw":true,"images":["AAAA"]}"#, "'images'"),
            (#"{"prompt":"a","context":[-1]}"#, "'context[0]'"),
        ]
    )
    func contradictions(body: String, place: String) throws {
        let error = #expect(throws: APIError.self) { try generate(body) }
        #expect(error?.status == 400 && error?.message.contains(place) == true)
    }
}
