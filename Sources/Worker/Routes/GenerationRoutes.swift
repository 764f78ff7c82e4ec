// SPDX-License-Identifier: MIT

import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

/// The routes that generate text.
struct GenerationRoutes: Sendable {
    let state: ModelState
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    func add(to router: Router<WorkerContext>) {
        for path in ["/v1/chat/completions", "/chat/completions"] {
            router.post(RouterPath(path)) { request, context in
                let fields = try await RequestFields.read(request)
                return try await chat(fields, context)
            }
        }
        router.post("/v1/completions") { request, context in
            let fields = try await RequestFields.read(request)
            let model = try state.get()
            return try await complete(fields, context) { _, _ in
                CompletionAnswer(
                    identity: AnswerIdentity(model: model.name, created: now()),
                    model: model.engine.model
                )
            }
        }
        for path in ["/completion", "/completions"] {
            router.post(RouterPath(path)) { request, context in
                let fields = try await RequestFields.read(request)
                let model = try state.get()
                return try await complete(fields, context) { generation, prompt in
                    NativeAnswer(model: model, fields: generation, prompt: prompt)
                }
            }
        }
    }

    private func chat(_ fields: RequestFields, _ context: WorkerContext) async throws -> Response {
        let model = try state.get()
        var generation = try GenerationFields(fields, model: model, logprobsIsFlag: true)
        let conversation = try ChatFields.conversation(fields, model: model)
        generation.sampling.grammar = try ChatFields.grammar(fields, model.defaults)
        let stops = try JSONValue(parsing: conversation.stops).array ?? []
        generation.stops += stops.compactMap(\.string)
        let prompt = try model.engine.model.tokenize(conversation.prompt, addSpecial: true, parseSpecial: true)
        let answer = ChatAnswer(
            identity: AnswerIdentity(model: model.name, created: now()),
            model: model.engine.model,
            conversation: conversation,
            includesUsage: generation.includesUsage
        )
        var request = try generation.request(prompt: prompt, model: model, conversation: conversation)
        request.showsSpecial = !conversation.isPlain
        return try await respond(request, answer, model, streams: generation.streams, context)
    }

    private func complete(
        _ fields: RequestFields,
        _ context: WorkerContext,
        answer: (GenerationFields, [Int32]) -> some Answer
    ) async throws -> Response {
        let model = try state.get()
        guard let value = fields["prompt"] else {
            throw APIError(.invalidRequest, "'prompt' is missing; it must be a string or an array of tokens")
        }
        var generation = try GenerationFields(fields, model: model, logprobsIsFlag: false)
        generation.sampling.grammar = try grammar(fields) ?? model.defaults.grammar
        let prompt = try PromptFields.tokens(value, model: model.engine.model)
        let request = try generation.request(prompt: prompt, model: model, conversation: nil)
        return try await respond(
            request,
            answer(generation, prompt),
            model,
            streams: generation.streams,
            context
        )
    }

    private func grammar(_ fields: RequestFields) throws -> String? {
        if let grammar = try fields.string("grammar"), !grammar.isEmpty { return grammar }
        guard let schema = fields["json_schema"] else { return nil }
        return try SchemaGrammar.text(of: schema.text)
    }

    /// Starts the generation and answers with a stream or with one object.
    private func respond(
        _ request: GenerationRequest,
        _ answer: some Answer,
        _ model: ServedModel,
        streams: Bool,
        _ context: WorkerContext
    ) async throws -> Response {
        let stream: GenerationStream
        do {
            stream = try model.engine.generate(request)
        } catch  where error.code == .contextExceeded {
            throw APIError(
                .exceedContextSize,
                error.message,
                details: [
                    .init("n_prompt_tokens", .integer(Int64(request.prompt.count))),
                    .init("n_ctx", .integer(Int64(model.engine.contextSize))),
                ]
            )
        }
        let client = try await context.channel.pipeline.handler(type: ClientGone.self).get()
        client.watch { stream.cancel() }
        guard streams else {
            defer { client.unwatch() }
            return Response(try await whole(stream, answer))
        }
        // What goes wrong before the first token is still answered with a status.
        let first = await stream.next()
        if case .failed(let error)? = first.first {
            client.unwatch()
            throw error
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-cache", .accelBuffering: "no"],
            body: .init { writer in
                defer {
                    stream.cancel()
                    client.unwatch()
                }
                try await send(first, stream, answer, &writer)
                try await writer.finish(nil)
            }
        )
    }

    private func whole(_ stream: GenerationStream, _ answer: some Answer) async throws -> JSONValue {
        var answer = answer
        while true {
            let events = await stream.next()
            guard !events.isEmpty else { throw CancellationError() }
            for event in events {
                switch event {
                case .progress: break
                case .token(let token): _ = try answer.append(token)
                case .failed(let error): throw error
                case .finished(let summary):
                    _ = try answer.finish(summary)
                    return answer.whole(summary)
                }
            }
        }
    }

    private func send(
        _ first: [GenerationEvent],
        _ stream: GenerationStream,
        _ answer: some Answer,
        _ writer: inout any ResponseBodyWriter
    ) async throws {
        var answer = answer
        var events = first
        while !events.isEmpty {
            var isOver = false
            var chunks: [ByteBuffer] = []
            for event in events {
                let bytes: [UInt8]
                do throws(EngineError) {
                    switch event {
                    case .progress(let progress): bytes = answer.progress(progress)
                    case .token(let token): bytes = try answer.append(token)
                    case .finished(let summary):
                        bytes = try answer.finish(summary)
                        isOver = true
                    case .failed(let error): throw error
                    }
                } catch {
                    bytes = .event(APIError(error).json)
                    isOver = true
                }
                if !bytes.isEmpty { chunks.append(ByteBuffer(bytes: bytes)) }
                if isOver { break }
            }
            try await writer.write(contentsOf: chunks)
            if isOver { return }
            events = await stream.next()
        }
    }
}

extension HTTPField.Name {
    /// Tells a proxy to pass a stream on as it comes.
    fileprivate static let accelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .cacheControl
}
