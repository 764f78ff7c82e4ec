// SPDX-License-Identifier: MIT

import API
import Engine
import Foundation
import Testing
import Wire
import Worker

@Suite("Answers in the dialects of chat")
struct DialectAnswerTests {
    /// A template that knows thoughts and tools.
    private static let template = """
        {%- if tools %}{{- '<|im_start|>system\\n<tools>' }}{%- for tool in tools %}{{- '\\n' + (tool | tojson) }}{%- endfor %}
        {{- '\\n</tools><|im_end|>\\n' }}{%- endif %}
        {%- for message in messages %}
            {{- '<|im_start|>' + message.role + '\\n' }}
            {%- if message.reasoning_content %}{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' }}{%- endif %}
            {{- message.content or '' }}
            {%- for call in message.tool_calls or [] %}
                {{- '\\n<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}
                {{- call.function.arguments if call.function.arguments is string else call.function.arguments | tojson }}
                {{- '}\\n</tool_call>' }}
            {%- endfor %}
            {{- '<|im_end|>\\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
        """
    private static let written = """
        <think>
        Where is Rome?
        </think>

        I look.
        <tool_call>
        {"name": "get_weather", "arguments": {"city": "Rome"}}
        </tool_call>
        """

    private func model() throws -> Model {
        EngineRuntime.start { _ in }
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "models/stories-tiny-F32.gguf").path
        return try Model(ModelOptions(path: file)) { _ in true }
    }

    private func conversation() throws -> Conversation {
        let templates = try ChatTemplates(try model(), replacement: Self.template)
        let request: JSONValue = [
            "messages": [["role": "user", "content": "The weather in Rome?"]],
            "tools": [
                [
                    "type": "function",
                    "function": [
                        "name": "get_weather", "description": "The weather of a city",
                        "parameters": [
                            "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"],
                        ],
                    ],
                ]
            ],
            "tool_choice": "auto", "reasoning_format": "auto",
        ]
        return try Conversation(templates, request: request.text)
    }

    private var summary: GenerationSummary { summary(.endOfGeneration) }

    private func summary(_ reason: GenerationSummary.Reason) -> GenerationSummary {
        var timings = GenerationTimings(cachedTokens: 3)
        timings.promptTokens = 4
        timings.generatedTokens = 20
        return GenerationSummary(reason: reason, rest: [], slot: 0, promptTokens: 7, timings: timings)
    }

    /// All events of a stream. The parser trims a thought only once it has seen its end, which is too late for deltas.
    private func stream(
        _ answer: some Answer,
        _ reason: GenerationSummary.Reason = .endOfGeneration
    ) throws -> [JSONValue] {
        let lines = String(decoding: try bytes(answer, reason), as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("data: {") }
        return try lines.map { try JSONValue(parsing: String($0.dropFirst(6))) }
    }

    private func bytes(_ answer: some Answer, _ reason: GenerationSummary.Reason) throws -> [UInt8] {
        var answer = answer
        var bytes: [UInt8] = []
        for (index, character) in Self.written.enumerated() {
            let text = Array(String(character).utf8)
            bytes += try answer.append(GeneratedToken(id: Int32(index), text: text, logProbabilities: nil))
        }
        return bytes + (try answer.finish(summary(reason)))
    }

    private func whole<Made: Answer>(
        _ answer: Made,
        _ reason: GenerationSummary.Reason = .endOfGeneration
    ) throws -> JSONValue {
        var answer = answer
        answer.collect(GeneratedToken(id: 1, text: Array(Self.written.utf8), logProbabilities: nil))
        let summary = summary(reason)
        _ = try answer.finish(summary)
        return Made.whole([(answer, summary)])
    }

    @Test("Anthropic's: thoughts, text and a tool's use are blocks, one after the other")
    func anthropic() throws {
        let answer = AnthropicAnswer(model: "m", promptTokens: 7, stops: [], conversation: try conversation())
        let message = try whole(answer)
        #expect(message["content"]?.array?.compactMap { $0["type"]?.string } == ["thinking", "text", "tool_use"])
        #expect(message["content"]?.array?.last?["input"]?.text == #"{"city":"Rome"}"#)
        #expect(message["stop_reason"] == "tool_use")
        #expect(message["usage"]?["input_tokens"] == 4)

        let streamed = AnthropicAnswer(model: "m", promptTokens: 7, stops: [], conversation: try conversation())
        let events = try stream(streamed)
        let starts = events.filter { $0["type"] == "content_block_start" }
        #expect(starts.compactMap { $0["index"]?.integer } == [0, 1, 2])
        #expect(starts.compactMap { $0["content_block"]?["type"]?.string } == ["thinking", "text", "tool_use"])
        #expect(events.count { $0["type"] == "content_block_stop" } == 3)
        // A block ends before the next one begins.
        var open = 0
        for event in events {
            if event["type"] == "content_block_start" { open += 1 }
            if event["type"] == "content_block_stop" { open -= 1 }
            #expect((0...1).contains(open))
        }
        let deltas = events.compactMap { $0["delta"] }
        #expect(deltas.compactMap { $0["thinking"]?.string }.joined() == "Where is Rome?\n")
        let input = deltas.compactMap { $0["partial_json"]?.string }.joined()
        #expect(try JSONValue(parsing: input)["city"] == "Rome")
        #expect(deltas.contains { $0["type"] == "signature_delta" })
        #expect(events.first?["type"] == "message_start" && events.last?["type"] == "message_stop")
    }

    @Test("Ollama's: lines with thoughts, text and each call whole, the last with the figures; and all in one")
    func ollama() throws {
        func answer(isChat: Bool) throws -> OllamaAnswer {
            let identity = OllamaAnswer.Identity(
                model: "m",
                created: "t",
                isChat: isChat,
                load: .seconds(2),
                began: .now
            )
            return OllamaAnswer(identity, model: try model(), prompt: nil, conversation: try conversation())
        }
        let whole = try whole(try answer(isChat: true))
        let said = (whole["message"]?["thinking"]?.string, whole["message"]?["content"]?.string)
        #expect(said.0?.hasPrefix("Where is Rome?") == true && said.1 == "I look.\n")
        let calls: JSONValue? = whole["message"]?["tool_calls"]
        #expect(calls?.array?.count == 1 && calls?.array?.first?["function"]?["arguments"]?.text == #"{"city":"Rome"}"#)
        #expect(whole["done"] == true && whole["done_reason"] == "stop" && whole["load_duration"] == 2_000_000_000)
        #expect(whole["prompt_eval_count"] == 7 && whole["eval_count"] == 20)

        let lines = try lines(try answer(isChat: true))
        #expect(lines.allSatisfy { $0["model"] == "m" && $0["created_at"] == "t" })
        #expect(lines.compactMap { $0["message"]?["content"]?.string }.joined() == "I look.\n")
        #expect(lines.compactMap { $0["message"]?["thinking"]?.string }.joined() == "Where is Rome?\n")
        let told = lines.compactMap { $0["message"]?["tool_calls"]?.array }.flatMap(\.self)
        #expect(told.map(\.["function"]) == calls?.array?.map(\.["function"]))
        #expect(lines.count { $0["done"] == true } == 1 && lines.last?["eval_count"] == 20)

        let texts = try self.lines(try answer(isChat: false))
        #expect(texts.compactMap { $0["response"]?.string }.joined() == "I look.\n")
        #expect(texts.compactMap { $0["thinking"]?.string }.joined() == "Where is Rome?\n")
        for reason in [GenerationSummary.Reason.limit, .contextFull] {
            #expect(try self.whole(try answer(isChat: true), reason)["done_reason"] == "length")
        }
    }

    private func lines(_ answer: OllamaAnswer) throws -> [JSONValue] {
        try bytes(answer, .endOfGeneration).split(separator: 0x0A).map { try JSONValue(parsing: Array($0).span.bytes) }
    }

    @Test("OpenAI's responses: thoughts, text and a call are items of the output")
    func responses() throws {
        let identity = ResponseIdentity(model: "m", created: 1, request: RequestFields([:]))
        let response = try whole(ResponsesAnswer(identity: identity, conversation: try conversation()))
        let kinds = ["reasoning", "message", "function_call"]
        #expect(response["output"]?.array?.compactMap { $0["type"]?.string } == kinds)

        let events = try stream(ResponsesAnswer(identity: identity, conversation: try conversation()))
        #expect(events.compactMap { $0["sequence_number"]?.integer } == events.indices.map(Int64.init))
        let added = events.filter { $0["type"] == "response.output_item.added" }
        #expect(added.compactMap { $0["output_index"]?.integer } == [0, 1, 2])
        let done = events.filter { $0["type"] == "response.output_item.done" }.compactMap { $0["item"] }
        #expect(done.compactMap { $0["type"]?.string } == kinds)
        let arguments = events.filter { $0["type"] == "response.function_call_arguments.delta" }
            .compactMap { $0["delta"]?.string }.joined()
        #expect(done.last?["arguments"]?.string == arguments)
        #expect(try JSONValue(parsing: arguments)["city"] == "Rome")
        #expect(events.last?["response"]?["output"]?.array == done)
    }

    @Test(
        "F11: an answer that is cut off says so everywhere",
        arguments: [.limit, .contextFull] as [GenerationSummary.Reason]
    )
    func incomplete(reason: GenerationSummary.Reason) throws {
        let identity = ResponseIdentity(model: "m", created: 1, request: RequestFields([:]))
        let response = try whole(ResponsesAnswer(identity: identity, conversation: try conversation()), reason)
        #expect(response["status"] == "incomplete")
        #expect(response["incomplete_details"]?["reason"] == "max_output_tokens")
        let states = response["output"]?.array?.compactMap { $0["status"]?.string }
        #expect(states == ["completed", "completed", "incomplete"])

        let events = try stream(ResponsesAnswer(identity: identity, conversation: try conversation()), reason)
        #expect(events.last?["type"] == "response.incomplete" && events.last?["response"]?["status"] == "incomplete")
        let done = events.filter { $0["type"] == "response.output_item.done" }.compactMap { $0["item"]?["status"] }
        #expect(done == ["completed", "completed", "incomplete"])

        let message = AnthropicAnswer(model: "m", promptTokens: 7, stops: [], conversation: try conversation())
        #expect(try whole(message, reason)["stop_reason"] == "max_tokens")
    }

    @Test("F12: calls are named as the caller names its tools")
    func names() throws {
        let identity = ResponseIdentity(model: "m", created: 1, request: RequestFields([:]))
        var calls = CallNames()
        calls.add(.init(name: "weather", namespace: "mcp__sky__"), as: "get_weather")
        let response = try whole(
            ResponsesAnswer(identity: identity, conversation: try conversation(), calls: calls)
        )
        let call = try #require(response["output"]?.array?.last)
        #expect(call["name"] == "weather" && call["namespace"] == "mcp__sky__" && call["type"] == "function_call")

        calls.add(.init(name: "patch", isFreeform: true), as: "get_weather")
        let events = try stream(ResponsesAnswer(identity: identity, conversation: try conversation(), calls: calls))
        let item = try #require(events.last { $0["type"] == "response.output_item.done" }?["item"])
        #expect(item["type"] == "custom_tool_call" && item["name"] == "patch")
        // No string called 'input' is in the arguments, so that they are the input themselves.
        #expect(item["input"]?.string.map { $0.contains("Rome") } == true)
        let deltas = events.filter { $0["type"] == "response.custom_tool_call_input.delta" }
        #expect(deltas.compactMap { $0["delta"]?.string }.joined() == item["input"]?.string)
        #expect(
            events.contains { $0["type"] == "response.custom_tool_call_input.done" && $0["input"] == item["input"] }
        )
    }

    @Test("OpenAI's chat: the same in deltas")
    func chat() throws {
        let conversation = try conversation()
        let answer = ChatAnswer(
            identity: AnswerIdentity(model: "m", created: 1),
            place: .only,
            model: try model(),
            conversation: conversation,
            includesUsage: false,
            report: nil
        )
        let deltas = try stream(answer).compactMap { $0["choices"]?.array?.first?["delta"] }
        #expect(deltas.first?["role"] == "assistant")
        #expect(deltas.compactMap { $0["reasoning_content"]?.string }.joined() == "Where is Rome?\n")
        let calls = deltas.compactMap { $0["tool_calls"]?.array?.first }
        #expect(calls.first?["function"]?["name"] == "get_weather")
        let arguments = calls.compactMap { $0["function"]?["arguments"]?.string }.joined()
        #expect(try JSONValue(parsing: arguments)["city"] == "Rome")
    }
}
