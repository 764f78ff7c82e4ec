// SPDX-License-Identifier: MIT

import Engine
import Wire

/// OpenAI's chat completion, with llama-server's additions.
struct ChatAnswer: Answer {
    private let identity: AnswerIdentity
    private let model: Model
    private let conversation: Conversation
    private let includesUsage: Bool
    private let template: ChunkTemplate
    /// Everything that was generated.
    private var text: [UInt8] = []
    private var probabilities: [JSONValue] = []
    private var hasStarted = false

    init(identity: AnswerIdentity, model: Model, conversation: Conversation, includesUsage: Bool) {
        self.identity = identity
        self.model = model
        self.conversation = conversation
        self.includesUsage = includesUsage
        template = ChunkTemplate { Self.chunk(identity, delta: ["content": $0]) }
    }

    mutating func append(_ token: GeneratedToken) throws(EngineError) -> [UInt8] {
        text.append(contentsOf: token.text)
        let probability = AnswerFigures.probabilities(token, model)
        if let probability { probabilities.append(probability) }
        var output = opening()
        if probability != nil || conversation.isPlain && token.timings != nil && !token.text.isEmpty {
            let delta: JSONValue = ["content": .string(String(decoding: token.text, as: UTF8.self))]
            let chunk = Self.chunk(identity, delta: delta, logprobs: probability.map { ["content": [$0]] })
            output.append(contentsOf: [UInt8].event(adding(token.timings, to: chunk)))
        } else if conversation.isPlain {
            if !token.text.isEmpty { output.append(contentsOf: template.bytes(token.text)) }
        } else if !token.text.isEmpty {
            output.append(contentsOf: try deltas(final: false, timings: token.timings))
        }
        return output
    }

    mutating func progress(_ progress: PromptProgress) -> [UInt8] {
        hasStarted = true
        let chunk = Self.chunk(identity, delta: ["role": "assistant", "content": nil])
        return .event(.object((chunk.members ?? []) + AnswerFigures.progress(progress)))
    }

    mutating func finish(_ summary: GenerationSummary) throws(EngineError) -> [UInt8] {
        text.append(contentsOf: summary.rest)
        var output = opening()
        if !conversation.isPlain {
            output.append(contentsOf: try deltas(final: summary.reason != .limit && summary.reason != .contextFull))
        } else if !summary.rest.isEmpty {
            output.append(contentsOf: template.bytes(summary.rest))
        }
        let end = Self.chunk(identity, delta: [:], finishReason: .string(finishReason(summary)))
        guard includesUsage else {
            output.append(contentsOf: [UInt8].event(adding(summary.timings, to: end)))
            output.append(contentsOf: [UInt8].done)
            return output
        }
        output.append(contentsOf: [UInt8].event(end))
        output.append(contentsOf: [UInt8].event(usageChunk(summary)))
        output.append(contentsOf: [UInt8].done)
        return output
    }

    func whole(_ summary: GenerationSummary) -> JSONValue {
        var choice: [JSONValue.Member] = [
            .init("finish_reason", .string(finishReason(summary))),
            .init("index", 0),
            .init("message", message),
        ]
        if !probabilities.isEmpty { choice.append(.init("logprobs", ["content": .array(probabilities)])) }
        return [
            "choices": [.object(choice)],
            "created": .integer(identity.created),
            "model": .string(identity.model),
            "system_fingerprint": .string(AnswerIdentity.fingerprint),
            "object": "chat.completion",
            "usage": AnswerFigures.usage(summary),
            "id": .string(identity.id),
            "timings": AnswerFigures.timings(summary),
        ]
    }

    private var message: JSONValue {
        if conversation.isPlain {
            return ["role": "assistant", "content": .string(String(decoding: text, as: UTF8.self))]
        }
        return (try? JSONValue(parsing: conversation.message)) ?? .null
    }

    private func finishReason(_ summary: GenerationSummary) -> String {
        let reason = AnswerFigures.finishReason(summary.reason)
        guard reason == "stop", let calls = message["tool_calls"]?.array, !calls.isEmpty else { return reason }
        return "tool_calls"
    }

    /// The chunk with the role, before all others.
    private mutating func opening() -> [UInt8] {
        guard !hasStarted else { return [] }
        hasStarted = true
        return .event(Self.chunk(identity, delta: ["role": "assistant", "content": nil]))
    }

    /// What the parser finds to be new.
    private func deltas(final: Bool, timings: GenerationTimings? = nil) throws(EngineError) -> [UInt8] {
        let parsed = try conversation.parse(text, final: final)
        do {
            let list = try JSONValue(parsing: parsed).array ?? []
            return list.flatMap { [UInt8].event(adding(timings, to: Self.chunk(identity, delta: $0))) }
        } catch {
            throw EngineError(.decodeFailed, "the engine's parser gave \(error)")
        }
    }

    private func usageChunk(_ summary: GenerationSummary) -> JSONValue {
        [
            "choices": [],
            "created": .integer(identity.created),
            "id": .string(identity.id),
            "model": .string(identity.model),
            "system_fingerprint": .string(AnswerIdentity.fingerprint),
            "object": "chat.completion.chunk",
            "usage": AnswerFigures.usage(summary),
            "timings": AnswerFigures.timings(summary),
        ]
    }

    private func adding(_ timings: GenerationTimings?, to chunk: JSONValue) -> JSONValue {
        guard let timings else { return chunk }
        return .object((chunk.members ?? []) + [.init("timings", AnswerFigures.timings(timings))])
    }

    private static func chunk(
        _ identity: AnswerIdentity,
        delta: JSONValue,
        finishReason: JSONValue = .null,
        logprobs: JSONValue? = nil
    ) -> JSONValue {
        var choice: [JSONValue.Member] = [
            .init("finish_reason", finishReason), .init("index", 0), .init("delta", delta),
        ]
        if let logprobs { choice.append(.init("logprobs", logprobs)) }
        return [
            "choices": [.object(choice)],
            "created": .integer(identity.created),
            "id": .string(identity.id),
            "model": .string(identity.model),
            "system_fingerprint": .string(AnswerIdentity.fingerprint),
            "object": "chat.completion.chunk",
        ]
    }
}
