// SPDX-License-Identifier: MIT

import Engine
import Wire

/// llama-server's own completion.
struct NativeAnswer: Answer {
    private let model: ServedModel
    private let settings: JSONValue
    private let prompt: [Int32]
    private let returnsTokens: Bool
    private var text: [UInt8] = []
    private var tokens: [JSONValue] = []
    private var probabilities: [JSONValue] = []

    init(model: ServedModel, fields: GenerationFields, prompt: [Int32]) {
        self.model = model
        self.prompt = prompt
        returnsTokens = fields.returnsTokens
        settings = fields.settings
    }

    func progress(_ progress: PromptProgress) -> [UInt8] {
        let members: [JSONValue.Member] = [
            .init("index", 0),
            .init("content", ""),
            .init("tokens", []),
            .init("stop", false),
            .init("id_slot", -1),
            .init("tokens_predicted", 0),
            .init("tokens_evaluated", .integer(Int64(prompt.count))),
        ]
        return .event(.object(members + AnswerFigures.progress(progress)))
    }

    mutating func append(_ token: GeneratedToken) -> [UInt8] {
        text.append(contentsOf: token.text)
        tokens.append(.integer(Int64(token.id)))
        var members: [JSONValue.Member] = [
            .init("index", 0),
            .init("content", .string(String(decoding: token.text, as: UTF8.self))),
            .init("tokens", [.integer(Int64(token.id))]),
            .init("stop", false),
            .init("id_slot", -1),
            .init("tokens_predicted", .integer(Int64(tokens.count))),
            .init("tokens_evaluated", .integer(Int64(prompt.count))),
        ]
        if let timings = token.timings { members.append(.init("timings", AnswerFigures.timings(timings))) }
        if let probability = AnswerFigures.probabilities(token, model.engine.model) {
            probabilities.append(probability)
            members.append(.init("completion_probabilities", [probability]))
        }
        return .event(.object(members))
    }

    mutating func finish(_ summary: GenerationSummary) -> [UInt8] {
        text.append(contentsOf: summary.rest)
        return .event(final(summary, content: summary.rest, tokens: []))
    }

    func whole(_ summary: GenerationSummary) -> JSONValue {
        final(summary, content: text, tokens: returnsTokens ? tokens : [])
    }

    private func final(_ summary: GenerationSummary, content: [UInt8], tokens: [JSONValue]) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("index", 0),
            .init("content", .string(String(decoding: content, as: UTF8.self))),
            .init("tokens", .array(tokens)),
            .init("id_slot", .integer(Int64(summary.slot))),
            .init("stop", true),
            .init("model", .string(model.name)),
            .init("tokens_predicted", .integer(Int64(summary.generatedTokens))),
            .init("tokens_evaluated", .integer(Int64(summary.promptTokens))),
            .init("generation_settings", settings),
            .init("prompt", .string(model.engine.model.detokenize(prompt))),
            .init("has_new_line", .bool(text.contains(0x0A))),
            .init("truncated", .bool(summary.reason == .contextFull)),
            .init("stop_type", .string(stopType(summary.reason))),
            .init("stopping_word", .string(stopWord(summary.reason))),
            .init("tokens_cached", .integer(Int64(summary.promptTokens + max(summary.generatedTokens - 1, 0)))),
            .init("timings", AnswerFigures.timings(summary)),
        ]
        if !probabilities.isEmpty { members.append(.init("completion_probabilities", .array(probabilities))) }
        return .object(members)
    }

    private func stopType(_ reason: GenerationSummary.Reason) -> String {
        switch reason {
        case .endOfGeneration: "eos"
        case .stopWord: "word"
        case .limit, .contextFull: "limit"
        }
    }

    private func stopWord(_ reason: GenerationSummary.Reason) -> String {
        if case .stopWord(let word) = reason { word } else { "" }
    }
}
