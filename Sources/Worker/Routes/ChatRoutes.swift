// SPDX-License-Identifier: MIT

import API
import Engine
import HTTPServer
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

    func add(to routes: inout RouteTable) {
        routes.post("/v1/chat/completions", "/chat/completions", use: chat)
        routes.post("/v1/responses", "/responses", use: respond)
        routes.post("/v1/chat/completions/control", "/chat/completions/control", quickUse: control)
        routes.post("/v1/messages", use: message)
    }

    private func chat(_ request: Request) async throws -> Response {
        let fields = try request.fields()
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
                isOld: turn.isOld,
                report: report
            )
        }
        let controls = turn.generation.sampling.controlsReasoning
        return try await GenerationResponder(model: model, request: request)
            .respond(choices, streams: turn.generation.streams) { generations in
                running.add(identity.id, .init(generations: generations, controlsReasoning: controls))
                return { running.remove(identity.id) }
            }
            .warning(turn.warnings)
    }

    /// Tells a chat completion something while it is being made.
    private func control(_ request: Request) throws -> Response {
        let fields = try request.fields()
        guard let id = try fields[\ControlMembers.id], !id.isEmpty else {
            throw APIError(.invalidRequest, "'id' is missing: the id of a chat completion that is being made")
        }
        guard try fields[\ControlMembers.action] == "reasoning_end" else {
            throw APIError(.invalidRequest, "unknown control action: 'action' must be reasoning_end")
        }
        guard let problem = running.endReasoning(id) else { return Response(["success": true]) }
        return Response(["success": false, "message": .string(problem)])
    }

    private func respond(_ request: Request) async throws -> Response {
        let fields = try request.fields()
        let converted = try ChatDialect.responses.read(fields)
        let model = try state.get()
        let turn = try await ChatTurn(converted.chat, model: model, onlyOne: true)
        let identity = ResponseIdentity(model: model.name, created: now(), request: fields)
        let vocabulary = turn.generation.topLogProbabilities == nil ? nil : model.engine.model
        let choices = try turn.choices(model) {
            ResponsesAnswer(identity: identity, conversation: $1, calls: converted.calls, vocabulary: vocabulary)
        }
        return try await GenerationResponder(model: model, request: request)
            .respond(choices, streams: turn.generation.streams)
            .warning(converted.warnings.sentences + turn.warnings)
    }

    private func message(_ request: Request) async throws -> Response {
        let converted = try ChatDialect.anthropic.read(request.fields())
        let model = try state.get()
        var turn = try await ChatTurn(converted.chat, model: model, onlyOne: true)
        // The first event says how much of the prompt was in the cache.
        turn.reportsTimings = true
        let stops = turn.generation.stops
        let count = turn.prompt.tokens.count
        let choices = try turn.choices(model) {
            AnthropicAnswer(model: model.name, promptTokens: count, stops: stops, conversation: $1)
        }
        return try await GenerationResponder(model: model, request: request)
            .respond(choices, streams: turn.generation.streams)
            .warning(converted.warnings.sentences + turn.warnings)
    }
}
