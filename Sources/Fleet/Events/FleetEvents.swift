// SPDX-License-Identifier: MIT

import Synchronization

/// The feed of what happens to models. Publishing never waits for a subscriber.
package final class FleetEvents: Sendable {
    /// How often at most the progress of a load is told.
    private static let progressInterval: Duration = .milliseconds(200)

    /// What observers were told last of a model.
    private struct Told {
        var word: ModelWord
        /// Whether it was loaded since it began; then there is no more to say of it.
        var wasLoaded = false
        /// When progress was told.
        var progressAt: Duration?
    }
    private let feed = Feed<FleetEvent>()
    private let told = Mutex<[String: Told]>([:])

    package init() {}

    package var subscriberCount: Int { feed.subscriberCount }

    /// Begins to receive what happens from now on; what happened before isn't repeated.
    /// - Parameter capacity: The most events that wait to be read before the subscriber is cut off.
    package func subscribe(capacity: Int = 256) -> FeedSubscription<FleetEvent> {
        feed.subscribe(capacity: capacity)
    }

    /// Tells every subscriber.
    package func publish(_ event: FleetEvent) { feed.publish(event) }

    /// Ends every subscription: the router shuts down.
    package func finish() { feed.finish() }

    /// A model is in another phase, or further in the same one. Tells what differs from what was told before.
    func phaseChanged(_ model: String, _ phase: ModelPhase, now: Duration) {
        let event = told.withLock { told -> FleetEvent? in
            let before = told[model]
            switch phase {
            case .loading(let loading):
                guard before?.word == .loading else {
                    told[model] = Told(word: .loading)
                    return .begun(model: model, .loading)
                }
                if let last = before?.progressAt, now - last < Self.progressInterval { return nil }
                told[model]?.progressAt = now
                return .loading(model: model, progress: loading.progress)
            case .ready(let ready):
                if case .waking(let progress, _) = ready.memory {
                    let isNew = before?.word != .loading
                    if !isNew, let last = before?.progressAt, now - last < Self.progressInterval { return nil }
                    told[model] = Told(word: .loading, wasLoaded: true, progressAt: now)
                    return .loading(model: model, progress: progress)
                }
                // A drain that was called off changes nothing for others.
                guard before?.word != ready.word else { return nil }
                told[model] = Told(word: ready.word, wasLoaded: true)
                let isFirst = before?.wasLoaded != true && ready.memory == .awake
                return isFirst ? .loaded(model: model, info: ready.info) : .changed(model: model, ready.word)
            case .draining, .stopping:
                // It keeps its word until the process is gone.
                return nil
            case .absent(let failure):
                guard told.removeValue(forKey: model) != nil else { return nil }
                // A worker that failed may have left with 0; to clients 0 says that all is well.
                let code = failure.map { $0.exit?.code ?? 1 }.map { $0 == 0 ? 1 : $0 } ?? 0
                return .unloaded(model: model, exitCode: code)
            }
        }
        if let event { feed.publish(event) }
    }
}
