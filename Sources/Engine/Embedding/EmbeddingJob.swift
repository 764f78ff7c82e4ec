// SPDX-License-Identifier: MIT

import Synchronization

/// Texts to be embedded, on their way to the engine's thread, and their embeddings on the way back to one reader.
package final class EmbeddingJob: Sendable {
    /// Rows of one text: one with pooling, else one for each token.
    package typealias Rows = [[Float]]

    private enum State {
        case waiting(CheckedContinuation<Result<[Rows], EngineError>, Never>?)
        case done(Result<[Rows], EngineError>)
    }

    /// The texts, which may have media among their tokens.
    let texts: [Prompt]
    private let state = Mutex(State.waiting(nil))

    package init(texts: [Prompt]) {
        self.texts = texts
    }

    /// Waits for the embeddings, text by text. For one reader.
    /// - Throws: `decodeFailed`, `stopped`.
    package func result() async throws(EngineError) -> [Rows] {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let done: Result<[Rows], EngineError>? = state.withLock { state in
                    if case .done(let result) = state { return result }
                    state = .waiting(continuation)
                    return nil
                }
                if let done { continuation.resume(returning: done) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    /// Cancels the job: its reader is gone.
    package func cancel() {
        finish(.failure(EngineError(.stopped, "the request was given up")))
    }

    var isOver: Bool {
        state.withLock { if case .done = $0 { true } else { false } }
    }

    /// Hands over the result; the first one counts.
    func finish(_ result: Result<[Rows], EngineError>) {
        let reader = state.withLock { state -> CheckedContinuation<Result<[Rows], EngineError>, Never>? in
            guard case .waiting(let reader) = state else { return nil }
            state = .done(result)
            return reader
        }
        reader?.resume(returning: result)
    }
}
