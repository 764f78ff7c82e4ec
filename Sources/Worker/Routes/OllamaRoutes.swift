// SPDX-License-Identifier: MIT

import API
import Engine
import HTTPServer
import NIOCore
import NIOHTTP1
import Wire

/// Ollama's routes that use a model; its lists, downloads and removals are the router's.
struct OllamaRoutes: Sendable {
    let state: ModelState
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to routes: inout RouteTable) {
        for (path, isChat) in [("/api/chat", true), ("/api/generate", false)] {
            routes.post(path) { try await generate($0, isChat: isChat) }
        }
        routes.post("/api/embed", use: embed)
        routes.post("/api/embeddings", use: embedOne)
    }

    // MARK: Texts

    private func generate(_ request: Request, isChat: Bool) async throws -> Response {
        let fields = try request.fields()
        let model = try state.get()
        let identity = try identity(request, fields, model, isChat: isChat)
        let (contextSize, shifts) = (model.engine.contextSize, model.defaults.shiftsContext)
        let wanted =
            isChat
            ? try OllamaRequest(chat: fields, contextSize: contextSize, shifts: shifts)
            : try OllamaRequest(generate: fields, contextSize: contextSize, shifts: shifts)
        // A model without memory of texts has nothing to say, whatever is asked.
        guard model.engine.generates else { throw Self.lacks("generate", identity) }
        guard !wanted.wantsThoughts || model.canThink else { throw Self.lacks("thinking", identity) }
        guard !wanted.hasMedia || model.abilities.images || model.abilities.audio else {
            throw Self.lacks("vision", identity)
        }
        guard wanted.context.allSatisfy({ $0 < model.engine.model.facts.vocabularySize }) else {
            throw APIError(.invalidRequest, "'context' is of another model; leave it out")
        }
        let responder = GenerationResponder(model: model, request: request)
        switch wanted.kind {
        case .load:
            // The router answers short ones that want the model to leave; after this one it lets the model go.
            let leaves = fields[\OllamaMembers.keepAlive].flatMap(KeepAlive.init(json:)) == .after(.zero)
            return Response(OllamaAnswer.nothing(identity, leaves ? "unload" : "load")).warning(
                wanted.warnings.sentences
            )
        case .raw(let prompt):
            let prompt = try await PromptFields.prompt(.string(prompt), named: "prompt", model)
            return try await responder.respond([try plain(prompt, wanted, identity, model)], streams: wanted.streams)
                .warning(wanted.warnings.sentences)
        case .infill(let prefix, let suffix):
            let gap = InfillPrompt(prefix: prefix, suffix: suffix)
            let prompt = Prompt(try InfillFields.tokens(gap, wanted.fields, model))
            return try await responder.respond([try plain(prompt, wanted, identity, model)], streams: wanted.streams)
                .warning(wanted.warnings.sentences)
        case .chat:
            var (turn, warnings) = try await turn(wanted, model)
            turn.prepend(wanted.context)
            let prompt = isChat || !turn.prompt.media.isEmpty ? nil : turn.prompt.tokens
            let choices = try turn.choices(model) {
                OllamaAnswer(identity, model: model.engine.model, prompt: prompt, conversation: $1)
            }
            return try await responder.respond(choices, streams: wanted.streams)
                .warning(wanted.warnings.sentences + warnings + turn.warnings)
        }
    }

    /// What has no template.
    private func plain(
        _ prompt: Prompt,
        _ wanted: OllamaRequest,
        _ identity: OllamaAnswer.Identity,
        _ model: ServedModel
    ) throws -> Choice<OllamaAnswer> {
        let fields = try StructuredFields.standard(wanted.fields)
        var generation = try GenerationFields(fields, model: model, logprobsIsFlag: true)
        generation.sampling.grammar = try SchemaFields.schema(fields)?.grammar() ?? model.defaults.grammar
        return Choice(
            request: try generation.request(prompt: prompt, model: model, conversation: nil),
            answer: OllamaAnswer(identity, model: model.engine.model, prompt: nil, conversation: nil)
        )
    }

    /// The turn; where the conversation is longer than the context, without its oldest messages. Instructions in front and the
    /// last message stay.
    private func turn(_ wanted: OllamaRequest, _ model: ServedModel) async throws -> (ChatTurn, [String]) {
        let room = model.engine.contextSize - wanted.context.count
        let whole = try await ChatTurn(wanted.fields, model: model, onlyOne: true)
        guard whole.prompt.tokens.count >= room, wanted.truncates else { return (whole, []) }
        let messages = wanted.fields[\ChatMembers.messages]?.array ?? []
        let front = messages.prefix { $0["role"]?.string == "system" }
        let rest = messages.dropFirst(front.count)
        var fitting: ChatTurn?
        // How many of the rest are left out: at least `low`, and `high` are enough or all that can be.
        var (low, high) = (1, max(rest.count - 1, 0))
        while low <= high {
            let middle = (low + high) / 2
            // A tool's result without its call means nothing.
            let kept = rest.dropFirst(middle).drop { $0["role"]?.string == "tool" }
            guard !kept.isEmpty else {
                high = middle - 1
                continue
            }
            let fields = wanted.fields.json.setting("messages", to: .array(Array(front + kept)))
            let turn = try await ChatTurn(RequestFields(fields), model: model, onlyOne: true)
            if turn.prompt.tokens.count < room {
                fitting = turn
                high = middle - 1
            } else {
                low = middle + 1
            }
        }
        // The last message alone is too long: the engine says so.
        guard let fitting else { return (whole, []) }
        return (
            fitting, ["the oldest \(low) messages were left out: the context of \(room) tokens has no room for all"]
        )
    }

    // MARK: Vectors

    private func embed(_ request: Request) async throws -> Response {
        let fields = try request.fields()
        let model = try state.get()
        let identity = try identity(request, fields, model, isChat: false)
        guard let input = fields[\OllamaEmbedMembers.input] else { return Response(embedding(identity, [], tokens: 0)) }
        // An empty list, or an empty text, only loads the model.
        let texts = input.array ?? [input]
        guard !texts.isEmpty, texts != [""] else { return Response(embedding(identity, [], tokens: 0)) }
        var members: [JSONValue.Member] = [.init("input", .array(texts))]
        members.append(.init("truncate", .bool(try fields[\OllamaEmbedMembers.truncates] ?? true)))
        if let dimensions = try fields[\OllamaEmbedMembers.dimensions], dimensions > 0 {
            members.append(.init("dimensions", .integer(Int64(dimensions))))
        }
        let (rows, tokens) = try await rows(members, identity, model, request)
        return Response(embedding(identity, rows, tokens: tokens))
    }

    private func embedding(_ identity: OllamaAnswer.Identity, _ rows: [[Float]], tokens: Int) -> JSONValue {
        var answer = OllamaEmbeddings()
        answer.model = identity.model
        answer.embeddings = rows.map { $0.map(Double.init) }
        answer.total = OllamaAnswer.nanoseconds(ContinuousClock.now - identity.began + identity.load)
        answer.load = OllamaAnswer.nanoseconds(identity.load)
        answer.tokens = tokens
        return answer.json
    }

    /// The older route: one text.
    private func embedOne(_ request: Request) async throws -> Response {
        let fields = try request.fields()
        let model = try state.get()
        let identity = try identity(request, fields, model, isChat: false)
        let prompt = try fields[\OllamaEmbeddingsMembers.prompt] ?? ""
        guard !prompt.isEmpty else { return Response(["embedding": []]) }
        let (rows, _) = try await rows(
            [.init("input", .string(prompt)), .init("truncate", true)],
            identity,
            model,
            request
        )
        return Response(["embedding": Self.list(rows.first ?? [])])
    }

    /// - Parameter members: the request in the words of Text Embeddings Inference, whose rules are Ollama's.
    private func rows(
        _ members: [JSONValue.Member],
        _ identity: OllamaAnswer.Identity,
        _ model: ServedModel,
        _ request: Request
    ) async throws -> (rows: [[Float]], tokens: Int) {
        guard let facts = model.engine.embeddings, facts.pooling != .rank, facts.pooling != .none else {
            throw Self.lacks("embeddings", identity)
        }
        let wanted = try await EmbeddingFields(
            texts: RequestFields(.object(members)),
            named: "input",
            model: model,
            limit: facts.limit
        )
        let job = try model.engine.embed(wanted.texts)
        let rows = try await request.untilGone(job.cancel) { try await job.result() }
        return (rows.map { wanted.shape($0.first ?? []) }, wanted.texts.reduce(0) { $0 + $1.tokens.count })
    }

    private static func list(_ values: [Float]) -> JSONValue { .array(values.map { .number(Double($0)) }) }

    // MARK: What all have

    private func identity(
        _ request: Request,
        _ fields: RequestFields,
        _ model: ServedModel,
        isChat: Bool
    ) throws -> OllamaAnswer.Identity {
        let load = request.head.headers.first(name: InternalHeader.load).flatMap { Int64($0) } ?? 0
        return OllamaAnswer.Identity(
            model: (fields["model"] ?? fields["name"])?.string ?? model.name,
            created: Timestamp.text(secondsSince1970: now()),
            isChat: isChat,
            load: .nanoseconds(max(load, 0)),
            began: .now
        )
    }

    /// Ollama's sentence for what a model can't do.
    private static func lacks(_ ability: String, _ identity: OllamaAnswer.Identity) -> APIError {
        APIError(.invalidRequest, "\"\(identity.model)\" does not support \(ability)", isFinal: true)
    }
}
