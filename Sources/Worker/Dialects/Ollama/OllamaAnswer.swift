// SPDX-License-Identifier: MIT

import API
package import Engine
package import Wire

/// What Ollama answers: lines of JSON, the last of which says `done`, or all of it in one object.
package struct OllamaAnswer: Answer {
    /// What all lines of one answer have in common.
    package struct Identity: Sendable {
        /// The model as the request names it.
        let model: String
        /// When the answer was begun, RFC 3339.
        let created: String
        /// Whether it is a message; else a text.
        let isChat: Bool
        /// How long the model was loaded for this request.
        let load: Duration
        /// When the request came.
        let began: ContinuousClock.Instant

        package init(model: String, created: String, isChat: Bool, load: Duration, began: ContinuousClock.Instant) {
            self.model = model
            self.created = created
            self.isChat = isChat
            self.load = load
            self.began = began
        }

        /// A line that says this.
        func line(_ text: JSONValue) -> OllamaLine {
            var line = OllamaLine()
            line.model = model
            line.created = created
            if isChat { line.message = ["role": "assistant", "content": text] } else { line.response = text }
            return line
        }
    }

    private let identity: Identity
    private let model: Model
    /// The prompt's tokens, where the answer tells them with its own for the next request; nil where it doesn't.
    private let prompt: [Int32]?
    private let template: ChunkTemplate
    /// Nil where there is no template, so that all is text.
    private var reader: MessageReader?
    /// All that was generated, where there is no reader.
    private var text: [UInt8] = []
    private var tokens: [Int32] = []
    private var probabilities: [JSONValue] = []
    /// The call that is being told; a line has it once it is complete.
    private var call: AssistantMessage.Call?
    private var callCount = 0

    package static var dialect: Dialect { .ollama }
    package static var streamType: String { "application/x-ndjson" }

    package init(_ identity: Identity, model: Model, prompt: [Int32]?, conversation: Conversation?) {
        self.identity = identity
        self.model = model
        self.prompt = prompt
        reader = conversation.map(MessageReader.init)
        template = ChunkTemplate.line { identity.line($0).json }
    }

    package mutating func append(_ token: GeneratedToken) throws(EngineError) -> [UInt8] {
        let probability = note(token)
        let isPlain = reader?.isPlain ?? true
        if isPlain, probability == nil {
            take(token.text)
            return token.text.isEmpty ? [] : template.bytes(token.text)
        }
        var output: [UInt8] = []
        var isTold = false
        for delta in try deltas(token.text) {
            output += show(delta, isTold ? nil : probability)
            if case .content = delta { isTold = true }
        }
        // Each token has its probabilities, also one whose text is held back.
        if let probability, !isTold { output += line("", probability) }
        return output
    }

    package mutating func collect(_ token: GeneratedToken) {
        if let probability = note(token) { probabilities.append(probability) }
        take(token.text)
    }

    package mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [UInt8] {
        var output: [UInt8] = []
        if reader == nil {
            take(summary.rest)
            if !summary.rest.isEmpty { output += template.bytes(summary.rest) }
        } else {
            for delta in try reader?.finish(summary).flatMap(MessageDelta.list) ?? [] { output += show(delta, nil) }
            output += endCall()
        }
        var line = identity.line("")
        end(&line, summary)
        return output + Self.bytes(line)
    }

    package static func whole(_ choices: [Finished]) -> JSONValue {
        guard let (answer, summary) = choices.first else { return .null }
        var line = answer.message
        if !answer.probabilities.isEmpty { line.probabilities = answer.probabilities }
        answer.end(&line, summary)
        return line.json
    }

    /// The answer to a request that says nothing: the model is there, or isn't any more.
    /// - Parameter reason: `load` or `unload`.
    package static func nothing(_ identity: Identity, _ reason: String) -> JSONValue {
        var line = identity.line("")
        line.isDone = true
        line.doneReason = reason
        return line.json
    }

    // MARK: Lines

    private static func bytes(_ line: OllamaLine) -> [UInt8] { line.json.bytes + [0x0A] }

    private func line(_ text: JSONValue, _ probability: JSONValue?) -> [UInt8] {
        var line = identity.line(text)
        line.probabilities = probability.map { [$0] }
        return Self.bytes(line)
    }

    private mutating func show(_ delta: MessageDelta, _ probability: JSONValue?) -> [UInt8] {
        switch delta {
        case .content(let text):
            guard !text.isEmpty else { return [] }
            return endCall()
                + (probability == nil
                    ? template.bytes(text) : line(.string(String(decoding: text, as: UTF8.self)), probability))
        case .reasoning(let text):
            guard !text.isEmpty else { return [] }
            var line = identity.line("")
            if identity.isChat {
                line.message = ["role": "assistant", "content": "", "thinking": .string(text)]
            } else {
                line.thinking = text
            }
            return Self.bytes(line)
        case .call(_, let id, let name):
            let output = endCall()
            call = .init(id: id, name: name, arguments: "")
            return output
        case .arguments(_, let text):
            guard let open = call else { return [] }
            call = .init(id: open.id, name: open.name, arguments: open.arguments + text)
            return []
        }
    }

    /// The line of the call that is complete.
    private mutating func endCall() -> [UInt8] {
        guard let call else { return [] }
        self.call = nil
        defer { callCount += 1 }
        var line = identity.line("")
        line.response = nil
        line.message = ["role": "assistant", "content": "", "tool_calls": [Self.told(call, index: callCount)]]
        return Self.bytes(line)
    }

    private static func told(_ call: AssistantMessage.Call, index: Int) -> JSONValue {
        // A model may write what is no JSON.
        let arguments = (try? JSONValue(parsing: call.arguments)) ?? [:]
        return [
            "id": .string(call.id),
            "function": ["index": .integer(Int64(index)), "name": .string(call.name), "arguments": arguments],
        ]
    }

    // MARK: The whole

    private var message: OllamaLine {
        let said = reader?.message ?? AssistantMessage(content: String(decoding: text, as: UTF8.self))
        var line = identity.line(.string(said.content))
        guard identity.isChat else {
            line.thinking = said.reasoning.isEmpty ? nil : said.reasoning
            return line
        }
        var members: [JSONValue.Member] = [.init("role", "assistant"), .init("content", .string(said.content))]
        if !said.reasoning.isEmpty { members.append(.init("thinking", .string(said.reasoning))) }
        if !said.calls.isEmpty {
            let calls = said.calls.enumerated().map { Self.told($0.element, index: $0.offset) }
            members.append(.init("tool_calls", .array(calls)))
        }
        line.message = .object(members)
        return line
    }

    /// Adds what the last line says of the whole.
    private func end(_ line: inout OllamaLine, _ summary: GenerationSummary) {
        let timings = summary.timings
        line.isDone = true
        line.doneReason = AnswerFigures.finishReason(summary.reason)
        line.context = prompt.map { ($0 + tokens).map { .integer(Int64($0)) } }
        var figures = OllamaLine.Figures()
        figures.total = Self.nanoseconds(ContinuousClock.now - identity.began + identity.load)
        figures.load = Self.nanoseconds(identity.load)
        figures.promptTokens = summary.promptTokens
        figures.promptTime = Self.nanoseconds(timings.promptDuration)
        figures.generatedTokens = summary.generatedTokens
        figures.generationTime = Self.nanoseconds(timings.generationDuration)
        line.figures = figures
    }

    static func nanoseconds(_ duration: Duration) -> Int {
        let parts = duration.components
        return Int(clamping: parts.seconds &* 1_000_000_000 &+ parts.attoseconds / 1_000_000_000)
    }

    // MARK: Tokens

    private mutating func note(_ token: GeneratedToken) -> JSONValue? {
        if prompt != nil { tokens.append(token.id) }
        return AnswerFigures.probabilities(token, model)
    }

    private mutating func take(_ bytes: [UInt8]) {
        if reader == nil { text += bytes } else { reader?.collect(bytes) }
    }

    private mutating func deltas(_ bytes: [UInt8]) throws(EngineError) -> [MessageDelta] {
        guard reader != nil else {
            text += bytes
            return [.content(bytes)]
        }
        return try reader?.append(bytes).flatMap(MessageDelta.list) ?? []
    }
}
