// SPDX-License-Identifier: MIT

import API
import Engine
import Platform
import Wire

/// OpenAI's text completion, with llama-server's additions.
struct CompletionAnswer: Answer {
    private let identity: AnswerIdentity
    private let place: ChoicePlace
    private let model: Model
    /// For `__verbose`; nil unless the request asks for it.
    private let report: NativeReport?
    private let template: ChunkTemplate
    /// What stands before the generated text: the prompt, if it is to be echoed, UTF-8.
    private var echo: [UInt8]
    /// The prompt's tokens, if they are to be echoed.
    private let echoed: [Int32]
    /// Whether the caller gave the token that begins a text; else the answer leaves it out.
    private let showsBeginning: Bool
    private var text: [UInt8] = []
    private var probabilities: [JSONValue] = []
    /// The same in OpenAI's shape.
    private var legacy: LegacyProbabilities

    /// - Parameters:
    ///   - prompt: its tokens.
    ///   - echoes: whether the prompt stands before the text.
    ///   - showsBeginning: whether the caller gave the token that begins a text, if the prompt has it.
    init(
        identity: AnswerIdentity,
        place: ChoicePlace,
        model: Model,
        prompt: [Int32],
        echoes: Bool,
        showsBeginning: Bool,
        report: NativeReport?
    ) {
        let shown = model.detokenize(prompt.first == model.bos ? Array(prompt.dropFirst()) : prompt)
        self.identity = identity
        self.place = place
        self.model = model
        echo = echoes ? Array(shown.utf8) : []
        echoed = echoes ? prompt : []
        self.showsBeginning = showsBeginning
        // OpenAI counts from the prompt's beginning, also where the text doesn't show it.
        legacy = LegacyProbabilities(offset: shown.unicodeScalars.count)
        self.report = report
        template = ChunkTemplate { Self.chunk(identity, .init(index: place.index, text: $0)).json }
    }

    func progress(_ progress: PromptProgress) -> [UInt8] {
        var chunk = Self.chunk(identity, .init(index: place.index, text: ""))
        chunk.figures = AnswerFigures.progress(progress)
        return .event(chunk.json)
    }

    mutating func append(_ token: GeneratedToken) -> [UInt8] {
        let shown = takeEcho() + token.text
        text.append(contentsOf: shown)
        let probability = AnswerFigures.probabilities(token, model)
        guard probability != nil || token.timings != nil else { return shown.isEmpty ? [] : template.bytes(shown) }
        let new = take(token, probability)
        var chunk = Self.chunk(
            identity,
            .init(
                index: place.index,
                text: .string(String(decoding: shown, as: UTF8.self)),
                probabilities: probability.map { Self.logprobs([$0], new) }
            )
        )
        chunk.figures.timings = token.timings.map(AnswerFigures.timings)
        return .event(chunk.json)
    }

    mutating func collect(_ token: GeneratedToken) {
        text.append(contentsOf: takeEcho() + token.text)
        take(token, AnswerFigures.probabilities(token, model))
    }

    mutating func finish(_ summary: GenerationSummary) -> [UInt8] {
        if !summary.promptProbabilities.isEmpty { takePrompt(summary.promptProbabilities) }
        var ending = legacy.following
        if let end = summary.ending {
            // No text, but a token: who counts them relies on there being one for each that was generated.
            let values = end.logProbabilities
            ending.append(candidate(end.token, values.chosen, values), top: candidates(values))
            legacy.append(ending)
        }
        let rest = takeEcho() + summary.rest
        text.append(contentsOf: rest)
        var end = Self.chunk(
            identity,
            .init(
                index: place.index,
                text: .string(String(decoding: rest, as: UTF8.self)),
                probabilities: ending.isEmpty ? nil : Self.logprobs([], ending),
                finishReason: AnswerFigures.finishReason(summary.reason)
            )
        )
        // As llama-server does it, each choice's end brings its own figures, wanted or not.
        end.figures = figures(summary, of: [(place, summary)])
        return .event(end.json)
    }

    static func end(_ choices: [Finished]) -> [UInt8] { .done }

