// SPDX-License-Identifier: MIT

import Engine
import HTTPServer
import NIOCore
import Wire

/// Runs the generations of one request and answers with a stream or with one value.
struct GenerationResponder: Sendable {
    let model: ServedModel
    let request: Request

    /// - Parameter begun: gets the generations once they have begun, and gives what is to be called at their end.
    /// - Throws: what goes wrong before there is anything to say.
    func respond<Made: Answer>(
        _ choices: [Choice<Made>],
        streams: Bool,
        begun: ([GenerationStream]) -> @Sendable () -> Void = { _ in {} }
    ) async throws -> Response {
        request.prepared()
        // Tokens are taken on the thread that writes them.
        return try await withTaskExecutorPreference(request.executor) {
            try await answer(choices, streams: streams, begun: begun)
        }
    }

    private func answer<Made: Answer>(
        _ choices: [Choice<Made>],
        streams: Bool,
        begun: ([GenerationStream]) -> @Sendable () -> Void
    ) async throws -> Response {
        let client = request.client
        let generations = try start(choices.map(\.request))
        client.watch { for generation in generations { generation.cancel() } }
        let over = begun(generations)
        let end: @Sendable () -> Void = {
            for generation in generations { generation.cancel() }
            client.unwatch()
            over()
        }
        let answers = choices.map(\.answer)
        guard streams else {
            defer { end() }
            let finished = try await collect(answers, generations)
            if let text = Made.plainText(finished) { return Response(plainText: text) }
            return Response(Made.whole(finished))
        }
        // What goes wrong before the first token is still answered with a status.
        let first = await generations[0].next()
        if case .failed(let error)? = first.first {
            end()
            throw error
        }
        return Response(stream: Made.streamType) { writer in
            defer { end() }
            try await send(first, answers, generations, writer)
        }
    }

    private func start(_ requests: [GenerationRequest]) throws -> [GenerationStream] {
        var started: [GenerationStream] = []
        for request in requests {
            do {
                started.append(try model.engine.generate(request))
            } catch {
                for generation in started { generation.cancel() }
                guard error.code == .contextExceeded else { throw error }
                throw APIError(
                    .exceedContextSize,
                    error.message,
                    details: [
                        .init("n_prompt_tokens", .integer(Int64(request.prompt.count))),
                        .init("n_ctx", .integer(Int64(model.engine.contextSize))),
                    ]
                )
            }
        }
        return started
    }

    // MARK: As a whole

    private func collect<Made: Answer>(
        _ answers: [Made],
        _ generations: [GenerationStream]
    ) async throws -> [Made.Finished] {
        if answers.count == 1 { return [try await collect(answers[0], generations[0])] }
        // All at once: a generation without a reader pauses.
        return try await withThrowingTaskGroup(of: (Int, Made.Finished).self) { group in
            for (index, answer) in answers.enumerated() {
                group.addTask { (index, try await collect(answer, generations[index])) }
            }
            var finished: [(Int, Made.Finished)] = []
            for try await one in group { finished.append(one) }
            return finished.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func collect<Made: Answer>(
        _ answer: Made,
        _ generation: GenerationStream
    ) async throws -> Made.Finished {
        var answer = answer
        while true {
            let events = await generation.next()
            guard !events.isEmpty else { throw CancellationError() }
            for event in events {
                switch event {
                case .progress: break
                case .token(let token): answer.collect(token)
                case .failed(let error): throw error
                case .finished(let summary):
                    _ = try answer.finish(summary)
                    return (answer, summary)
                }
            }
        }
    }

    // MARK: As a stream

    private func send<Made: Answer>(
        _ first: [GenerationEvent],
        _ answers: [Made],
        _ generations: [GenerationStream],
        _ writer: ResponseWriter
    ) async throws {
        var choices = StreamedChoices(answers)
        try await writer.write(choices.take(first, of: 0))
        guard generations.count > 1 else {
            while !choices.isOver {
                let events = await generations[0].next()
                guard !events.isEmpty else { return }
                try await writer.write(choices.take(events, of: 0))
            }
            return
        }
        try await withThrowingTaskGroup(of: (Int, [GenerationEvent]).self) { group in
            for (index, generation) in generations.enumerated() where choices.goesOn(index) {
                group.addTask { (index, await generation.next()) }
            }
            while let (index, events) = try await group.next() {
                guard !events.isEmpty else { break }
                try await writer.write(choices.take(events, of: index))
                guard !choices.isOver else { break }
                // One is asked for more once what it gave is written, so that a slow client slows it.
                if choices.goesOn(index) { group.addTask { (index, await generations[index].next()) } }
            }
            group.cancelAll()
        }
    }
}
