// SPDX-License-Identifier: MIT

import Engine
import Synchronization
import Wire

/// The model as it is now: routes ask for it, and the loader does what `ModelLife` says.
final class ModelState: Sendable {
    private typealias Waiter = CheckedContinuation<APIError?, Never>

    private struct Guarded {
        var life: ModelLife
        /// The loaded model; nil while it isn't in memory.
        var model: ServedModel?
        /// What there is to say of it; nil before the first load.
        var portrait: ModelPortrait?
        /// The continuations of requests that wait until the model is loaded.
        var waiters: [Waiter] = []
        /// The threads that the parent allows; nil before it said so.
        var threads: ThreadCounts?
        /// The bytes of kept states that the parent allows; nil before it said so.
        var stateBytes: Int?

        mutating func takeWaiters() -> [Waiter] {
            defer { waiters = [] }
            return waiters
        }
    }

    private let guarded: Mutex<Guarded>
    private let time: @Sendable () -> Duration
    /// A request waits for a model that sleeps.
    private let calls: AsyncStream<Void>
    private let call: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - sleepAfter: how long the model may be idle before it sleeps; nil: for ever.
    ///   - time: the time since any start.
    init(sleepAfter: Duration?, time: @escaping @Sendable () -> Duration) {
        guarded = Mutex(Guarded(life: ModelLife(sleepAfter: sleepAfter)))
        self.time = time
        (calls, call) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Routes

    /// Uses the model: it stays in memory as long as the result lives. One that sleeps is woken.
    /// - Throws: 503 while the model loads for the first time, 500 if it can't be loaded again.
    func use() async throws(APIError) -> ModelUse {
        let error: APIError? = await withCheckedContinuation { continuation in
            let (entry, isFirst) = guarded.withLock { state in
                let wasSleeping = state.life.phase == .sleeping
                let entry = state.life.enter()
                if entry == .waits { state.waiters.append(continuation) }
                return (entry, wasSleeping)
            }
            switch entry {
            case .admitted: continuation.resume(returning: nil)
            case .waits: if isFirst { call.yield() }
            case .refused(let reason): continuation.resume(returning: Self.refusal(reason))
            }
        }
        if let error { throw error }
        return ModelUse(self)
    }

    /// Uses the model if it is in memory; nil otherwise.
    func useAtOnce() -> ModelUse? {
        let isAdmitted = guarded.withLock { state in
            guard case .ready = state.life.phase else { return false }
            return state.life.enter() == .admitted
        }
        return isAdmitted ? ModelUse(self) : nil
    }

    /// The model, for a request that uses it.
    /// - Throws: 503 while the model isn't in memory.
    func get() throws(APIError) -> ServedModel {
        guard let model = guarded.withLock({ $0.model }) else { throw Self.refusal(nil) }
        return model
    }

    /// What there is to say of the model, without waking it.
    /// - Throws: 503 while it loads for the first time.
    func portrait() throws(APIError) -> (portrait: ModelPortrait, isSleeping: Bool) {
        let (portrait, isSleeping) = guarded.withLock { ($0.portrait, $0.life.isAsleep) }
        guard let portrait else { throw Self.refusal(nil) }
        return (portrait, isSleeping)
    }

    /// The engine, to look at; nil while the model isn't in memory.
    var engine: Engine? { guarded.withLock { $0.model?.engine } }

    /// A use has ended.
    func leave() {
        guarded.withLock { $0.life.leave(now: time()) }
    }

    private static func refusal(_ reason: String?) -> APIError {
        guard let reason else { return APIError(.unavailable, "Loading model") }
        return APIError(.server, "the model could not be loaded again: \(reason)")
    }

    // MARK: The parent

    /// The parent allows so many threads: for the model's next step, and for each model that is loaded later.
    func limitThreads(_ threads: ThreadCounts) {
        guarded.withLock { state in
            state.threads = threads
            state.model?.engine.limitThreads(threads)
        }
    }

    /// The parent allows so many bytes of kept states: now, and for each model that is loaded later.
    func limitStates(_ bytes: Int) {
        guarded.withLock { state in
            state.stateBytes = bytes
            state.model?.engine.limitStates(bytes)
        }
    }

    // MARK: The loader

    /// What is to be done now.
    func next() -> ModelLife.Step { guarded.withLock { $0.life.next(now: time()) } }

    /// Waits until a request needs the sleeping model. For one task.
    /// - Returns: false when the task was cancelled.
    func called() async -> Bool {
        for await _ in calls { return true }
        return false
    }

    /// The model is in memory.
    func loaded(_ model: ServedModel) {
        let portrait = ModelPortrait(model)
        let waiters = guarded.withLock { state in
            state.life.loaded(now: time())
            state.portrait = portrait
            guard case .ready = state.life.phase else { return [Waiter]() }
            state.model = model
            if let threads = state.threads { model.engine.limitThreads(threads) }
            if let bytes = state.stateBytes { model.engine.limitStates(bytes) }
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume(returning: nil) }
    }

    /// Gives the model away that is to be freed; no request uses it.
    func take() -> ServedModel? {
        guarded.withLock { state in
            defer { state.model = nil }
            return state.model
        }
    }

    /// The model's memory is free.
    func freed() { guarded.withLock { $0.life.freed() } }

    /// The model can't be loaded: the waiting requests fail with the reason.
    func fail(_ reason: String) {
        let waiters = guarded.withLock { state in
            state.life.fail(reason)
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume(returning: Self.refusal(reason)) }
    }
}
