// SPDX-License-Identifier: MIT

import Synchronization
import Wire

/// Says what an answer waits for, until it begins.
final class WaitDisplay: Sendable {
    private let line: Mutex<StatusLine?>
    private let router: RouterClient
    private let model: String
    private let requestID: String

    init(_ line: StatusLine, router: RouterClient, model: String, requestID: String) {
        self.line = Mutex(line)
        self.router = router
        self.model = model
        self.requestID = requestID
    }

    /// Looks again and again; ends when it is cancelled.
    func run() async throws {
        while true {
            // An answer that comes at once needs no such line.
            try await Task.sleep(for: .milliseconds(250))
            guard let width = line.withLock({ $0?.width }) else { return }
            // What is asked for beside the answer may fail without harm.
            let state = try? await router.state(of: model)
            let request = try? await router.activity(of: requestID)
            show(Self.text(state, place: request?["queue_position"]?.integer, model: model, width: width))
        }
    }

    /// Takes the line away, for good.
    func close() {
        line.withLock { line in
            line?.clear()
            line = nil
        }
    }

    private func show(_ text: String) { line.withLock { $0?.show(text) } }

    private static func text(_ state: ModelFacts?, place: Int64?, model: String, width: Int) -> String {
        if let place, place > 0 { return "waiting for \(model): place \(place) in the queue" }
        switch state?.status {
        case "loading": return state.map { LoadWait.text($0, width: width) } ?? ""
        case "sleeping": return "waking \(model)"
        case "downloading": return state.map { LoadWait.text($0, width: width) } ?? ""
        case "loaded": return "…"
        default: return "waiting for \(model)"
        }
    }
}
