// SPDX-License-Identifier: MIT

import API
package import Engine
package import Wire

/// OpenAI's chat completion, with llama-server's additions.
package struct ChatAnswer: Answer {
    private let identity: AnswerIdentity
    private let place: ChoicePlace
    private let model: Model
    private let includesUsage: Bool
    /// Whether calls are told as `function_call`, as they were before there were tools.
    private let isOld: Bool
    /// For `__verbose`; nil unless the request asks for it.
    private let report: NativeReport?
    private let template: ChunkTemplate
    private var reader: MessageReader
    private var probabilities: [JSONValue] = []
    private var hasStarted = false

    package init(
        identity: AnswerIdentity,
        place: ChoicePlace,
        model: Model,
        conversation: Conversation,
        includesUsage: Bool,
        isOld: Bool = false,
        report: NativeReport?
    ) {
        self.identity = identity
        self.place = place
        self.model = model
        self.includesUsage = includesUsage
        self.isOld = isOld
        self.report = report
        reader = MessageReader(conversation)
        template = ChunkTemplate { Self.chunk(identity, .init(index: place.index, delta: ["content": $0])).json }
    }

    package mutating func progress(_ progress: PromptProgress) -> [UInt8] {
        hasStarted = true
        return .event(chunk(Self.role, figures: AnswerFigures.progress(progress)).json)
    }

    package mutating func append(_ token: GeneratedToken) throws(EngineError) -> [UInt8] {
        let probability = AnswerFigures.probabilities(token, model)
        if let probability { probabilities.append(probability) }
        var output = opening()
        if reader.isPlain, probability == nil, token.timings == nil {
            reader.collect(token.text)
            if !token.text.isEmpty { output.append(contentsOf: template.bytes(token.text)) }
            return output
        }
        var deltas = try reader.append(token.text).map(told)
        // Each token has its probabilities, also one whose text is held back.
        if deltas.isEmpty, probability != nil { deltas.append(["content": ""]) }
        for (index, delta) in deltas.enumerated() {
            let logprobs =
                index == deltas.count - 1 ? probability.map { JSONValue.object([.init("content", [$0])]) } : nil
            var figures = CompletionFigures()
            figures.timings = token.timings.map(AnswerFigures.timings)
            output.append(contentsOf: [UInt8].event(chunk(delta, logprobs: logprobs, figures: figures).json))
        }
        return output
    }

    package mutating func collect(_ token: GeneratedToken) {
        reader.collect(token.text)
        if let probability = AnswerFigures.probabilities(token, model) { probabilities.append(probability) }
    }

    package mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [UInt8] {
        var output = opening()
        for delta in try reader.finish(summary).map(told) {
            output.append(contentsOf: [UInt8].event(chunk(delta).json))
        }
        var figures = CompletionFigures()
        figures.verbose = verbose(summary)
        if !includesUsage { figures.timings = AnswerFigures.timings(summary) }
        let end = chunk([:], finishReason: finishReason(summary), figures: figures)
        output.append(contentsOf: [UInt8].event(end.json))
        return output
    }

    package static func end(_ choices: [Finished]) -> [UInt8] {
        guard let (first, summary) = choices.first, first.includesUsage else { return .done }
        var chunk = chunk(first.identity)
        chunk.figures.usage = usage(choices)
        chunk.figures.timings = AnswerFigures.timings(summary)
        return .event(chunk.json) + .done
    }

    package static func whole(_ choices: [Finished]) -> JSONValue {
        guard let (first, summary) = choices.first else { return .null }
        var completion = ChatCompletion()
        completion.head = first.identity.head(object: "chat.completion")
        completion.choices = choices.map { $0.answer.choice($0.summary) }
        completion.figures.usage = usage(choices)
        completion.figures.verbose = first.verbose(summary)
        completion.figures.timings = AnswerFigures.timings(summary)
        return completion.json
    }

    private static func usage(_ choices: [Finished]) -> UsageResource {
        AnswerFigures.usage(choices.map { ($0.answer.place, $0.summary) })
    }

    private func choice(_ summary: GenerationSummary) -> ChatCompletion.Choice {
        var choice = ChatCompletion.Choice(
            index: place.index,
            message: told(reader.json),
            finishReason: finishReason(summary)
        )
        if !probabilities.isEmpty { choice.probabilities = ["content": .array(probabilities)] }
        return choice
    }

    private func finishReason(_ summary: GenerationSummary) -> String {
        let reason = AnswerFigures.finishReason(summary.reason)
        guard reason == "stop", !reader.message.calls.isEmpty else { return reason }
        return isOld ? "function_call" : "tool_calls"
    }

    /// A message or what is new in it, in the words that the client knows.
    private func told(_ message: JSONValue) -> JSONValue {
        guard isOld, let calls = message["tool_calls"]?.array else { return message }
        return message.setting("tool_calls", to: nil).setting("function_call", to: calls.first?["function"])
    }

    private func verbose(_ summary: GenerationSummary) -> JSONValue? {
        report.map { report in
            report.completion(
                summary,
                index: place.index,
                content: reader.text,
                tokens: [],
                hasNewLine: reader.text.contains(0x0A)
            ).json
        }
    }

    private static let role: JSONValue = ["role": "assistant", "content": nil]

    /// The chunk with the role, before all others.
    private mutating func opening() -> [UInt8] {
        guard !hasStarted else { return [] }
        hasStarted = true
        return .event(chunk(Self.role).json)
    }

    private func chunk(
        _ delta: JSONValue,
        finishReason: String? = nil,
        logprobs: JSONValue? = nil,
        figures: CompletionFigures = CompletionFigures()
    ) -> ChatChunk {
        var chunk = Self.chunk(
            identity,
            .init(index: place.index, delta: delta, finishReason: finishReason, probabilities: logprobs)
        )
        chunk.figures = figures
        return chunk
    }

    private static func chunk(_ identity: AnswerIdentity, _ choice: ChatChunk.Choice? = nil) -> ChatChunk {
        var chunk = ChatChunk()
        chunk.head = identity.head(object: "chat.completion.chunk")
        chunk.choices = choice.map { [$0] } ?? []
        return chunk
    }
}
