// SPDX-License-Identifier: MIT

import Engine
import Wire

/// OpenAI's text completion, with llama-server's additions.
struct CompletionAnswer: Answer {
    private let identity: AnswerIdentity
    private let place: ChoicePlace
    private let model: Model
    /// For `__verbose`; nil if nobody asked for it.
    private let report: NativeReport?
    private let template: ChunkTemplate
    /// What stands before the generated text: the prompt, if it is to be echoed, UTF-8.
    private var echo: [UInt8]
    /// The tokens of that.
    private let echoed: [Int32]
    private var text: [UInt8] = []
    private var probabilities: [JSONValue] = []

    init(
        identity: AnswerIdentity,
        place: ChoicePlace,
        model: Model,
        echo: String,
        echoed: [Int32],
        report: NativeReport?
    ) {
        self.identity = identity
        self.place = place
        self.model = model
        self.echo = Array(echo.utf8)
        self.echoed = echoed
        self.report = report
        template = ChunkTemplate { .object(Self.chunk(identity, place, text: $0)) }
    }

    func progress(_ progress: PromptProgress) -> [UInt8] {
        .event(.object(Self.chunk(identity, place, text: "") + AnswerFigures.progress(progress)))
    }

    mutating func append(_ token: GeneratedToken) -> [UInt8] {
        let shown = takeEcho() + token.text
        text.append(contentsOf: shown)
        let probability = AnswerFigures.probabilities(token, model)
        guard probability != nil || token.timings != nil else { return shown.isEmpty ? [] : template.bytes(shown) }
        if let probability { probabilities.append(probability) }
        var chunk = Self.chunk(
            identity,
            place,
            text: .string(String(decoding: shown, as: UTF8.self)),
            logprobs: probability.map { ["content": [$0]] } ?? .null
        )
        if let timings = token.timings { chunk.append(.init("timings", AnswerFigures.timings(timings))) }
        return .event(.object(chunk))
    }

    mutating func collect(_ token: GeneratedToken) {
        text.append(contentsOf: takeEcho() + token.text)
        if let probability = AnswerFigures.probabilities(token, model) { probabilities.append(probability) }
    }

    mutating func finish(_ summary: GenerationSummary) -> [UInt8] {
        if !summary.promptProbabilities.isEmpty { probabilities = promptProbabilities(summary) + probabilities }
        let rest = takeEcho() + summary.rest
        text.append(contentsOf: rest)
        var end = Self.chunk(
            identity,
            place,
            text: .string(String(decoding: rest, as: UTF8.self)),
            finishReason: .string(AnswerFigures.finishReason(summary.reason))
        )
        // As llama-server does it, each choice's end brings its own figures, wanted or not.
        end.append(.init("usage", AnswerFigures.usage([(place, summary)])))
        if let verbose = verbose(summary) { end.append(verbose) }
        end.append(.init("timings", AnswerFigures.timings(summary)))
        return .event(.object(end))
    }

    static func end(_ choices: [Finished]) -> [UInt8] { .done }

    static func whole(_ choices: [Finished]) -> JSONValue {
        guard let (first, summary) = choices.first else { return .null }
        var members = first.identity.members(
            object: "text_completion",
            choices: choices.map { answer, summary in
                choice(
                    answer.place,
                    text: .string(String(decoding: answer.text, as: UTF8.self)),
                    logprobs: answer.probabilities.isEmpty ? .null : ["content": .array(answer.probabilities)],
                    finishReason: .string(AnswerFigures.finishReason(summary.reason))
                )
            }
        )
        members.append(.init("usage", AnswerFigures.usage(choices.map { ($0.answer.place, $0.summary) })))
        if let verbose = first.verbose(summary) { members.append(verbose) }
        members.append(.init("timings", AnswerFigures.timings(summary)))
        return .object(members)
    }

    /// Those of the echoed tokens; the first has none.
    private func promptProbabilities(_ summary: GenerationSummary) -> [JSONValue] {
        let known = zip(echoed.dropFirst(), summary.promptProbabilities).compactMap { token, values in
            let token = GeneratedToken(id: token, text: [], logProbabilities: values)
            return AnswerFigures.probabilities(token, model)
        }
        guard let first = echoed.first, first != model.bos else { return known }
        return [AnswerFigures.unknownProbability(first, model)] + known
    }

    private mutating func takeEcho() -> [UInt8] {
        defer { echo = [] }
        return echo
    }

    private func verbose(_ summary: GenerationSummary) -> JSONValue.Member? {
        report.map { report in
            let hasNewLine = text.contains(0x0A)
            let members = report.members(summary, index: place.index, content: text, tokens: [], hasNewLine: hasNewLine)
            return .init("__verbose", .object(members))
        }
    }

    private static func choice(
        _ place: ChoicePlace,
        text: JSONValue,
        logprobs: JSONValue,
        finishReason: JSONValue
    ) -> JSONValue {
        ["text": text, "index": .integer(Int64(place.index)), "logprobs": logprobs, "finish_reason": finishReason]
    }

    private static func chunk(
        _ identity: AnswerIdentity,
        _ place: ChoicePlace,
        text: JSONValue,
        logprobs: JSONValue = .null,
        finishReason: JSONValue = .null
    ) -> [JSONValue.Member] {
        let choice = choice(place, text: text, logprobs: logprobs, finishReason: finishReason)
        return identity.members(object: "text_completion", choices: [choice])
    }
}
