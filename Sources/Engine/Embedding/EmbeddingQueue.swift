// SPDX-License-Identifier: MIT

import Synchronization

/// Carries texts to the engine's thread.
final class EmbeddingQueue: Sendable {
    private struct State {
        var jobs: [EmbeddingJob] = []
        var isStopped = false
    }

    private let state = Mutex(State())
    private let limit: Int

    /// - Parameter limit: jobs that may wait.
    init(limit: Int) {
        self.limit = limit
    }

    /// - Throws: `queueFull` or `stopped`.
    func submit(_ job: EmbeddingJob) throws(EngineError) {
        let refusal = state.withLock { state -> EngineError? in
            if state.isStopped { return EngineError(.stopped, "the worker is shutting down") }
            state.jobs.removeAll(where: \.isOver)
            if state.jobs.count >= limit {
                return EngineError(.queueFull, "\(limit) requests wait already; try again in a moment")
            }
            state.jobs.append(job)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// The oldest job that isn't cancelled. It stays until it is over.
    var first: EmbeddingJob? {
        state.withLock { state in
            while let job = state.jobs.first, job.isOver { state.jobs.removeFirst() }
            return state.jobs.first
        }
    }

    /// Ends all jobs; there will be no more.
    func stop(_ error: EngineError) {
        let jobs = state.withLock { state in
            state.isStopped = true
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in jobs { job.finish(.failure(error)) }
    }
}
