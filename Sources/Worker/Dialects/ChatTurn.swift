// SPDX-License-Identifier: MIT

import API
import Engine
import Wire

/// A chat completion's request, ready to be generated.
struct ChatTurn: Sendable {
    var generation: GenerationFields
    private(set) var prompt: Prompt
    /// Whether tokens come with the time that they took, also where the request doesn't ask for it.
    var reportsTimings = false
    /// One for each choice: each parses what it generates.
    private let conversations: [Conversation]

    /// Whether tools came as `functions`, and calls go back the same way.
    let isOld: Bool
    /// What was asked for and can't be had, in sentences.
    let warnings: [String]

    /// - Parameters:
    ///   - request: that of a chat completion.
    ///   - onlyOne: whether the dialect has no choices.
    ///   - sources: media whose markers are in the messages already; nil where the messages hold the media themselves.
    /// - Throws: 400 naming the field, or with the template's own reason.
    init(
        _ request: RequestFields,
        model: ServedModel,
        onlyOne: Bool = false,
        sources: [MediaSource]? = nil
    ) async throws {
        let fields = try ChatRequest.canonical(request, system: model.defaults.system)
        isOld = request[\ChatMembers.functions] != nil
        generation = try GenerationFields(fields, model: model, logprobsIsFlag: true)
        generation.sampling.grammar = try ChatFields.grammar(fields, model.defaults)
        let media = try sources.map { MediaFields(marked: fields, sources: $0) } ?? MediaFields(fields, model.abilities)
        let wanted = try ChatFields.request(media.fields, model: model)
        var conversations: [Conversation] = []
        for _ in 0..<(onlyOne ? 1 : generation.choices) {
            conversations.append(try ChatFields.conversation(wanted, model: model))
        }
        self.conversations = conversations
        let first = conversations[0]
        let format = AnswerFormat(first, model.engine.model)
        generation.format = format
        let mayCall = fields[\ChatMembers.toolChoice] != "none"
        warnings =
            format.warnings
            + (mayCall ? StrictTools.warnings(fields[\ChatMembers.tools], bindsTexts: format.bindsTexts) : [])
        // Dialects without choices say which part of an answer tokens belong to.
        if !onlyOne, generation.streams, generation.topLogProbabilities != nil,
            fields[\ChatMembers.tools]?.array?.isEmpty == false
        {
            throw APIError(
                .invalidRequest,
                "'logprobs' is not supported with tools and 'stream'; leave one of them out"
            )
        }
        var prompt = try await model.prompt(first.prompt, media.sources, in: "messages")
        if model.engine.memoryKind.usesCheckpoints {
            prompt.messages = try first.messages(in: prompt.tokens, of: model.engine.model)
        }
        self.prompt = prompt
        templateStops = try JSONValue(parsing: first.stops).array?.compactMap(\.string) ?? []
    }

    /// Strings by which the template ends a turn.
    private let templateStops: [String]

    /// What is to be generated.
    /// - Parameter answer: makes a choice's answer.
    func choices<Made: Answer>(
        _ model: ServedModel,
        answer: (ChoicePlace, Conversation) -> Made
    ) throws(APIError) -> [Choice<Made>] {
        var choices: [Choice<Made>] = []
        for (index, conversation) in conversations.enumerated() {
            var request = try generation.request(
                prompt: prompt,
                model: model,
                conversation: conversation,
                choice: index
            )
            request.stops += templateStops
            request.shownTokens = Set(generation.format.preservedTokens)
            request.reportsTimings = request.reportsTimings || reportsTimings
            let place = ChoicePlace(index: index, isFirstOfPrompt: index == 0)
            choices.append(Choice(request: request, answer: answer(place, conversation)))
        }
        return choices
    }

    /// Lets the prompt go on behind tokens of an earlier one.
    mutating func prepend(_ tokens: [Int32]) {
        guard !tokens.isEmpty, prompt.media.isEmpty else { return }
        prompt = Prompt(tokens + prompt.tokens)
    }

    /// What `__verbose` shows.
    func report(_ model: ServedModel) -> NativeReport {
        NativeReport(model: model, prompt: prompt.tokens, settings: generation.settings)
    }
}
