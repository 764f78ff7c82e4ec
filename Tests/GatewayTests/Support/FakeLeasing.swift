// SPDX-License-Identifier: MIT

import Gateway
import Synchronization
import Wire

/// Leases for a fixed set of models; those of a held model wait for the test.
final class FakeLeasing: ModelLeasing {
    typealias Completion = @Sendable (Result<any ModelLease, APIError>) -> Void

    private struct State {
        var leases: [FakeLease] = []
        var waiting: [Completion] = []
        var asked: [String] = []
        var released: [String] = []
    }

    /// Something that a test may wait for.
    enum Event: Sendable, Equatable {
        case asked(String)
        case withdrawn
        case ended
    }

    private let models: [String: WorkerEndpoint]
    private let held: Set<String>
    private let state = Mutex(State())
    let events: AsyncStream<Event>
    let illness: APIError? = nil
    private let continuation: AsyncStream<Event>.Continuation

    init(_ models: [String: WorkerEndpoint], held: Set<String> = []) {
        self.models = models
        self.held = held
        (events, continuation) = AsyncStream.makeStream()
    }

    var leases: [FakeLease] { state.withLock { $0.leases } }
    /// The names asked for, in order.
    var asked: [String] { state.withLock { $0.asked } }
    /// The models that are needed no more.
    var released: [String] { state.withLock { $0.released } }
    /// Whether each lease was ended, and none twice.
    var allEndedOnce: Bool { leases.allSatisfy { $0.ends == 1 } }

    func release(_ name: String) -> APIError? {
        state.withLock { $0.released.append(name) }
        return models[name] == nil ? APIError(.invalidRequest, "model '\(name)' not found", isUnknownModel: true) : nil
    }

    func lease(_ name: String, autoload: Bool?, isUse: Bool, completion: @escaping Completion) -> (
        @Sendable () -> Void
    )? {
        defer { continuation.yield(.asked(name)) }
        state.withLock { $0.asked.append(name) }
        guard let endpoint = models[name] else {
            completion(.failure(APIError(.invalidRequest, "model '\(name)' not found", isUnknownModel: true)))
            return nil
        }
        guard held.contains(name) else {
            completion(.success(makeLease(name, endpoint)))
            return nil
        }
        state.withLock { $0.waiting.append(completion) }
        return { self.continuation.yield(.withdrawn) }
    }

    /// Grants what waits, from the caller's thread.
    func grantAll(_ name: String) {
        guard let endpoint = models[name] else { return }
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for completion in waiting { completion(.success(makeLease(name, endpoint))) }
    }

    /// Waits for an event.
    func next(_ event: Event) async {
        for await found in events where found == event { return }
    }

    private func makeLease(_ name: String, _ endpoint: WorkerEndpoint) -> FakeLease {
        let lease = FakeLease(model: name, endpoint: endpoint) { self.continuation.yield(.ended) }
        state.withLock { $0.leases.append(lease) }
        return lease
    }
}
