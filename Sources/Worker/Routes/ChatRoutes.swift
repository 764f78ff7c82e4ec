// SPDX-License-Identifier: MIT

import Engine
import Hummingbird
import Wire

/// The routes that give an assistant's next message, in all dialects.
struct ChatRoutes: Sendable {
    let state: ModelState
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to router: Router<WorkerContext>) {
        for path in ["/v1/chat/completions", "/chat/completions"] {
            router.post(RouterPath(path)) { request, context in
                try await chat(try await RequestFields.read(request), context)
            }
        }
        for path in ["/v1/responses", "/responses"] {
            router.post(RouterPath(path)) { request, context in
                try await respond(try await RequestFields.read(request), context)
            }
        }
        router.post("/v1/messages") { request, context in
            try await message(try await RequestFields.read(request), context)
        }
    }

    private func chat(_ fields: RequestFields, _ context: WorkerContext) async throws -> Response {
        let model = try state.get()
        let turn = try await ChatTurn(fields, model: model)
        let identity = AnswerIdentity(model: model.name, created: now())
        let report = turn.generation.isVerbose ? turn.report(model) : nil
        let choices = try turn.choices(model) { place, conversation in
            ChatAnswer(
                identity: identity,
                place: place,
                model: model.engine.model,
                conversation: conversation,
                includesUsage: turn.generation.includesUsage,
                report: report
            )
        }
        return try await GenerationResponder(model: model, context: context)
            .respond(choices, streams: turn.generation.streams)
    }

    private func respond(_ fields: RequestFields, _ context: WorkerContext) async throws -> Response {
        let chat = try ChatDialect.responses.chat(fields)
        let model = try state.get()
        let turn = try await ChatTurn(chat, model: model, onlyOne: true)
        let identity = ResponseIdentity(model: model.name, created: now(), request: fields)
        let choices = try turn.choices(model) { ResponsesAnswer(identity: identity, conversation: $1) }
        return try await GenerationResponder(model: model, context: context)
            .respond(choices, streams: turn.generation.streams)
    }

    private func message(_ fields: RequestFields, _ context: WorkerContext) async throws -> Response {
        let chat = try ChatDialect.anthropic.chat(fields)
        let model = try state.get()
        var turn = try await ChatTurn(chat, model: model, onlyOne: true)
        // The first event says how much of the prompt was in the cache.
        turn.reportsTimings = true
        let stops = turn.generation.stops
        let count = turn.prompt.tokens.count
        let choices = try turn.choices(model) {
            AnthropicAnswer(model: model.name, promptTokens: count, stops: stops, conversation: $1)
        }
        return try await GenerationResponder(model: model, context: context)
            .respond(choices, streams: turn.generation.streams)
    }
}
