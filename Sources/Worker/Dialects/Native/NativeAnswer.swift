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
    private var tokens: [JSONValue] = []
    private var probabilities: [JSONValue] = []

    init(report: NativeReport, place: ChoicePlace, returnsTokens: Bool, shownFields: [String]) {
        self.report = report
        self.place = place
        self.returnsTokens = returnsTokens
        self.shownFields = shownFields
    }

    func progress(_ progress: PromptProgress) -> [UInt8] {
        .event(.object(chunk("", tokens: []) + AnswerFigures.progress(progress).members))
    }

    mutating func append(_ token: GeneratedToken) -> [UInt8] {
        let probability = take(token)
        var members = chunk(.string(String(decoding: token.text, as: UTF8.self)), tokens: [.integer(Int64(token.id))])
        if let timings = token.timings { members.append(.init("timings", AnswerFigures.timings(timings).json)) }
        if let probability { members.append(.init("completion_probabilities", [probability])) }
        return .event(.object(members))
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
        tokens.append(.integer(Int64(token.id)))
        let probability = AnswerFigures.probabilities(token, report.model.engine.model)
        if let probability { probabilities.append(probability) }
        return probability
    }

    private func chunk(_ content: JSONValue, tokens: [JSONValue]) -> [JSONValue.Member] {
        [
            .init("index", .integer(Int64(place.index))),
            .init("content", content),
            .init("tokens", .array(tokens)),
            .init("stop", false),
            .init("id_slot", -1),
            .init("tokens_predicted", .integer(Int64(self.tokens.count))),
            .init("tokens_evaluated", .integer(Int64(report.prompt.count))),
        ]
    }

    private func final(
        _ summary: GenerationSummary,
        content: [UInt8],
        tokens: [JSONValue],
        probabilities: [JSONValue] = []
    ) -> JSONValue {
        var members = report.members(
            summary,
            index: place.index,
            content: content,
            tokens: tokens,
            hasNewLine: text.contains(0x0A)
        )
        if !probabilities.isEmpty { members.append(.init("completion_probabilities", .array(probabilities))) }
        return shownFields.isEmpty ? .object(members) : Self.fields(shownFields, of: .object(members))
    }
}