    static func whole(_ choices: [Finished]) -> JSONValue {
        guard let (first, summary) = choices.first else { return .null }
        var completion = TextCompletion()
        completion.head = first.identity.head(object: "text_completion")
        completion.choices = choices.map { answer, summary in
            .init(
                index: answer.place.index,
                text: .string(String(decoding: answer.text, as: UTF8.self)),
                probabilities: answer.legacy.isEmpty ? nil : logprobs(answer.probabilities, answer.legacy),
                finishReason: AnswerFigures.finishReason(summary.reason)
            )
        }
        completion.figures = first.figures(summary, of: choices.map { ($0.answer.place, $0.summary) })
        return completion.json
    }

    private func figures(
        _ summary: GenerationSummary,
        of choices: [(place: ChoicePlace, summary: GenerationSummary)]
    ) -> CompletionFigures {
        var figures = CompletionFigures()
        figures.usage = AnswerFigures.usage(choices)
        figures.verbose = verbose(summary)
        figures.timings = AnswerFigures.timings(summary)
        return figures
    }

    /// Takes a token's probabilities.
    /// - Parameter probability: llama-server's shape of them.
    /// - Returns: what is new in OpenAI's shape.
    @discardableResult
    private mutating func take(_ token: GeneratedToken, _ probability: JSONValue?) -> LegacyProbabilities {
        guard let probability, let values = token.logProbabilities else { return LegacyProbabilities() }
        probabilities.append(probability)
        var new = legacy.following
        new.append(candidate(token.id, values.chosen, values), top: candidates(values))
        legacy.append(new)
        return new
    }

    /// Takes those of the echoed tokens, which stand before the others; the first has none.
    private mutating func takePrompt(_ list: [LogProbabilities]) {
        let known = zip(echoed.dropFirst(), list)
        let shape = known.compactMap { token, values in
            AnswerFigures.probabilities(GeneratedToken(id: token, text: [], logProbabilities: values), model)
        }
        guard let first = echoed.first else { return }
        var echo = LegacyProbabilities()
        let hidesFirst = first == model.bos && !showsBeginning
        probabilities = (hidesFirst ? [] : [AnswerFigures.unknownProbability(first, model)]) + shape + probabilities
        if !hidesFirst { echo.append(unknown: piece(first), isShown: first != model.bos) }
        for (token, values) in known {
            if echo.isEmpty {
                // OpenAI has none for the first of a text, and its readers leave it out.
                echo.append(unknown: piece(token))
            } else {
                echo.append(candidate(token, values.chosen, values), top: candidates(values))
            }
        }
        echo.append(legacy)
        legacy = echo
    }

    private func candidates(_ values: LogProbabilities) -> [LegacyProbabilities.Candidate] {
        values.top.map { candidate($0.token, $0.value, values) }
    }

    private func candidate(_ token: Int32, _ value: Float, _ values: LogProbabilities) -> LegacyProbabilities.Candidate
    {
        // JSON has no infinity.
        let lowest = -Double(Float.greatestFiniteMagnitude)
        let value = values.areSampled ? (value > 0 ? log(Double(value)) : lowest) : Double(value)
        return .init(piece(token), max(value, lowest))
    }

    private func piece(_ token: Int32) -> [UInt8] { model.piece(token, special: true) }

    /// Both shapes in one object: OpenAI's older one, and the one of chat that llama-server has here.
    private static func logprobs(_ content: [JSONValue], _ legacy: LegacyProbabilities) -> JSONValue {
        .object(legacy.members + [.init("content", .array(content))])
    }

    private mutating func takeEcho() -> [UInt8] {
        defer { echo = [] }
        return echo
    }

    private func verbose(_ summary: GenerationSummary) -> JSONValue? {
        report.map { report in
            let hasNewLine = text.contains(0x0A)
            return report.completion(summary, index: place.index, content: text, tokens: [], hasNewLine: hasNewLine)
                .json
        }
    }

    private static func chunk(_ identity: AnswerIdentity, _ choice: TextCompletion.Choice) -> TextCompletion {
        var chunk = TextCompletion()
        chunk.head = identity.head(object: "text_completion")
        chunk.choices = [choice]
        return chunk
    }
}
