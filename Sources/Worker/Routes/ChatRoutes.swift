// SPDX-License-Identifier: MIT

import Engine
import Hummingbird
import Wire

/// The routes that give an assistant's next message, in all dialects.
struct ChatRoutes: Sendable {
    let state: ModelState
    /// Seconds since 1970.
    let now: @Sendable () -> Int64
    /// Chat completions that are being made.
    private let running = RunningAnswers()

    init(state: ModelState, now: @escaping @Sendable () -> Int64) {
        self.state = state
        self.now = now
    }

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
        for path in ["/v1/chat/completions/control", "/chat/completions/control"] {
            router.post(RouterPath(path)) { request, _ in try control(try await RequestFields.read(request)) }
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
        let controls = turn.generation.sampling.controlsReasoning
        return try await GenerationResponder(model: model, context: context)
            .respond(choices, streams: turn.generation.streams) { generations in
                running.add(identity.id, .init(generations: generations, controlsReasoning: controls))
                return { running.remove(identity.id) }
            }
    }

    /// Tells a chat completion something while it is being made.
    private func control(_ fields: RequestFields) throws(APIError) -> Response {
        guard let id = try fields.string("id"), !id.isEmpty else {
            throw APIError(.invalidRequest, "'id' is missing: the id of a chat completion that is being made")
        }
        guard try fields.string("action") == "reasoning_end" else {
            throw APIError(.invalidRequest, "unknown control action: 'action' must be reasoning_end")
        }
        guard let problem = running.endReasoning(id) else { return Response(["success": true]) }
        return Response(["success": false, "message": .string(problem)])
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
