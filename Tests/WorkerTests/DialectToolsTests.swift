// SPDX-License-Identifier: MIT

import API
import Testing
import Wire
import Worker

@Suite("Tools of other dialects")
struct DialectToolsTests {
    private func responses(_ body: String) throws -> ConvertedRequest {
        try ResponsesRequest.read(RequestFields(try JSONValue(parsing: body)))
    }

    private func messages(_ body: String) throws -> ConvertedRequest {
        try AnthropicRequest.read(RequestFields(try JSONValue(parsing: body)))
    }

    private func names(_ request: ConvertedRequest) -> [String] {
        request.chat["tools"]?.array?.compactMap { $0["function"]?["name"]?.string } ?? []
    }

    private static let wiki =
        #"{"type":"namespace","name":"mcp__wiki__","tools":[{"type":"function","name":"find","parameters":{"type":"object"}}]}"#

    @Test("F12: functions of a namespace are functions, whose calls go by their own names")
    func namespaces() throws {
        let request = try responses(
            #"{"input":"q","tools":[\#(Self.wiki),{"type":"namespace","name":"crm","tools":[{"type":"function","name":"get"}]}]}"#
        )
        #expect(names(request) == ["mcp__wiki__find", "crm__get"])
        #expect(request.calls.tool("mcp__wiki__find") == .init(name: "find", namespace: "mcp__wiki__"))
        #expect(request.calls.tool("other") == .init(name: "other"))
        #expect(request.warnings.sentences.isEmpty)
        let again = try responses(
            #"{"input":[{"type":"function_call","call_id":"c","name":"find","namespace":"mcp__wiki__","arguments":"{}"}]}"#
        )
        let call = again.chat["messages"]?.array?.first?["tool_calls"]?.array?.first
        #expect(call?["function"]?["name"] == "mcp__wiki__find")
    }

    @Test("F12: a tool with free input is a function with one string, and its history is read")
    func freeform() throws {
        let request = try responses(
            #"{"input":[{"type":"custom_tool_call","call_id":"c","name":"apply_patch","input":"*** \"x\""},{"type":"custom_tool_call_output","call_id":"c","output":"done"}],"tools":[{"type":"custom","name":"apply_patch","description":"D","format":{"type":"grammar","syntax":"lark","definition":"start: X"}}],"tool_choice":{"type":"custom","name":"apply_patch"}}"#
        )
        #expect(names(request) == ["apply_patch"])
        #expect(request.calls.tool("apply_patch").isFreeform)
        let function = request.chat["tools"]?.array?.first?["function"]
        #expect(function?["parameters"]?["required"] == ["input"])
        #expect(function?["description"]?.string?.contains("start: X") == true)
        #expect(request.warnings.sentences.count == 1)
        #expect(request.chat["tool_choice"]?["function"]?["name"] == "apply_patch")
        let messages = request.chat["messages"]?.array ?? []
        #expect(messages.compactMap { $0["role"]?.string } == ["assistant", "tool"])
        let arguments = messages.first?["tool_calls"]?.array?.first?["function"]?["arguments"]?.string ?? ""
        #expect(try JSONValue(parsing: arguments)["input"] == #"*** "x""#)
    }

