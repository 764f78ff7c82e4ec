// SPDX-License-Identifier: MIT

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
        template = ChunkTemplate { .object(Self.chunk(identity, place, delta: ["content": $0])) }
    }

    package mutating func progress(_ progress: PromptProgress) -> [UInt8] {
        hasStarted = true
        return .event(
            .object(
                chunk(["role": "assistant", "content": nil]) + AnswerFigures.progress(progress)
            )
        )
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
            var chunk = chunk(delta, logprobs: logprobs)
            if let timings = token.timings { chunk.append(.init("timings", AnswerFigures.timings(timings))) }
            output.append(contentsOf: [UInt8].event(.object(chunk)))
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
            output.append(contentsOf: [UInt8].event(.object(chunk(delta))))
        }
        var end = chunk([:], finishReason: .string(finishReason(summary)))
        if let verbose = verbose(summary) { end.append(verbose) }
        if !includesUsage { end.append(.init("timings", AnswerFigures.timings(summary))) }
        output.append(contentsOf: [UInt8].event(.object(end)))
        return output
    }

    package static func end(_ choices: [Finished]) -> [UInt8] {
        guard let (first, summary) = choices.first, first.includesUsage else { return .done }
        var chunk = first.identity.members(object: "chat.completion.chunk", choices: [])
        chunk.append(.init("usage", usage(choices)))
        chunk.append(.init("timings", AnswerFigures.timings(summary)))
        return .event(.object(chunk)) + .done
    }

    package static func whole(_ choices: [Finished]) -> JSONValue {
        guard let (first, summary) = choices.first else { return .null }
        var members = first.identity.members(
            object: "chat.completion",
            choices: choices.map { $0.answer.choice($0.summary) }
        )
        members.append(.init("usage", usage(choices)))
        if let verbose = first.verbose(summary) { members.append(verbose) }
        members.append(.init("timings", AnswerFigures.timings(summary)))
        return .object(members)
    }

    private static func usage(_ choices: [Finished]) -> JSONValue {
        AnswerFigures.usage(choices.map { ($0.answer.place, $0.summary) })
    }

    private func choice(_ summary: GenerationSummary) -> JSONValue {
        var choice: [JSONValue.Member] = [
            .init("finish_reason", .string(finishReason(summary))),
            .init("index", .integer(Int64(place.index))),
            .init("message", told(reader.json)),
        ]
        if !probabilities.isEmpty { choice.append(.init("logprobs", ["content": .array(probabilities)])) }
        return .object(choice)
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

    private func verbose(_ summary: GenerationSummary) -> JSONValue.Member? {
        report.map { report in
            let members = report.members(
                summary,
                index: place.index,
                content: reader.text,
                tokens: [],
                hasNewLine: reader.text.contains(0x0A)
            )
            return .init("__verbose", .object(members))
        }
    }

    /// The chunk with the role, before all others.
    private mutating func opening() -> [UInt8] {
        guard !hasStarted else { return [] }
        hasStarted = true
        return .event(.object(chunk(["role": "assistant", "content": nil])))
    }

    private func chunk(
        _ delta: JSONValue,
        finishReason: JSONValue = .null,
        logprobs: JSONValue? = nil
    ) -> [JSONValue.Member] {
        Self.chunk(identity, place, delta: delta, finishReason: finishReason, logprobs: logprobs)
    }

    private static func chunk(
        _ identity: AnswerIdentity,
        _ place: ChoicePlace,
        delta: JSONValue,
        finishReason: JSONValue = .null,
        logprobs: JSONValue? = nil
    ) -> [JSONValue.Member] {
        var choice: [JSONValue.Member] = [
            .init("finish_reason", finishReason), .init("index", .integer(Int64(place.index))), .init("delta", delta),
        ]
        if let logprobs { choice.append(.init("logprobs", logprobs)) }
        return identity.members(object: "chat.completion.chunk", choices: [.object(choice)])
    }
}
