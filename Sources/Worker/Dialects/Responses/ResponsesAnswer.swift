// SPDX-License-Identifier: MIT

import API
package import Engine
package import Wire

/// OpenAI's response, with llama-server's additions.
package struct ResponsesAnswer: Answer {
    private let identity: ResponseIdentity
    /// What the caller calls its functions.
    private let calls: CallNames
    /// Names the tokens whose probabilities are wanted; nil if they aren't.
    private let vocabulary: Model?
    private var reader: MessageReader
    /// What is complete in the stream, and behind it what is being made.
    private var items: [ResponseItem] = []
    private var isOpen = false
    /// The template of the open item's chunks of text.
    private var template: ChunkTemplate?
    /// Events sent so far.
    private var sequence = 0
    private var hasStarted = false
    /// Whether llama-server's figures are wanted, of the prompt's progress or of each token: then the events are
    /// llama-server's as well, which calls every end `response.completed`.
    private var showsFigures = false
    /// Probabilities of tokens whose text isn't there yet.
    private var pending: [JSONValue] = []
    /// What went wrong while the answer was collected.
    private var problem: EngineError?

    package static var dialect: Dialect { .responses }

    /// - Parameters:
    ///   - calls: what the caller calls its functions.
    ///   - vocabulary: names the tokens where the text comes with their probabilities.
    package init(
        identity: ResponseIdentity,
        conversation: Conversation,
        calls: CallNames = CallNames(),
        vocabulary: Model? = nil
    ) {
        self.identity = identity
        self.calls = calls
        self.vocabulary = vocabulary
        reader = MessageReader(conversation)
    }

    package mutating func progress(_ progress: PromptProgress) -> [UInt8] {
        let output = hasStarted ? [] : event("response.created", state)
        hasStarted = true
        showsFigures = true
        return output + event("response.in_progress", state + AnswerFigures.progress(progress).members)
    }

    package mutating func append(_ token: GeneratedToken) throws(EngineError) -> [UInt8] {
        var output = opening()
        let timings = token.timings.map { [JSONValue.Member("timings", AnswerFigures.timings($0).json)] } ?? []
        if token.timings != nil { showsFigures = true }
        if let vocabulary, let probability = AnswerFigures.probabilities(token, vocabulary) {
            pending.append(probability)
        }
        if reader.isPlain {
            reader.collect(token.text)
            return output + show(.content(token.text), more: timings)
        }
        for delta in try reader.append(token.text).flatMap(MessageDelta.list) { output += show(delta, more: timings) }
        return output
    }

    package mutating func collect(_ token: GeneratedToken) {
        guard vocabulary != nil, problem == nil else { return reader.collect(token.text) }
        // Which tokens make the text, and which thoughts and calls, is known to the one who reads them one by one.
        do throws(EngineError) {
            _ = try append(token)
        } catch {
            problem = error
        }
    }

    package mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [UInt8] {
        if let problem { throw problem }
        var output = opening()
        for delta in try reader.finish(summary).flatMap(MessageDelta.list) { output += show(delta, more: []) }
        if isOpen, items.last?.kind == .message { takePending() }
        output += close(Self.isCut(summary) ? .incomplete : .completed)
        let response = response(summary, items)
        return output
            + event(
                Self.isCut(summary) && !showsFigures ? "response.incomplete" : "response.completed",
                [.init("response", response), .init("timings", AnswerFigures.timings(summary).json)]
            )
    }

    package static func whole(_ choices: [Finished]) -> JSONValue {
        guard let (answer, summary) = choices.first else { return .null }
        // With probabilities the items were made token by token.
        let items =
            answer.vocabulary == nil ? ResponseItem.list(answer.reader.message, calls: answer.calls) : answer.items
        return answer.response(summary, items)
    }

    private static func isCut(_ summary: GenerationSummary) -> Bool {
        summary.reason == .limit || summary.reason == .contextFull
    }

    private func response(_ summary: GenerationSummary, _ items: [ResponseItem]) -> JSONValue {
        let isCut = Self.isCut(summary)
        let output = items.enumerated().map { index, item in
            item.json(isCut && index == items.count - 1 ? .incomplete : .completed)
        }
        var end = ResponseResource.End()
        end.completed = isCut ? nil : Int(identity.created)
        end.incompleteDetails = isCut ? ["reason": "max_output_tokens"] : nil
        end.usage.prompt = summary.promptTokens
        end.usage.cached.tokens = summary.cachedTokens
        end.usage.generated = summary.generatedTokens
        end.usage.total = summary.promptTokens + summary.generatedTokens
        var response = identity.response(isCut ? .incomplete : .completed)
        response.output = output
        response.end = end
        return response.json
    }

    // MARK: The stream's events

    private var state: [JSONValue.Member] {
        [.init("response", identity.response(.inProgress).json)]
    }

    private mutating func event(_ name: String, _ members: [JSONValue.Member]) -> [UInt8] {
        defer { sequence += 1 }
        let number = JSONValue.Member("sequence_number", .integer(Int64(sequence)))
        return .event(.object([.init("type", .string(name))] + members + [number]), name: name)
    }

    private mutating func opening() -> [UInt8] {
        guard !hasStarted else { return [] }
        hasStarted = true
        let output = event("response.created", state)
        return output + event("response.in_progress", state)
    }

    private mutating func show(_ delta: MessageDelta, more: [JSONValue.Member]) -> [UInt8] {
        switch delta {
        case .reasoning(let text): return show(Array(text.utf8), in: .reasoning, more: more)
        case .content(let text): return show(text, in: .message, more: more)
        case .call(let index, let id, let name):
            return begin(.function(call: index, callID: id, tool: calls.tool(name)))
        case .arguments(let index, let text):
            guard isOpen, case .function(index, _, _)? = items.last?.kind else { return [] }
            return say(Array(text.utf8), more: more)
        }
    }

    private mutating func show(_ text: [UInt8], in kind: ResponseItem.Kind, more: [JSONValue.Member]) -> [UInt8] {
        guard !text.isEmpty else { return [] }
        let output = isOpen && items.last?.kind == kind ? [] : begin(kind)
        return output + say(text, more: more)
    }

    /// Says more of the open item.
    private mutating func say(_ text: [UInt8], more: [JSONValue.Member]) -> [UInt8] {
        items[items.count - 1].text += text
        // It is inside of JSON, which can be read once it is complete.
        if items[items.count - 1].isFreeform { return [] }
        let isMessage = items[items.count - 1].kind == .message
        let new = isMessage ? takePending() : []
        if !isMessage { pending = [] }
        if more.isEmpty, new.isEmpty, let template {
            defer { sequence += 1 }
            return template.bytes(text, number: sequence)
        }
        let delta = JSONValue.Member("delta", .string(String(decoding: text, as: UTF8.self)))
        return event(words.delta, place + [delta] + logprobs(new) + more)
    }

    /// The open message takes the probabilities of its tokens.
    @discardableResult
    private mutating func takePending() -> [JSONValue] {
        defer { pending = [] }
        items[items.count - 1].probabilities += pending
        return pending
    }

    /// The member that events about a message's text have.
    private func logprobs(_ list: [JSONValue]) -> [JSONValue.Member] {
        items.last?.kind == .message ? [.init("logprobs", .array(list))] : []
    }

    private mutating func begin(_ kind: ResponseItem.Kind) -> [UInt8] {
        var output = close(.completed)
        let item = ResponseItem(kind)
        items.append(item)
        isOpen = true
        output += event("response.output_item.added", [index, .init("item", item.json(.inProgress))])
        if kind == .message, let part = item.part {
            output += event("response.content_part.added", place + [.init("part", part)])
        }
        let (name, place, logprobs) = (words.delta, place, logprobs([]))
        template = ChunkTemplate(
            event: name,
            numbered: { text, number in
                .object(
                    [.init("type", .string(name))] + place + [.init("delta", text)] + logprobs
                        + [.init("sequence_number", number)]
                )
            }
        )
        return output
    }

    private mutating func close(_ status: ResponseItem.Status) -> [UInt8] {
        guard isOpen, let item = items.last else { return [] }
        isOpen = false
        let text = JSONValue.string(item.isFreeform ? item.input : String(decoding: item.text, as: UTF8.self))
        var output: [UInt8] = []
        if item.isFreeform { output += event(words.delta, place + [.init("delta", text)]) }
        output += event(words.done, place + [.init(words.text, text)] + logprobs(item.probabilities))
        if item.kind == .message, let part = item.part {
            output += event("response.content_part.done", place + [.init("part", part)])
        }
        return output + event("response.output_item.done", [index, .init("item", item.json(status))])
    }

    private var index: JSONValue.Member { .init("output_index", .integer(Int64(items.count - 1))) }

    /// What says which part of the output an event is about.
    private var place: [JSONValue.Member] {
        guard let item = items.last else { return [] }
        let id = JSONValue.Member("item_id", .string(item.id))
        if case .function = item.kind { return [id, index] }
        return [id, index, .init("content_index", 0)]
    }

    /// The events' names, and the name of the member with the whole text.
    private var words: (delta: String, done: String, text: String) {
        let (name, text) =
            switch items.last?.kind {
            case .reasoning?: ("response.reasoning_text", "text")
            case .function(_, _, let tool)? where tool.isFreeform: ("response.custom_tool_call_input", "input")
            case .function?: ("response.function_call_arguments", "arguments")
            case .message?, nil: ("response.output_text", "text")
            }
        return (name + ".delta", name + ".done", text)
    }
}