    @Test(
        "F12, C20: tools that OpenAI runs are left out, with a warning that names them",
        arguments: [
            "web_search", "file_search", "mcp", "shell", "code_interpreter", "image_generation", "web_search_preview",
        ]
    )
    func hosted(kind: String) throws {
        let request = try responses(#"{"input":"q","tools":[{"type":"\#(kind)"},{"type":"function","name":"f"}]}"#)
        #expect(names(request) == ["f"])
        #expect(request.warnings.sentences.contains { $0.contains("'\(kind)'") })
        #expect(throws: APIError.self) {
            try responses(#"{"input":"q","tools":[{"type":"\#(kind)"}],"tool_choice":{"type":"\#(kind)"}}"#)
        }
    }

    @Test("strict functions stay strict")
    func strict() throws {
        let response = try responses(#"{"input":"q","tools":[{"type":"function","name":"f","strict":true}]}"#)
        let message = try messages(
            #"{"max_tokens":1,"messages":[{"role":"user","content":"q"}],"tools":[{"name":"f","strict":true,"input_schema":{}}]}"#
        )
        for request in [response, message] {
            #expect(request.chat["tools"]?.array?.first?["function"]?["strict"] == true)
        }
    }

    @Test("items that tell of such tools are read past, with a warning")
    func history() throws {
        let request = try responses(
            #"{"input":[{"role":"user","content":"q"},{"type":"web_search_call","id":"w","status":"completed"},{"type":"mcp_call"},{"type":"web_search_call"},{"type":"local_shell_call_output"}]}"#
        )
        #expect(request.chat["messages"]?.array?.count == 1)
        #expect(request.warnings.sentences.count == 3)
    }

    @Test("only the tools that are allowed are shown")
    func allowed() throws {
        let request = try responses(
            #"{"input":"q","tools":[{"type":"function","name":"f"},\#(Self.wiki),{"type":"function","name":"g"}],"tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"find"},{"type":"function","name":"g"}]}}"#
        )
        #expect(names(request) == ["mcp__wiki__find", "g"])
        #expect(request.chat["tool_choice"] == "required")
    }

    @Test(
        "a choice of what isn't there is refused with its place",
        arguments: [
            (
                #""tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"function","name":"g"}"#,
                "'tool_choice.name'"
            ),
            (#""tools":[{"type":"web_search"}],"tool_choice":"required""#, "'tool_choice'"),
            (#""tools":[{"type":"function","name":"f"},{"type":"function","name":"f"}]"#, "'tools[1].name'"),
            (#""tools":[{"name":"f"}]"#, "'tools[0].type'"), (#""tools":[{"type":"function"}]"#, "'tools[0].name'"),
            (#""tools":[{"type":"namespace","name":"n","tools":[{"type":"function"}]}]"#, "'tools[0].tools[0].name'"),
            (
                #""tools":[],"tool_choice":{"type":"allowed_tools","tools":[{"type":"function","name":"x"}]}"#,
                "tools[0].name"
            ),
        ]
    )
    func refuses(members: String, name: String) {
        let error = #expect(throws: APIError.self) { try responses("{\"input\":\"q\",\(members)}") }
        #expect(error?.status == 400 && error?.message.contains(name) == true)
    }

    @Test("C20: Anthropic's own tools have their schema written out, or are left out with a warning")
    func anthropic() throws {
        let request = try messages(
            #"{"messages":[],"tools":[{"type":"web_search_20250305","name":"web_search"},{"type":"bash_20250124","name":"bash"},{"type":"text_editor_20250728","name":"str_replace_based_edit_tool"},{"type":"computer_20250124","name":"computer"},{"name":"f","input_schema":null,"description":null},{"type":"custom","name":"g","input_schema":{"type":"object"}}]}"#
        )
        #expect(names(request) == ["bash", "str_replace_based_edit_tool", "f", "g"])
        let parameters = request.chat["tools"]?.array?.compactMap { $0["function"]?["parameters"] } ?? []
        #expect(parameters.first?["properties"]?["command"] != nil)
        #expect(parameters[1]["required"] == ["command", "path"])
        #expect(request.warnings.sentences.count == 2)
        for choice in [#"{"type":"tool","name":"web_search"}"#, #"{"type":"any"}"#] {
            #expect(throws: APIError.self) {
                try messages(
                    #"{"messages":[],"tools":[{"type":"web_search_20250305","name":"web_search"}],"tool_choice":\#(choice)}"#
                )
            }
        }
    }

    @Test("blocks that tell of such tools are read past, with a warning")
    func anthropicHistory() throws {
        let request = try messages(
            #"{"messages":[{"role":"assistant","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"web_search_tool_result","tool_use_id":"s","content":[]},{"type":"text","text":"x"}]}],"mcp_servers":[{}],"container":null}"#
        )
        #expect(request.chat["messages"]?.array?.count == 1)
        #expect(request.warnings.sentences.count == 3)
    }

    @Test("a sentence is said once, and there are not many")
    func bounded() {
        var warnings = RequestWarnings()
        for number in 0..<100 { warnings.add("\(number / 2)") }
        #expect(warnings.sentences == (0..<16).map(String.init))
    }
}
