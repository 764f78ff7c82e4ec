// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// llama-server's own completion.
struct NativeAnswer: Answer {
    private let report: NativeReport
    private let place: ChoicePlace
    private let returnsTokens: Bool
    /// The members to show, with slashes between the names of nested ones; all if it is empty.
    private let shownFields: [String]
    private var text: [UInt8] = []
    private var tokens: [Int] = []
    private var probabilities: [JSONValue] = []

    init(report: NativeReport, place: ChoicePlace, returnsTokens: Bool, shownFields: [String]) {
        self.report = report
        self.place = place
        self.returnsTokens = returnsTokens
        self.shownFields = shownFields
    }

    func progress(_ progress: PromptProgress) -> [UInt8] {
        let figures = AnswerFigures.progress(progress)
        var part = part("", tokens: [])
        part.timings = figures.timings
        part.progress = figures.progress
        return .event(part.json)
    }

    mutating func append(_ token: GeneratedToken) -> [UInt8] {
        let probability = take(token)
        var part = part(String(decoding: token.text, as: UTF8.self), tokens: [Int(token.id)])
        part.timings = token.timings.map { AnswerFigures.timings($0) }
        part.probabilities = probability.map { [$0] }
        return .event(part.json)
    }

    mutating func collect(_ token: GeneratedToken) {
        take(token)
    }

    mutating func finish(_ summary: GenerationSummary) -> [UInt8] {
        text.append(contentsOf: summary.rest)
        return .event(final(summary, content: summary.rest, tokens: []))
    }

    static func whole(_ choices: [Finished]) -> JSONValue {
        let all = choices.map { answer, summary -> JSONValue in
            answer.final(
                summary,
                content: answer.text,
                tokens: answer.returnsTokens ? answer.tokens : [],
                probabilities: answer.probabilities
            )
        }
        return all.count == 1 ? all[0] : .array(all)
    }

    /// The members that are named by their paths, `a/b` for `b` in `a`, under these paths.
    static func fields(_ paths: [String], of json: JSONValue) -> JSONValue {
        .object(
            paths.compactMap { path in
                let value = path.split(separator: "/").reduce(Optional(json)) { $0?[String($1)] }
                return value.map { .init(path, $0) }
            }
        )
    }

    @discardableResult
    private mutating func take(_ token: GeneratedToken) -> JSONValue? {
        text.append(contentsOf: token.text)
        tokens.append(Int(token.id))
        let probability = AnswerFigures.probabilities(token, report.model.engine.model)
        if let probability { probabilities.append(probability) }
        return probability
    }

    private func part(_ content: String, tokens: [Int]) -> NativeCompletion {
        var part = NativeCompletion()
        part.index = place.index
        part.content = content
        part.tokens = tokens
        part.generated = self.tokens.count
        part.promptTokens = report.prompt.count
        return part
    }

    private func final(
        _ summary: GenerationSummary,
        content: [UInt8],
        tokens: [Int],
        probabilities: [JSONValue] = []
    ) -> JSONValue {
        var completion = report.completion(
            summary,
            index: place.index,
            content: content,
            tokens: tokens,
            hasNewLine: text.contains(0x0A)
        )
        if !probabilities.isEmpty { completion.probabilities = probabilities }
        return shownFields.isEmpty ? completion.json : Self.fields(shownFields, of: completion.json)
    }
}
