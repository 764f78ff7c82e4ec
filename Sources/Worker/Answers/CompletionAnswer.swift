// SPDX-License-Identifier: MIT

import Engine
import Wire

/// OpenAI's text completion, with llama-server's additions.
struct CompletionAnswer: Answer {
    private let identity: AnswerIdentity
    private let model: Model
    private let template: ChunkTemplate
    private var text: [UInt8] = []
    private var probabilities: [JSONValue] = []

    init(identity: AnswerIdentity, model: Model) {
        self.identity = identity
        self.model = model
        template = ChunkTemplate { .object(Self.chunk(identity, text: $0)) }
    }

    func progress(_ progress: PromptProgress) -> [UInt8] {
        .event(.object(Self.chunk(identity, text: "") + AnswerFigures.progress(progress)))
    }

    mutating func append(_ token: GeneratedToken) -> [UInt8] {
        text.append(contentsOf: token.text)
        let probability = AnswerFigures.probabilities(token, model)
        guard probability != nil || token.timings != nil else {
            return token.text.isEmpty ? [] : template.bytes(token.text)
        }
        if let probability { probabilities.append(probability) }
        var chunk = Self.chunk(
            identity,
            text: .string(String(decoding: token.text, as: UTF8.self)),
            logprobs: probability.map { ["content": [$0]] } ?? .null
        )
        if let timings = token.timings { chunk.append(.init("timings", AnswerFigures.timings(timings))) }
        return .event(.object(chunk))
    }

    mutating func finish(_ summary: GenerationSummary) -> [UInt8] {
        text.append(contentsOf: summary.rest)
        var end = Self.chunk(
            identity,
            text: .string(String(decoding: summary.rest, as: UTF8.self)),
            finishReason: .string(AnswerFigures.finishReason(summary.reason))
        )
        end.append(.init("usage", AnswerFigures.usage(summary)))
        end.append(.init("timings", AnswerFigures.timings(summary)))
        return .event(.object(end)) + .done
    }

    func whole(_ summary: GenerationSummary) -> JSONValue {
        var result = Self.chunk(
            identity,
            text: .string(String(decoding: text, as: UTF8.self)),
            logprobs: probabilities.isEmpty ? .null : ["content": .array(probabilities)],
            finishReason: .string(AnswerFigures.finishReason(summary.reason))
        )
        result.append(.init("usage", AnswerFigures.usage(summary)))
        result.append(.init("timings", AnswerFigures.timings(summary)))
        return .object(result)
    }

    private static func chunk(
        _ identity: AnswerIdentity,
        text: JSONValue,
        logprobs: JSONValue = .null,
        finishReason: JSONValue = .null
    ) -> [JSONValue.Member] {
        [
            .init("choices", [["text": text, "index": 0, "logprobs": logprobs, "finish_reason": finishReason]]),
            .init("created", .integer(identity.created)),
            .init("model", .string(identity.model)),
            .init("system_fingerprint", .string(AnswerIdentity.fingerprint)),
            .init("object", "text_completion"),
            .init("id", .string(identity.id)),
        ]
    }
}
