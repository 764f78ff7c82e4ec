// SPDX-License-Identifier: MIT

import Wire

/// Asks a model and hands its answer on as it comes.
struct ChatRequest: Sendable {
    let router: RouterClient
    let invocation: Invocation
    let environment: [String: String]

    /// - Parameter each: gets each piece; not called any more after cancellation.
    /// - Returns: the whole answer, as far as it came.
    /// - Throws: `ConsoleError` if none began; `CancellationError`.
    func run(
        _ conversation: Conversation,
        model: String,
        _ each: @escaping @Sendable (AnswerEvent) -> Void
    ) async throws -> Answer {
        var members: [JSONValue.Member] = [
            .init("model", .string(model)), .init("messages", conversation.json), .init("stream", true),
            .init("stream_options", ["include_usage": true]),
        ]
        if let value = invocation.number(.temperature) { members.append(.init("temperature", .number(value))) }
        if let value = invocation.integer(.maxTokens) { members.append(.init("max_tokens", .integer(Int64(value)))) }
        if let value = invocation.integer(.seed) { members.append(.init("seed", .integer(Int64(value)))) }
        let body = JSONValue.object(members)
        let id = RequestName.new()
        let wait = WaitDisplay(StatusLine(environment: environment), router: router, model: model, requestID: id)
        defer { wait.close() }
        return try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask {
                try await wait.run()
                return nil
            }
            group.addTask {
                var answer = Answer()
                try await router.lines(.post, "/v1/chat/completions", body: body, requestID: id) { line in
                    guard let data = EventLines.data(of: line) else { return true }
                    for event in AnswerEvent.events(of: data) {
                        wait.close()
                        try Task.checkCancellation()
                        answer.add(event)
                        each(event)
                    }
                    return data != "[DONE]"
                }
                return answer
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let answer = result { return answer }
            }
            throw CancellationError()
        }
    }
}
